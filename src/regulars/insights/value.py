"""What customers are worth over the next year: the highest first, the total, and the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from regulars.insights.audiences import Audience, select
from regulars.insights.masking import masked, personal_columns
from regulars.insights.reading import Reading
from regulars.release.value_report import Lifetimes, ValueAccuracy, ValueReport, ValueSource

ValueSort = Literal["value", "low", "high", "customer_id"]
_NO_VALUES = ValueReport(why_none="This release holds no values: `regulars run` makes them.")


@dataclass(frozen=True)
class ValuedCustomer:
    """One customer's expected spend within the horizon; `low` and `high` where there is a width."""

    customer_id: str
    segment: str | None
    value: float
    low: float | None
    high: float | None
    little_history: bool


@dataclass(frozen=True)
class ValueSummary:
    """Customers with a value, its total and unit, the horizon, and how the method was tested.

    `why_none` says why a release has no values; the rest is empty then.
    """

    customers: tuple[ValuedCustomer, ...]
    count: int
    total: float
    little_history: int
    horizon: str
    unit: str
    method: str
    tested: str
    interval_level: float | None
    priority_from: ValueSource | None
    accuracy: Mapping[str, ValueAccuracy]
    lifetimes: Lifetimes
    why_none: str = ""


@dataclass(frozen=True)
class ValuePage:
    """One page of a list of values; `total` are all that match."""

    customers: tuple[ValuedCustomer, ...]
    total: int
    limit: int
    offset: int


def value_summary(
    reading: Reading, *, limit: int = 10, show_personal: bool = False
) -> ValueSummary:
    """The customers of highest value, and what stands behind the figures."""
    report = reading.value or _NO_VALUES
    rows: list[dict[str, Any]] = []
    sums = {"customers": 0, "total": 0.0, "little": 0}
    if reading.has("customer_value"):
        rows = reading.rows(
            f"{_LISTED} order by worth.predicted_value desc, worth.customer_id limit ?", [limit]
        )
        sums = reading.rows(
            "select count(*) as customers, coalesce(sum(predicted_value), 0) as total, "
            "coalesce(sum(case when little_history then 1 else 0 end), 0) as little "
            "from customer_value"
        )[0]
    return ValueSummary(
        customers=_valued(reading, rows, show_personal=show_personal),
        count=int(sums["customers"]),
        total=float(sums["total"]),
        little_history=int(sums["little"]),
        horizon=report.horizon.words if report.horizon else "",
        unit=report.unit,
        method=report.method,
        tested=report.tested,
        interval_level=report.interval_level,
        priority_from=report.priority_from,
        accuracy=report.accuracy,
        lifetimes=report.lifetimes,
        why_none=report.why_none,
    )


def value_page(
    reading: Reading,
    audience: Audience,
    *,
    sort: ValueSort = "value",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
    show_personal: bool = False,
) -> ValuePage:
    """One page of the customers of an audience whose value is predicted."""
    if not reading.has("customer_value"):
        return ValuePage((), 0, limit, offset)
    chosen = select(reading, audience, show_personal=show_personal)
    of = f"worth.customer_id in (select customer_id from ({chosen.sql}))"
    direction = "desc" if descending else "asc"
    total = reading.rows(
        f"select count(*) as n from customer_value as worth where {of}", chosen.parameters
    )
    rows = reading.rows(
        f"{_LISTED} where {of} order by {_SORTS[sort]} {direction} nulls last, worth.customer_id "
        f"limit {int(limit)} offset {int(offset)}",
        chosen.parameters,
    )
    found = _valued(reading, rows, show_personal=show_personal)
    return ValuePage(found, int(total[0]["n"]), limit, offset)


def _valued(
    reading: Reading, rows: list[dict[str, Any]], *, show_personal: bool
) -> tuple[ValuedCustomer, ...]:
    hidden = personal_columns(reading) & {"customer_id"}
    return tuple(ValuedCustomer(**masked(row, hidden, show_personal=show_personal)) for row in rows)


_LISTED = (
    "select worth.customer_id, scored.segment, worth.predicted_value as value, "
    "worth.predicted_value_low as low, worth.predicted_value_high as high, "
    "worth.little_history from customer_value as worth "
    "left join customer_scored as scored on worth.customer_id = scored.customer_id"
)
_SORTS: dict[str, str] = {
    "value": "worth.predicted_value",
    "low": "worth.predicted_value_low",
    "high": "worth.predicted_value_high",
    "customer_id": "worth.customer_id",
}
