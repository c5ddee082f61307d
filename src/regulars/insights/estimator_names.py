"""Ways of scoring in words that a reader without statistics understands."""

from __future__ import annotations

_NAMES = {
    "base_rate": "the same for everyone (base rate)",
    "bg_nbd": "buying rhythm (BG/NBD)",
    "blend": "blend of several",
    "boosted_trees": "boosted trees",
    "deeper_trees": "deeper boosted trees",
    "histogram_trees": "histogram boosted trees",
    "logistic": "logistic regression",
    "logistic_signed_logs": "logistic regression",
    "logistic_splines": "logistic regression on splines",
    "no_purchase": "buying rhythm (BG/NBD)",
    "random split": "ours on a random split",
    "random_forest": "random forest",
    "recency": "days since the last purchase",
    "spline_logistic": "logistic regression on splines",
    "stack": "weighted combination of several",
    "tenure": "time since joining",
    "tenure_hazard": "time since joining",
}


def named(name: str) -> str:
    """`bg_nbd` in words; an unknown name without its underscores."""
    return _NAMES.get(name, name.replace("_", " "))
