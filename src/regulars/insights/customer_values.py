"""What customers are expected to spend: the highest first, the total, and how methods compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from regulars.insights.audiences import Audience, select
from regulars.insights.exact import exact_sum
from regulars.insights.masking import masked, personal_columns
from regulars.insights.not_yet_computed import why_not_yet
from regulars.insights.release_reading import Reading
from regulars.release.value_report import (
    NAIVE,
    Lifetimes,
    StayingTenth,
    ValueAccuracy,
    ValueReport,
    ValueSource,
)

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

    `total_low` and `total_high` hold what all spend with a probability of `interval_level`.
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
    staying: tuple[StayingTenth, ...]
    lifetimes: Lifetimes
    why_none: str = ""
    total_low: float | None = None
    total_high: float | None = None


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
            f"{_LISTED} order by valued.predicted_value desc, valued.customer_id limit ?", [limit]
        )
        sums = reading.rows(
            f"select count(*) as customers, {exact_sum('predicted_value')} as total, "
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
        staying=report.staying,
        lifetimes=report.lifetimes,
        why_none=why_not_yet(reading, "customer_values") or report.why_none,
        total_low=_in_proportion(report.total_low, report, total=float(sums["total"])),
        total_high=_in_proportion(report.total_high, report, total=float(sums["total"])),
    )


def _in_proportion(end: float | None, report: ValueReport, *, total: float) -> float | None:
    """The end of an interval around the report's total, around the total of who is left of them."""
    return None if end is None or not report.total else end * total / report.total


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
    of = f"valued.customer_id in (select customer_id from ({chosen.sql}))"
    direction = "desc" if descending else "asc"
    total = reading.rows(
        f"select count(*) as n from customer_value as valued where {of}", chosen.parameters
    )
    rows = reading.rows(
        f"{_LISTED} where {of} order by {_SORTS[sort]} {direction} nulls last, valued.customer_id "
        f"limit {int(limit)} offset {int(offset)}",
        chosen.parameters,
    )
    customers = _valued(reading, rows, show_personal=show_personal)
    return ValuePage(customers, int(total[0]["n"]), limit, offset)


def _valued(
    reading: Reading, rows: list[dict[str, Any]], *, show_personal: bool
) -> tuple[ValuedCustomer, ...]:
    hidden = personal_columns(reading) & {"customer_id"}
    return tuple(ValuedCustomer(**masked(row, hidden, show_personal=show_personal)) for row in rows)


_LISTED = (
    "select valued.customer_id, scored.segment, valued.predicted_value as value, "
    "valued.predicted_value_low as low, valued.predicted_value_high as high, "
    "valued.little_history from customer_value as valued "
    "left join customer_scored as scored on valued.customer_id = scored.customer_id"
)
_SORTS: dict[str, str] = {
    "value": "valued.predicted_value",
    "low": "valued.predicted_value_low",
    "high": "valued.predicted_value_high",
    "customer_id": "valued.customer_id",
}


@dataclass(frozen=True)
class ValueWay:
    """One way of predicting, tested on a past year that was hidden from it.

    `gini` (normalised) and `spearman` judge the order of customers, 1 is perfect; `decile_error`
    and `total_error` the level, 0 is perfect. `ships` marks the way in use, `is_naive` each
    customer's own past rate.
    """

    name: str
    ships: bool
    is_naive: bool
    gini: float
    spearman: float
    decile_error: float
    total_error: float


@dataclass(frozen=True)
class ValueTenth:
    """A tenth of the valued customers, the most valuable first; `share` of all value."""

    tenth: int
    customers: int
    value: float
    share: float | None
    per_customer: float
    spent_before: float | None


def value_ways(reading: Reading) -> tuple[ValueWay, ...]:
    """Every way that was tested, best order first; empty where none could be."""
    report = reading.value
    if report is None:
        return ()
    methods = [
        ValueWay(
            name=name,
            ships=name == report.method,
            is_naive=name == NAIVE,
            gini=accuracy.normalised_gini,
            spearman=accuracy.spearman,
            decile_error=accuracy.decile_error,
            total_error=accuracy.total_error,
        )
        for name, accuracy in report.accuracy.items()
    ]
    return tuple(sorted(methods, key=lambda way: (not way.ships, -way.gini, way.name)))


def value_tenths(reading: Reading) -> tuple[ValueTenth, ...]:
    """Predicted value by tenths of customers, with what they have spent so far."""
    if not reading.has("customer_value"):
        return ()
    rows = reading.rows(
        f"""
        with placed as (
            select
                valued.predicted_value,
                profile.monetary,
                ntile(10) over (
                    order by valued.predicted_value desc, valued.customer_id
                ) as tenth
            from customer_value as valued
            left join customer_360_profile as profile
                on valued.customer_id = profile.customer_id
        ),
        summed as (
            select
                tenth,
                count(*) as customers,
                {exact_sum("predicted_value")} as "value",
                case when count(monetary) > 0 then {exact_sum("monetary")} end as spent_before
            from placed
            group by tenth
        )
        select
            tenth,
            customers,
            "value",
            "value" / nullif(sum("value") over (), 0) as share,
            "value" / customers as per_customer,
            spent_before
        from summed
        order by tenth
        """
    )
    return tuple(ValueTenth(**row) for row in rows)
