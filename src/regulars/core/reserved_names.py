"""Column names that are ours in every table of customers: no attribute may be called so.

An attribute stands beside these columns in one table, from the delivered row to the release. The
lists are the contracts of the dbt models, in their order; a test holds them against each other.
"""

from __future__ import annotations

# Where a delivered row lies, and what cleaning says of it.
ROW_COLUMNS = (
    "source_name", "batch_id", "file_name", "row_number", "landed_at", "is_deleted",
    "parse_errors", "corrected", "rejection_reason",
)  # fmt: skip
VERSION_COLUMNS = ("version_from", "key_rank")
CUSTOMER_COLUMNS = (
    "customer_key", "customer_id", "valid_from", "valid_to", "is_current", "is_inferred",
    "joined_at", "left_at", "consent",
)  # fmt: skip
SCORED_COLUMNS = (
    "customer_id", "as_of", "has_left", "segment", "cluster_name", "churn_probability",
    "risk_score", "risk_category", "risk_percentile", "worth_contacting", "past_value",
    "value_if_stays", "value_basis", "value_at_risk", "priority", "eligible_for_retention",
    "eligible_for_onboarding", "eligible_for_premium", "predicted_value", "predicted_value_low",
    "predicted_value_high", "value_interval_level", "value_horizon", "value_unit",
    "has_little_history", "expected_days_in_next_365", "reasons", "why",
)  # fmt: skip
EARLIER_COLUMNS = ("customer_value",)  # of releases of earlier versions, which are still read
RFM_COLUMNS = (
    "recency", "frequency", "monetary", "r_score", "f_score", "m_score", "rfm_score",
)  # fmt: skip

RESERVED_NAMES = frozenset(
    {
        *ROW_COLUMNS,
        *VERSION_COLUMNS,
        *CUSTOMER_COLUMNS,
        *SCORED_COLUMNS,
        *RFM_COLUMNS,
        *EARLIER_COLUMNS,
    }
)


def free_name(name: str) -> str:
    """What an attribute of a reserved name is called instead."""
    return f"{name}_given"
