"""The predicted value of customers over a stated horizon: purchases x spend, with its width."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from regulars.core.calendar import DAYS_PER_PERIOD, DAYS_PER_YEAR
from regulars.core.errors import DataError
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.purchase_summary import Histories, Summary, distinct, distinct_rows
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.spans import Floats, Span

LITTLE_HISTORY_PURCHASES = 3  # with fewer, the estimate is mostly that of the population
_DRAWS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Intervals:
    """Which customers get an interval, how wide (`level`), and how it is drawn.

    It is the range of what the customer may come to spend, given the fitted parameters; their own
    uncertainty is not in it.
    """

    customers: Literal["little history", "all", "none"] = "little history"
    level: float = 0.8
    draws: int = 500
    seed: int = 0


@dataclass(frozen=True)
class CustomerValue:
    """Value per customer over `horizon` after the end of observation; arrays of shape (n,).

    `purchases` are expected purchase days, `spend_per_purchase` and `value` money; `value` is
    discounted at `discount_rate_per_year`. `low` and `high` are NaN where there is no interval.
    `little_history` marks customers with fewer than three purchase days: theirs is the pooled
    estimate of the population, and very uncertain.
    """

    horizon: Span
    discount_rate_per_year: float
    purchases: Floats
    spend_per_purchase: Floats
    value: Floats
    low: Floats
    high: Floats
    level: float
    little_history: NDArray[np.bool_]


def customer_value(
    history: Summary,
    spend: SpendSummary,
    *,
    purchases: PurchaseEstimator,
    spending: GammaGamma,
    horizon: Span,
    discount_rate_per_year: float,
    intervals: Intervals | None = None,
) -> CustomerValue:
    """Expected, discounted spend of each customer within the horizon, and its interval.

    `history` and `spend` hold the same customers in the same order, `history` in the unit the
    purchase estimator was fitted in; the horizon may be in any unit. Raises DataError otherwise.
    """
    wanted = intervals or Intervals()
    _same_customers(history, spend, purchases=purchases)
    if discount_rate_per_year <= -1:
        raise DataError(f"a discount rate of {discount_rate_per_year} per year cannot be")
    known = distinct(history.x, history.t_x, history.T)
    expected, discounted = _expected(purchases, known, horizon, discount_rate_per_year)
    per_purchase = spending.expected_spend(spend.orders, spend.mean_spend)
    little = history.x + 1 < LITTLE_HISTORY_PURCHASES
    share = np.divide(discounted, expected, out=np.ones_like(expected), where=expected > 0)
    low, high = (np.full(len(history), np.nan) for _ in range(2))
    rows = {"little history": little, "all": np.ones_like(little), "none": np.zeros_like(little)}
    at = np.flatnonzero(rows[wanted.customers])
    if at.size:
        width = _Width(purchases, spending, horizon.in_unit(history.unit), wanted)
        bounds = width.of(history, spend, at) * share[known.row][at]
        low[at], high[at] = bounds
    return CustomerValue(
        horizon=horizon,
        discount_rate_per_year=discount_rate_per_year,
        purchases=expected[known.row],
        spend_per_purchase=per_purchase,
        value=discounted[known.row] * per_purchase,
        low=low,
        high=high,
        level=wanted.level,
        little_history=little,
    )


def naive_value(history: Summary, spend: SpendSummary, *, horizon: Span) -> Floats:
    """The yardstick: everyone goes on at their own rate and mean spend, shape (n,).

    Repeat purchases per time since the first one; who has no order of known value gets the mean of
    the others.
    """
    rate = np.divide(history.x, history.T, out=np.zeros(len(history)), where=history.T > 0)
    known = spend.orders > 0
    pooled = float(spend.mean_spend[known].mean()) if known.any() else 0.0
    per_purchase = np.where(known, spend.mean_spend, pooled)
    value: Floats = rate * horizon.in_unit(history.unit) * per_purchase
    return value


def _same_customers(history: Summary, spend: SpendSummary, *, purchases: PurchaseEstimator) -> None:
    if history.unit != purchases.unit:
        raise DataError(
            f"{purchases.name} was fitted in {purchases.unit}s, the histories are in"
            f" {history.unit}s",
            hint="A wrong time unit scales value silently; summarise in the fitted unit.",
        )
    if len(history) != len(spend):
        raise DataError(f"{len(history)} histories, but {len(spend)} spend rows")
    if history.customers is None or spend.customers is None:
        return
    if not np.array_equal(history.customers, spend.customers):
        raise DataError(
            "histories and spend are not of the same customers in the same order",
            hint="Summarise both from the same rows at the same as_of.",
        )


def _expected(
    purchases: PurchaseEstimator, known: Histories, horizon: Span, rate_per_year: float
) -> tuple[Floats, Floats]:
    """Expected purchases of distinct histories, plain and discounted month by month."""
    unit = purchases.unit
    end = horizon.in_unit(unit)
    if rate_per_year == 0:
        plain = purchases.expected_purchases(end, known.x, known.t_x, known.T)
        return plain, plain
    years = end * DAYS_PER_PERIOD[unit] / DAYS_PER_YEAR
    steps = np.linspace(0, 1, max(2, int(np.ceil(12 * years)) + 1))
    before, discounted = np.zeros(known.x.shape), np.zeros(known.x.shape)
    for start, stop in pairwise(steps):
        until = purchases.expected_purchases(end * stop, known.x, known.t_x, known.T)
        discount = (1 + rate_per_year) ** (-years * (start + stop) / 2)
        discounted += discount * (until - before)
        before = until
    return before, discounted


@dataclass(frozen=True)
class _Width:
    """Draws purchases and spend once per distinct history; only the money differs within."""

    purchases: PurchaseEstimator
    spending: GammaGamma
    horizon: float
    intervals: Intervals

    def of(self, history: Summary, spend: SpendSummary, at: NDArray[np.intp]) -> Floats:
        """Lower and upper bounds, undiscounted, of the customers at these positions: (2, m)."""
        columns = tuple(column[at] for column in (history.x, history.t_x, history.T, spend.orders))
        first, row = distinct_rows(*columns)
        kinds = np.stack([column[first] for column in columns])
        rng = np.random.default_rng(self.intervals.seed)
        size = max(1, _DRAWS_AT_ONCE // self.intervals.draws)
        bounds = np.concatenate(
            [
                self._drawn(kinds[:, start : start + size], rng)
                for start in range(0, first.size, size)
            ],
            axis=1,
        )
        scale = self.spending.scale(spend.orders[at], spend.mean_spend[at])
        scaled: Floats = bounds[:, row] * scale
        return scaled

    def _drawn(self, kinds: Floats, rng: np.random.Generator) -> Floats:
        draws = (kinds.shape[1], self.intervals.draws)
        x, t_x, T, orders = (np.broadcast_to(column[:, None], draws) for column in kinds)
        bought = self.purchases.simulated_purchases(self.horizon, (x, t_x, T), rng)
        spent = self.spending.simulated_spend(bought, orders, rng)
        tail = (1 - self.intervals.level) / 2
        bounds: Floats = np.quantile(spent, [tail, 1 - tail], axis=1)
        return bounds
