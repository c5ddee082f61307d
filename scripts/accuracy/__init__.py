"""Figures of churn scores on the public data sets, each by the path that every project takes."""
