"""Exploratory analysis: what the customers are like, and what correlates with churn."""
