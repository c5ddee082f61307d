"""What happened to a customer, and how did their spending change?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulars.insights.exact import exact_sum
from regulars.insights.release_reading import Reading

UNCATEGORIZED = "Uncategorized"
KINDS = ("Purchase", "Refund", "Not counted", "Service contact", "Campaign")
STATUS = (
    "case when events.kind = 'refund' then 'Refund' "
    "when events.kind = 'sale' and events.is_counted then 'Purchase' else 'Not counted' end"
)


@dataclass(frozen=True)
class Period:
    """Days from `since` up to `until`, which is not included; None is open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Event:
    """One thing that happened; `amount` only where it has one."""

    happened_at: datetime
    kind: str  # one of KINDS
    what: str
    amount: float | None


def last_days(reading: Reading, days: int | None) -> Period:
    """The days before the release's as-of date; all of them for None."""
    if days is None:
        return Period()
    as_of = reading.as_of
    return Period(since=as_of - timedelta(days=days), until=as_of)


def events(
    reading: Reading, customer_id: str, *, period: Period = Period(), limit: int = 1_000
) -> tuple[Event, ...]:
    """Everything that happened, the newest first: purchases by order, contacts, touches."""
    parts = [sql for table, sql in _EVENTS.items() if reading.has(table)]
    if not parts:
        return ()
    where, values = within(period)
    rows = reading.rows(
        f"select * from ({' union all '.join(parts)}) as happened where {where} "
        f"order by happened_at desc, kind, what limit {int(limit)}",
        [customer_id] * len(parts) + values,
    )
    return tuple(Event(**row) for row in rows)


def within(period: Period, *, column: str = "happened_at") -> tuple[str, list[object]]:
    """A condition on the times of a relation, and its values."""
    conditions: list[str] = ["true"]
    values: list[object] = []
    if period.since is not None:
        conditions.append(f"{column} >= ?")
        values.append(datetime.combine(period.since, time()))
    if period.until is not None:
        conditions.append(f"{column} < ?")
        values.append(datetime.combine(period.until, time()))
    return " and ".join(conditions), values


_EVENTS = {
    "fct_transactions": f"""
        select
            occurred_at as happened_at,
            {STATUS} as kind,
            case
                when count(*) > 1 then concat(count(*), ' lines')
                else coalesce(max(product), max(category), '')
            end as what,
            {exact_sum("amount")} as amount
        from (select * from fct_transactions where customer_id = ?) as events
        group by 1, 2, coalesce(order_id, cast(occurred_at as varchar))
    """,
    "fct_interactions": """
        select
            occurred_at as happened_at,
            'Service contact' as kind,
            concat_ws(
                ' · ', kind, channel,
                case when resolved then 'resolved' when not resolved then 'not resolved' end,
                'satisfaction ' || cast(cast(satisfaction as double) as varchar)
            ) as what,
            cast(null as double) as amount
        from fct_interactions
        where customer_id = ?
    """,
    "fct_touches": """
        select
            occurred_at as happened_at,
            'Campaign' as kind,
            concat_ws(
                ' · ', campaign, channel,
                case
                    when converted_at is not null then 'converted'
                    when clicked_at is not null then 'clicked'
                    when opened_at is not null then 'opened'
                    when not treated then 'control group, not contacted'
                    else 'not opened'
                end
            ) as what,
            cast(null as double) as amount
        from fct_touches
        where customer_id = ?
    """,
}


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
