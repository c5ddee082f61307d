"""How were values predicted, how good is that beside the naive rate, and who holds the value?"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.exact import exact_sum
from regulars.insights.reading import Reading
from regulars.ml.clv.predicted_values import NAIVE


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
                worth.predicted_value,
                profile.monetary,
                ntile(10) over (
                    order by worth.predicted_value desc, worth.customer_id
                ) as tenth
            from customer_value as worth
            left join customer_360_profile as profile
                on worth.customer_id = profile.customer_id
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
