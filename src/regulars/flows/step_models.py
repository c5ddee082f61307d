"""The models that the steps build."""

from __future__ import annotations

CLEANED = (
    "silver", "dim_customer", "fct_transactions", "fct_interactions", "fct_touches",
    "fct_customer_periods", "row_reconciliation",
)  # fmt: skip
FEATURES = (
    "customer_features", "churn_labels", "customers_who_left", "ml_training_data", "kpi_by_period",
)  # fmt: skip
SEGMENTS = (
    "fct_customer_rfm", "customer_segments", "customer_segment_history", "segment_migration",
    "cohort_retention", "monthly_customer_spending", "customer_spending_metrics", "dim_date",
    "dim_category",
)  # fmt: skip
SERVING = ("serving",)  # the only pass that may read what estimators wrote
