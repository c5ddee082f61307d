"""How much does this customer spend now, and how has that changed?"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.reading import Reading

_COLUMNS = """
    cast(lifetime_amount as double) as lifetime_amount, orders, amount_per_order,
    cast(amount_last_quarter as double) as amount_last_quarter,
    cast(amount_prior_quarter as double) as amount_prior_quarter, average_monthly_amount,
    quarter_change_share, recency_days, recency_status, spending_consistency, is_alert
"""


@dataclass(frozen=True)
class Spending:
    """One customer's spending; amounts are in the project's unit.

    The last quarter is 90 days, 13 weeks or 3 months before the as-of date, by the grain of the
    history; `quarter_change_share` is the change against as long a time before, as a share of it
    (None where that was nothing). `is_alert` says that the last whole month fell by over 30 %.
    """

    lifetime_amount: float | None
    orders: int | None
    amount_per_order: float | None
    amount_last_quarter: float | None
    amount_prior_quarter: float | None
    average_monthly_amount: float | None
    quarter_change_share: float | None
    recency_days: int | None
    recency_status: str | None
    spending_consistency: str | None
    is_alert: bool | None


def spending(reading: Reading, customer_id: str) -> Spending | None:
    """What a customer spends; None for one who never bought."""
    if not reading.has("customer_spending_metrics"):
        return None
    rows = reading.rows(
        f"select {_COLUMNS} from customer_spending_metrics where customer_id = ?", [customer_id]
    )
    return Spending(**rows[0]) if rows else None


def quarter_words(reading: Reading) -> str:
    """How long a quarter is at the grain of this project's history."""
    grain = reading.project.grain
    return {"week": "13 weeks", "month": "3 months"}.get(grain, "90 days")
