"""Customers, sales and activity over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.insights.release_reading import Reading


@dataclass(frozen=True)
class Month:
    """One calendar month; `complete` is false where the data end or begin within it."""

    month: date
    active_customers: int
    new_customers: int
    orders: int
    amount: float
    refunds: int
    refunded: float
    contacts: int
    complete: bool

    @property
    def returning_customers(self) -> int:
        """Customers who bought, and had bought in an earlier month."""
        return self.active_customers - self.new_customers


@dataclass(frozen=True)
class MembershipMonth:
    """Members who joined and left in a calendar month, and how many there were at its end."""

    month: date
    joined: int
    left: int
    members: int


def activity(reading: Reading) -> tuple[Month, ...]:
    """One answer per month with any activity, oldest first."""
    as_of = reading.as_of
    return tuple(
        Month(**row)
        for row in reading.rows(
            f"""
            select
                month,
                active_customers,
                new_customers,
                orders,
                cast(amount as double) as amount,
                refunds,
                cast(refunded as double) as refunded,
                contacts,
                month + interval 1 month <= date '{as_of.isoformat()}'
                and not coalesce(month < {_first_sale(reading)}, false) as complete
            from kpi_by_period
            order by month
            """
        )
    )


def _first_sale(reading: Reading) -> str:
    """The day of the first sale, as SQL; no day where the release does not tell."""
    needed = {"recency_days", "active_span_days"}
    if not needed <= set(reading.columns("customer_360_profile")):
        return "cast(null as date)"
    return (
        f"(select date '{reading.as_of.isoformat()}' "
        "- cast(max(recency_days + active_span_days) as integer) from customer_360_profile)"
    )


def membership(reading: Reading) -> tuple[MembershipMonth, ...]:
    """Joined and left per month, oldest first; empty where nobody's joining is dated."""
    return tuple(
        MembershipMonth(**row)
        for row in reading.rows(
            """
            with moves as (
                select date_trunc('month', joined_at) as month, 1 as joined, 0 as gone
                from customer_360_profile
                where joined_at is not null
                union all
                select date_trunc('month', left_at), 0, 1
                from customer_360_profile
                where joined_at is not null and left_at is not null
            ),
            months as (
                select month, sum(joined) as joined, sum(gone) as gone
                from moves
                group by month
            )
            select
                cast(month as date) as month,
                cast(joined as bigint) as joined,
                cast(gone as bigint) as "left",
                cast(sum(joined - gone) over (order by month) as bigint) as members
            from months
            order by month
            """
        )
    )
