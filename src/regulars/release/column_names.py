"""Columns of the tables that a release serves, and the names that are ours."""

from __future__ import annotations

from regulars.core.reserved_names import (
    CUSTOMER_COLUMNS,
    RESERVED_NAMES,
    RFM_COLUMNS,
    SCORED_COLUMNS,
)

__all__ = ["CUSTOMER_COLUMNS", "PROFILE_COLUMNS", "RESERVED_NAMES", "SCORED_COLUMNS"]

# Of customer_360_profile, without the attributes and the features of the project.
PROFILE_COLUMNS = (
    "customer_id", "customer_key", "as_of", "is_inferred", "joined_at", "left_at", "has_left",
    "consent", "segment", "cluster_name", *RFM_COLUMNS,
    *(name for name in SCORED_COLUMNS[5:] if name not in ("reasons", "why")),
)  # fmt: skip
