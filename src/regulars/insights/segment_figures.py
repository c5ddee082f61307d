"""Who are our customers? Segments with size, value, recency, frequency and risk."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.exact import exact_mean, exact_sum, exact_sum_of_known
from regulars.insights.release_reading import Reading

NO_SEGMENT = "No purchase yet"


@dataclass(frozen=True)
class Segment:
    """One segment; `share` is of all known customers, as everywhere, `amount_share` of
    all sales.

    `recency` is the middle customer's, in `recency_unit`; `frequency` the mean number in
    `frequency_unit`, `spend` the mean amount. `churn` is the mean probability of the `scored`
    ones, `expected_leavers` their sum, both None where nobody is scored; `value_at_risk` is the
    sum of probability x value given that the customer stays, None where no value is known.
    """

    name: str
    customers: int
    share: float
    amount: float
    amount_share: float | None
    recency: float | None
    frequency: float | None
    spend: float | None
    churn: float | None
    expected_leavers: float | None
    value_at_risk: float | None
    worth_contacting: int | None
    scored: int = 0

    @property
    def at_stake(self) -> float:
        """Value at risk, or the customers expected to churn where no value is known."""
        return (self.expected_leavers or 0.0) if self.value_at_risk is None else self.value_at_risk


def segments(reading: Reading) -> tuple[Segment, ...]:
    """Segments in the project's order; empty where nobody has bought anything."""
    order = list(reading.project.segment_order)
    figures = [Segment(**row) for row in reading.rows(_SEGMENTS)]
    place = {name: at for at, name in enumerate(order)}
    return tuple(
        sorted(figures, key=lambda segment: (place.get(segment.name, len(order)), segment.name))
    )


def median_recency(reading: Reading) -> float | None:
    """The middle recency of everybody in a segment, in `recency_unit`; None where nobody bought."""
    rows = reading.rows(
        "select cast(median(recency) as double) as middle from customer_360_profile "
        "where segment is not null"
    )
    return None if rows[0]["middle"] is None else float(rows[0]["middle"])


def recency_unit(reading: Reading) -> str:
    """What recency is counted in: days, or periods of the history where it is scored by bands."""
    if "recency_days" not in reading.columns("customer_360_profile"):
        return "days"
    rows = reading.rows(
        "select count(*) as n from customer_360_profile where recency <> recency_days"
    )
    return f"{reading.project.grain}s" if rows[0]["n"] else "days"


def frequency_unit(reading: Reading) -> str:
    """What frequency counts: orders, or units where the project says so."""
    if "orders_ever" not in reading.columns("customer_360_profile"):
        return "orders"
    rows = reading.rows(
        "select count(*) as n from customer_360_profile where frequency <> orders_ever"
    )
    return "units" if rows[0]["n"] else "orders"


def without_segment(reading: Reading) -> int:
    """Known customers who are in no segment, for they never bought."""
    rows = reading.rows("select count(*) as n from customer_360_profile where segment is null")
    return int(rows[0]["n"])


_SEGMENTS = f"""
with grouped as (
    select
        segment as name,
        count(*) as customers,
        {exact_sum("monetary")} as amount,
        cast(median(recency) as double) as recency,
        {exact_mean("frequency")} as frequency,
        {exact_mean("monetary")} as spend,
        {exact_mean("churn_probability")} as churn,
        {exact_sum_of_known("churn_probability")} as expected_leavers,
        {exact_sum_of_known("value_at_risk")} as value_at_risk,
        case
            when count(worth_contacting) > 0 then count(*) filter (where worth_contacting)
        end as worth_contacting,
        count(churn_probability) as scored
    from customer_360_profile
    where segment is not null
    group by segment
),
totals as (
    select
        (select count(*) from customer_360_profile) as customers,
        {exact_sum("amount")} as amount
    from grouped
)
select
    grouped.name,
    grouped.customers,
    cast(grouped.customers / totals.customers as double) as share,
    grouped.amount,
    grouped.amount / nullif(totals.amount, 0) as amount_share,
    grouped.recency,
    grouped.frequency,
    grouped.spend,
    grouped.churn,
    grouped.expected_leavers,
    grouped.value_at_risk,
    grouped.worth_contacting,
    grouped.scored
from grouped
cross join totals
"""
