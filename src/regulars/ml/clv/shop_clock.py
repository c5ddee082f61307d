"""The clock of a shop: days that count more where all customers buy more often.

Purchases at a rate that follows the season are purchases at an even rate by a clock that runs
faster in busy months. The index of each calendar month is learned together with rates, rhythm
and drop-out of customers, by the likelihood of Pareto/NBD or Pareto/CNBD in the time of that clock:
so a month is busy that finds customers of every age buying more often than they do otherwise, and
not one in which many had just come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.core.calendar import DAYS_PER_YEAR, Grain
from regulars.ml.clv.pareto_cnbd import ParetoCnbd
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Histories, Summary, customer_days
from regulars.ml.spans import Floats

Days = NDArray[np.int64]
LEARNED_ON = 2_000  # customers: twelve figures are as sure from so many as a clock needs them
SEASON_SD = 0.3  # of the logarithm of a month's index, before any purchase
_MONTHS = 12
_PRIOR_SD = 3.0  # of the logarithms of the other parameters, as in `likelihood`


@dataclass(frozen=True)
class ShopClock:
    """`index`, shape (12,): how fast the clock runs in each calendar month, January first."""

    index: Floats

    def passed(self, day: Days, *, since: int) -> Floats:
        """Days of the clock from the start of day `since` to that of each day, shape of `day`."""
        last = max(int(day.max(initial=since)), since)
        running = np.cumsum(self.index[_month(np.arange(since, last))])
        passed: Floats = np.concatenate(([0.0], running))[day - since]
        return passed

    def summary(self, code: Days, day: Days, *, end: int, unit: Grain) -> Summary:
        """Histories of purchases before a day in the time of this clock."""
        since = int(day.min())

        def passed(day: Days) -> Floats:
            return self.passed(day, since=since)

        return Summary.from_days(
            code, day, as_of=end, unit=unit, passed=None if self is EVEN_CLOCK else passed
        )

    def between(self, start: int, end: int) -> float:
        """Days of the clock in [start, end)."""
        return float(self.index[_month(np.arange(start, end))].sum())


EVEN_CLOCK = ShopClock(np.ones(_MONTHS))


def spans_a_year(first_day: int, end: int) -> bool:
    """Whether every month of the year lies in [first_day, end)."""
    return end - first_day >= int(DAYS_PER_YEAR)


def learned_clock(code: Days, day: Days, *, end: int) -> ShopClock:
    """The clock of purchases (customer codes and day numbers) before a day.

    The even one where there is less than a year, nobody bought twice, or a season does not make the
    purchases likelier by more than its figures cost (Akaike's criterion).
    """
    if not spans_a_year(int(day.min()), end):
        return EVEN_CLOCK
    customers = np.unique(code)
    rows = np.isin(code, customers[:: -(-customers.size // LEARNED_ON)])
    code, day = customer_days(code[rows], day[rows])
    summary = Summary.from_days(code, day, as_of=end, unit="day")
    if not summary.repeat_buyers:
        return EVEN_CLOCK
    fitted = max(
        (kind().fit(summary) for kind in (ParetoNbd, ParetoCnbd)),
        key=lambda estimator: estimator.log_likelihood(summary),
    )
    observed = _Observed.of(code, day, end=end)
    index = observed.learned_index(fitted)
    if index is None:
        return EVEN_CLOCK
    days = observed.days_by_month[-1]
    return ShopClock(index * days.sum() / (index @ days))


@dataclass(frozen=True)
class _Observed:
    """Purchase days of customers: positions since the first day of the history.

    `repeat` (m,) are days of repeat purchases and `previous` those of the purchases before them.
    `days_by_month` (days + 1, 12) counts the days of each month before each day.
    """

    x: Floats
    first: Days
    last: Days
    end: int
    repeat: Days
    previous: Days
    days_by_month: Floats
    months: Days

    @classmethod
    def of(cls, code: Days, day: Days, *, end: int) -> _Observed:
        """From (customer, day) rows, each once, sorted by customer, then day."""
        new = np.concatenate(([True], code[1:] != code[:-1]))
        first = np.flatnonzero(new)
        last = np.concatenate((first[1:], [code.size])) - 1
        since = int(day.min())
        months = _month(np.arange(since, end))
        counts = np.zeros((months.size + 1, _MONTHS))
        counts[np.arange(1, months.size + 1), months] = 1
        again = np.flatnonzero(~new)
        return cls(
            x=(last - first).astype(np.float64),
            first=day[first] - since,
            last=day[last] - since,
            end=end - 1 - since,
            repeat=day[again] - since,
            previous=day[again - 1] - since,
            days_by_month=counts.cumsum(axis=0),
            months=months,
        )

    def learned_index(self, fitted: ParetoNbd) -> Floats | None:
        """The index of the months, shape (12,), of largest likelihood from that of `fitted` on.

        None where it gains less than it costs.
        """
        from scipy.optimize import minimize

        start = np.array(list(fitted.parameters.values()))
        counts = self.days_by_month
        to_last = counts[self.last] - counts[self.first]
        to_end = counts[self.end] - counts[self.first]
        gaps = counts[self.repeat] - counts[self.previous]
        bought = np.bincount(self.months[self.repeat], minlength=_MONTHS)
        rows = np.empty(0, np.intp)
        size = max(abs(fitted.report.log_likelihood), 1.0) if fitted.report else 1.0

        def loss(theta: Floats) -> tuple[float, Floats]:
            parameters, index = start * np.exp(theta[:4]), np.exp(theta[4:])
            histories = Histories(
                self.x, to_last @ index, to_end @ index, np.ones(self.x.size), rows
            )
            value, by_parameter, by_last, by_end = fitted.total_by_times(parameters, histories)
            length = gaps @ index
            more = fitted.stages - 1
            value += bought @ theta[4:] + more * np.log(length).sum()
            by_index = by_last @ to_last + by_end @ to_end + more * (1 / length) @ gaps
            slope = np.concatenate([by_parameter * parameters, bought + by_index * index])
            prior = theta / np.repeat([_PRIOR_SD, SEASON_SD], [4, _MONTHS])
            value -= 0.5 * float(prior @ prior)
            slope -= prior / np.repeat([_PRIOR_SD, SEASON_SD], [4, _MONTHS])
            return -value / size, -slope / size

        best = minimize(
            loss,
            np.zeros(4 + _MONTHS),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-5.0, 5.0)] * 4 + [(-2.0, 2.0)] * _MONTHS,
            options={"maxiter": 60, "ftol": 1e-9},
        )
        gain = size * (loss(np.zeros(4 + _MONTHS))[0] - float(best.fun))
        index: Floats = np.exp(best.x[4:])
        return index if gain > _MONTHS - 1 else None


def _month(day: Days) -> Days:
    """The month of the year of day numbers, 0 to 11."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % _MONTHS
