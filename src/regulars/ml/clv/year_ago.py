"""The season: what a year ago the estimator missed in total, it will likely miss again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regulars.core.calendar import WHOLE_DAYS_PER_YEAR, Grain
from regulars.core.errors import NotEnoughData
from regulars.ml.clv.customer_value import Intervals, customer_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.purchase_summary import Floats, Span, Summary, day_numbers, floats
from regulars.ml.clv.purchases import PurchaseEstimator

LEAST_DAYS_BEFORE = 90  # history before the year-ago date: with the year itself 15 months


@dataclass(frozen=True)
class YearAgo:
    """Actual and predicted total spend in the horizon a year before, of customers known then."""

    actual: float
    predicted: float

    @property
    def factor(self) -> float:
        """Actual over predicted: multiply this year's values with it."""
        return self.actual / self.predicted


def year_ago(
    purchases: tuple[ArrayLike, ArrayLike, ArrayLike],
    estimator: type[PurchaseEstimator],
    *,
    as_of: np.datetime64,
    horizon: Span,
    unit: Grain,
) -> YearAgo:
    """Refit a year before `as_of` and compare with what was then spent.

    `purchases` are customer codes, days and amounts, each of shape (rows,); only rows before
    `as_of` are used. Raises NotEnoughData with less than 15 months of history, or where the horizon
    is longer than the year that has passed.
    """
    code, day, amount = np.asarray(purchases[0]), day_numbers(purchases[1]), floats(purchases[2])
    then = int(day_numbers(as_of)) - WHOLE_DAYS_PER_YEAR
    if horizon.in_unit("day") > WHOLE_DAYS_PER_YEAR:
        raise NotEnoughData(f"a horizon of {horizon} has not passed since a year ago")
    if then - int(day.min()) < LEAST_DAYS_BEFORE:
        raise NotEnoughData(
            "less than 15 months of history: last year's season is not known",
            hint="Values are then shipped without a year-ago factor.",
        )
    history = Summary.from_days(code, day, as_of=then, unit=unit)
    spend = SpendSummary.from_days(code, day, amount, as_of=then, first_order="counted")
    value = customer_value(
        history,
        spend,
        purchases=estimator().fit(history),
        spending=GammaGamma().fit(spend),
        horizon=horizon,
        discount_rate_per_year=0.0,
        intervals=Intervals("none"),
    )
    actual = spent_after(purchases, history, as_of=then, horizon=horizon)
    return YearAgo(float(actual.sum()), float(value.value.sum()))


def spent_after(
    purchases: tuple[ArrayLike, ArrayLike, ArrayLike],
    history: Summary,
    *,
    as_of: np.datetime64 | int,
    horizon: Span,
) -> Floats:
    """What each customer of a summary spent in `[as_of, as_of + horizon)`, shape (n,)."""
    if history.customers is None:
        raise ValueError("the summary does not know its customers")
    code, day, amount = np.asarray(purchases[0]), day_numbers(purchases[1]), floats(purchases[2])
    start = int(day_numbers(as_of))
    at = np.searchsorted(history.customers, code)
    at = np.minimum(at, len(history) - 1)
    inside = (day >= start) & (day < start + horizon.in_unit("day"))
    inside &= history.customers[at] == code
    spent = np.bincount(at[inside], weights=amount[inside], minlength=len(history))
    return spent.astype(np.float64)
