"""The life of an estimator: checks of its data, gates, its card, drift, and what came true."""
