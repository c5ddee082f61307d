"""What a release has, so that nothing is offered that has no answer in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulars.insights.release_reading import Reading

_EVENTS = ("fct_transactions", "fct_interactions", "fct_touches")
# A count of the rows that have it, by what is needed, and by table.
_COUNTED: Mapping[str, Mapping[str, str]] = {
    "customer_360_profile": {
        "scores": "churn_probability", "past_value": "past_value",
        "predicted_value": "predicted_value", "value_if_stays": "value_if_stays",
        "value_at_risk": "value_at_risk", "recency_days": "recency_days",
        "tenure_days": "tenure_days",
    },
    "monthly_customer_spending": {"sales": "customer_id"},
    "fct_transactions": {"quantity": "quantity", "discount": "discount"},
    "fct_interactions": {
        "contacts": "customer_id", "satisfaction": "satisfaction", "resolved": "resolved",
    },
    "fct_touches": {"messages": "customer_id"},
}  # fmt: skip
_CONDITIONS = {
    "leavers": ("customer_360_profile", "has_left", "has_left"),
    "refunds": ("kpi_by_period", "refunds", "refunds > 0"),
}


@dataclass(frozen=True)
class Availability:
    """Names of what is there, the first month with sales, and from which day events are held."""

    names: frozenset[str]
    first_month: date | None
    events_from: Mapping[str, date]

    def has(self, name: str) -> bool:
        """Whether the release has it."""
        return name in self.names


def availability(reading: Reading) -> Availability:
    """What a release has."""
    names = set()
    for table, columns in _COUNTED.items():
        known = {name: column for name, column in columns.items() if _has(reading, table, column)}
        if known:
            counts = ", ".join(f'count("{column}") as "{name}"' for name, column in known.items())
            row = reading.rows(f'select {counts} from "{table}"')[0]
            names |= {name for name, count in row.items() if count}
    for name, (table, column, condition) in _CONDITIONS.items():
        if _has(reading, table, column) and _any(reading, table, condition):
            names.add(name)
    if not _has(reading, "fct_transactions", "order_id") or not _any(
        reading, "fct_transactions", "order_id is not null"
    ):
        names.add("order_rows")
    first = _first_month(reading)
    return Availability(frozenset(names), first, _events_from(reading, first))


def _has(reading: Reading, table: str, column: str) -> bool:
    return reading.has(table) and column in reading.columns(table)


def _any(reading: Reading, table: str, condition: str) -> bool:
    return bool(reading.rows(f'select 1 from "{table}" where {condition} limit 1'))


def _first_month(reading: Reading) -> date | None:
    if not reading.has("kpi_by_period"):
        return None
    rows = reading.rows("select cast(min(month) as date) as first from kpi_by_period")
    first: date | None = rows[0]["first"]
    return first


def _events_from(reading: Reading, first_month: date | None) -> dict[str, date]:
    """From which day on a release holds the single events of a table; all, where it has no more.

    A release may hold only the newest events. Months before the first one tell that it does.
    """
    days = {}
    for table in _EVENTS:
        if not reading.has(table):
            continue
        rows = reading.rows(f'select cast(min(occurred_at) as date) as first from "{table}"')
        first: date | None = rows[0]["first"]
        if first is not None:
            begins = first_month is None or first.replace(day=1) <= first_month
            days[table] = first_month if begins and first_month else first
    return days
