"""What each candidate horizon would mean by 'churned': counted from gaps between purchases.

For a cutoff and a horizon, a customer with a purchase before the cutoff has churned when the next
one comes no earlier than the horizon after it. Some of those come back all the same; how many can
be counted where as much time again has passed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.core.calendar import PERIODS_PER_YEAR, USUAL_SPANS, add_periods
from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse

LEAST_PURCHASES = 6
STEADY_GAPS, STEADY_AMOUNTS = 0.1, 0.02


@dataclass(frozen=True)
class HorizonFacts:
    """One horizon, in periods, looked at from one cutoff.

    `churn_share` of `customers` were silent for the horizon; `came_back_share` of those bought
    later (in as much time again); `noticed_after_days` is the median time from the last purchase
    until the window closes. `closed` is false where the history is too short to tell.
    """

    horizon: int
    cutoff: str | None
    customers: int
    churn_share: float | None
    came_back_share: float | None
    noticed_after_days: float | None
    closed: bool


@dataclass(frozen=True)
class Rhythm:
    """Gaps between purchase days of a customer, in days: quantiles over all gaps."""

    gaps: int
    median: float | None
    eightieth: float | None
    ninetieth: float | None


@dataclass(frozen=True)
class Automated:
    """Customers whose gaps and amounts hardly vary: standing orders, renewals, fees."""

    customers: int
    of_customers: int
    amount_share: float

    @property
    def share(self) -> float:
        """Share of the customers with enough purchases to tell."""
        return self.customers / self.of_customers if self.of_customers else 0.0


def horizon_facts(project: Project, warehouse: Warehouse, *, as_of: date) -> list[HorizonFacts]:
    """Every candidate horizon, from one pass over the purchase periods before `as_of`."""
    grain = project.grain
    cutoffs = {
        horizon: add_periods(as_of, -2 * horizon, grain=grain) for horizon in USUAL_SPANS[grain]
    }
    asked = " union all ".join(
        f"select {horizon} as horizon, date '{cutoff}' as cutoff, "
        f"date '{add_periods(cutoff, horizon, grain=grain)}' as window_end, "
        f"date '{add_periods(cutoff, -_active(project), grain=grain)}' as active_from"
        for horizon, cutoff in cutoffs.items()
    )
    rows = warehouse.rows(
        f"with {_gaps(warehouse, as_of)}, asked as ({asked}), "
        "looked as (select asked.horizon, gaps.period, asked.window_end, "
        "gaps.next_period, gaps.next_period is null or gaps.next_period >= asked.window_end "
        "as churned from gaps inner join asked on gaps.period < asked.cutoff "
        "and gaps.period >= asked.active_from "
        "and (gaps.next_period is null or gaps.next_period >= asked.cutoff)) "
        "select horizon, count(*), sum(case when churned then 1 else 0 end), "
        "sum(case when churned and next_period is not null then 1 else 0 end), "
        "percentile_cont(0.5) within group (order by case when churned "
        "then window_end - period end) from looked group by horizon"
    )
    first = warehouse.rows(
        f"select min(period) from {warehouse.relation('gold', 'fct_customer_periods')} "
        "where orders > 0"
    )[0][0]
    found = {int(row[0]): row[1:] for row in rows}
    return [
        _facts(horizon, cutoff, found.get(horizon), first=first)
        for horizon, cutoff in cutoffs.items()
    ]


def rhythm(warehouse: Warehouse, *, as_of: date) -> Rhythm:
    """How long customers pause between purchases."""
    row = warehouse.rows(
        f"with {_gaps(warehouse, as_of)} select count(*), "
        + ", ".join(
            f"percentile_cont({share}) within group (order by next_period - period)"
            for share in (0.5, 0.8, 0.9)
        )
        + " from gaps where next_period is not null"
    )[0]
    return Rhythm(int(row[0]), *(None if one is None else float(one) for one in row[1:]))


def automated(project: Project, warehouse: Warehouse, *, as_of: date) -> Automated:
    """Customers with six purchases and more whose gaps and amounts are all but constant.

    In periods of a month or a week gaps are too coarse to tell, so they must be exactly equal.
    """
    steady = STEADY_GAPS if project.grain == "day" else 0.0
    row = warehouse.rows(
        f"with {_gaps(warehouse, as_of)}, "
        "customers as (select customer_id, count(*) as purchases, sum(amount) as amount, "
        "avg(cast(next_period - period as double precision)) as gap, "
        "stddev_pop(cast(next_period - period as double precision)) as gap_spread, "
        "avg(cast(amount as double precision)) as mean_amount, "
        "stddev_pop(cast(amount as double precision)) as amount_spread "
        "from gaps group by customer_id), "
        f"judged as (select amount, purchases >= {LEAST_PURCHASES} as enough, "
        f"purchases >= {LEAST_PURCHASES} and gap_spread <= {steady} * gap + 0.000001 "
        f"and amount_spread <= {STEADY_AMOUNTS} * mean_amount as is_steady from customers) "
        "select sum(case when is_steady then 1 else 0 end), "
        "sum(case when enough then 1 else 0 end), "
        "sum(case when is_steady then amount else 0 end), sum(amount) from judged"
    )[0]
    total = float(row[3] or 0)
    share = float(row[2] or 0) / total if total else 0.0
    return Automated(int(row[0] or 0), int(row[1] or 0), share)


def _gaps(warehouse: Warehouse, as_of: date) -> str:
    """Each purchase period of a customer with the next one; amounts of late rows added up."""
    return (
        "bought as (select customer_id, period, sum(amount) as amount "
        f"from {warehouse.relation('gold', 'fct_customer_periods')} "
        f"where orders > 0 and period < date '{as_of}' group by customer_id, period), "
        "gaps as (select customer_id, period, amount, lead(period) over "
        "(partition by customer_id order by period) as next_period from bought)"
    )


def _active(project: Project) -> int:
    churn = project.churn
    if churn is not None and churn.kind in ("silence", "decline") and churn.activity_window:
        return churn.activity_window
    return PERIODS_PER_YEAR[project.grain]


def _facts(
    horizon: int, cutoff: date, row: tuple[object, ...] | None, *, first: date | None
) -> HorizonFacts:
    customers = int(str(row[0])) if row else 0
    if row is None or not customers or first is None or first >= cutoff:
        return HorizonFacts(horizon, None, 0, None, None, None, closed=False)
    churned, back = int(str(row[1])), int(str(row[2]))
    return HorizonFacts(
        horizon=horizon,
        cutoff=str(cutoff),
        customers=customers,
        churn_share=churned / customers,
        came_back_share=back / churned if churned else None,
        noticed_after_days=None if row[3] is None else float(str(row[3])),
        closed=True,
    )
