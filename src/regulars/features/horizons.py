"""What each candidate horizon would mean by 'churned': counted from gaps between purchases.

For a cutoff and a horizon, a customer with a purchase before the cutoff has churned when the next
one comes no earlier than the horizon after it. Some of those come back all the same; how many can
be counted where as much time again has passed since.
"""

from __future__ import annotations

from datetime import date

from regulars.core.calendar import USUAL_SPANS, Grain, add_periods
from regulars.release.advice_report import AutomatedPurchases, HorizonFacts, PurchaseGaps
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.protocol import Warehouse

MIN_PURCHASES = 6  # with fewer, equal gaps and amounts may be chance
STEADY_GAPS, STEADY_AMOUNTS = 0.1, 0.02  # standard deviations, as shares of the mean


def horizon_facts(
    warehouse: Warehouse, *, as_of: date, grain: Grain, activity_window: int
) -> list[HorizonFacts]:
    """Every usual horizon, from one pass over the purchase periods before `as_of`.

    Looked at are customers who bought within `activity_window` periods before the cutoff. A cutoff
    lies two horizons back: one to see who churned, and as much again to see who came back.
    """
    cutoffs = {
        horizon: add_periods(as_of, -2 * horizon, grain=grain) for horizon in USUAL_SPANS[grain]
    }
    windows = " union all ".join(
        f"select {horizon} as horizon, date '{cutoff}' as cutoff, "
        f"date '{add_periods(cutoff, horizon, grain=grain)}' as window_end, "
        f"date '{add_periods(cutoff, -activity_window, grain=grain)}' as active_from"
        for horizon, cutoff in cutoffs.items()
    )
    # The gap that spans the cutoff tells everything: it begins before and has not ended by then.
    rows = warehouse.rows(
        f"with {_gaps(warehouse, as_of)}, windows as ({windows}), "
        "spanning as (select windows.horizon, gaps.period, windows.window_end, "
        "gaps.next_period, gaps.next_period is null or gaps.next_period >= windows.window_end "
        "as churned from gaps inner join windows on gaps.period < windows.cutoff "
        "and gaps.period >= windows.active_from "
        "and (gaps.next_period is null or gaps.next_period >= windows.cutoff)) "
        "select horizon, count(*), sum(case when churned then 1 else 0 end), "
        "sum(case when churned and next_period is not null then 1 else 0 end), "
        "percentile_cont(0.5) within group (order by case when churned "
        f"then {_days(warehouse, 'period', 'window_end')} end) from spanning group by horizon"
    )
    first = warehouse.rows(
        f"select min(period) from {warehouse.relation('gold', 'fct_customer_periods')} "
        "where orders > 0"
    )[0][0]
    counts = {int(row[0]): row[1:] for row in rows}
    return [
        _facts(horizon, cutoff, counts.get(horizon), first=first)
        for horizon, cutoff in cutoffs.items()
    ]


def purchase_gaps(warehouse: Warehouse, *, as_of: date) -> PurchaseGaps:
    """How long customers pause between purchases."""
    shares = (0.5, 0.8, 0.9)
    quantiles = ", ".join(
        f"percentile_cont({share}) within group (order by days)" for share in shares
    )
    count, *days = warehouse.rows(
        f"with {_gaps(warehouse, as_of)} select count(*), {quantiles} "
        "from gaps where next_period is not null"
    )[0]
    median, percentile_80, percentile_90 = (
        None if quantile is None else float(quantile) for quantile in days
    )
    return PurchaseGaps(
        gaps=int(count),
        median=median,
        percentile_80=percentile_80,
        percentile_90=percentile_90,
    )


def automated_purchases(warehouse: Warehouse, *, as_of: date, grain: Grain) -> AutomatedPurchases:
    """Customers with six purchases and more whose gaps and amounts are all but constant.

    In periods of a month or a week gaps are too coarse to tell, so they must be exactly equal.
    """
    steady = STEADY_GAPS if grain == "day" else 0.0
    row = warehouse.rows(
        f"with {_gaps(warehouse, as_of)}, "
        "customers as (select customer_id, count(*) as purchases, sum(amount) as amount, "
        "avg(cast(days as double precision)) as gap, "
        "stddev_pop(cast(days as double precision)) as gap_spread, "
        "avg(cast(amount as double precision)) as mean_amount, "
        "stddev_pop(cast(amount as double precision)) as amount_spread "
        "from gaps group by customer_id), "
        f"judged as (select amount, purchases >= {MIN_PURCHASES} as enough, "
        f"purchases >= {MIN_PURCHASES} and gap_spread <= {steady} * gap + 0.000001 "
        f"and amount_spread <= {STEADY_AMOUNTS} * mean_amount as is_steady from customers) "
        "select sum(case when is_steady then 1 else 0 end), "
        "sum(case when enough then 1 else 0 end), "
        "sum(case when is_steady then amount else 0 end), sum(amount) from judged"
    )[0]
    steady_customers, of_customers = int(row[0] or 0), int(row[1] or 0)
    steady_amount, total_amount = float(row[2] or 0), float(row[3] or 0)
    return AutomatedPurchases(
        customers=steady_customers,
        of_customers=of_customers,
        amount_share=steady_amount / total_amount if total_amount else 0.0,
        share=steady_customers / of_customers if of_customers else 0.0,
    )


def _gaps(warehouse: Warehouse, as_of: date) -> str:
    """Each purchase period of a customer with the next one; amounts of late rows added up."""
    return (
        "bought as (select customer_id, period, sum(amount) as amount "
        f"from {warehouse.relation('gold', 'fct_customer_periods')} "
        f"where orders > 0 and period < date '{as_of}' group by customer_id, period), "
        "followed as (select customer_id, period, amount, lead(period) over "
        "(partition by customer_id order by period) as next_period from bought), "
        f"gaps as (select *, {_days(warehouse, 'period', 'next_period')} as days from followed)"
    )


def _days(warehouse: Warehouse, earlier: str, later: str) -> str:
    return dialect_of(warehouse.engine).days_between(earlier, later)


def _facts(
    horizon: int, cutoff: date, row: tuple[object, ...] | None, *, first: date | None
) -> HorizonFacts:
    customers = int(str(row[0])) if row else 0
    if row is None or not customers or first is None or first >= cutoff:
        return HorizonFacts(horizon=horizon, is_closed=False)
    churned, came_back = int(str(row[1])), int(str(row[2]))
    return HorizonFacts(
        horizon=horizon,
        cutoff=str(cutoff),
        customers=customers,
        churn_share=churned / customers,
        came_back_share=came_back / churned if churned else None,
        noticed_after_days=None if row[3] is None else float(str(row[3])),
        is_closed=True,
    )
