"""Exploratory analysis: what the customers are like, and what goes together with churn."""
