"""How churn has moved from date to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.insights.reading import Reading


@dataclass(frozen=True)
class OutcomeAt:
    """Customers in question at one past date, and how many had churned when its window closed."""

    as_of: date
    customers: int
    churned: int
    churned_share: float


def outcomes_over_time(reading: Reading) -> tuple[OutcomeAt, ...]:
    """Every date whose outcome is known, oldest first."""
    if not reading.has("churn_by_cutoff"):
        return ()
    rows = reading.rows(
        "select cast(as_of as date) as as_of, customers, cast(churned as bigint) as churned, "
        "churned / customers as churned_share from churn_by_cutoff order by as_of"
    )
    return tuple(OutcomeAt(**row) for row in rows)
