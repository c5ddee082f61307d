"""The table of churn predictions, one row per scored customer."""

from __future__ import annotations

import pyarrow as pa

PREDICTIONS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("churn_probability", pa.float64()),
        ("risk_score", pa.float64()),
        ("risk_category", pa.string()),
        ("risk_percentile", pa.float64()),
        ("worth_contacting", pa.bool_()),
        ("customer_value", pa.float64()),
        ("priority", pa.float64()),
        ("reasons", pa.string()),
        ("why", pa.string()),
    ]
)
