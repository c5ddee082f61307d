"""Know your regulars: segments, honest churn scores, customer value, and lists to act on."""

__version__ = "0.1.0"
