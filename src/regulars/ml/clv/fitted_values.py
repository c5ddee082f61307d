"""A purchase estimator and Gamma-Gamma, fitted to what was known of every customer at a day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from regulars.core.calendar import DAYS_PER_PERIOD
from regulars.core.errors import NotEnoughData
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_cnbd import ParetoCnbd
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.shop_clock import EVEN_CLOCK, ShopClock, learned_clock, spans_a_year
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Span

# Four parameters are as sure from so many customers as a choice of method needs them.
CHOSEN_ON = 20_000
# The simplest first: of equals, it is chosen.
ESTIMATORS: tuple[type[PurchaseEstimator], ...] = (BgNbd, MbgNbd, ParetoNbd, ParetoCnbd)


@dataclass(frozen=True)
class FittedValues:
    """Histories and spend as known at the start of a window, and both estimators.

    Times of `history` are those of the shop's `clock`; `knows_a_year` says whether a year of
    history lay before the window, so that the clock knows every month.
    """

    clock: ShopClock
    history: Summary
    spend: SpendSummary
    purchases: PurchaseEstimator
    spending: GammaGamma
    knows_a_year: bool

    @property
    def name(self) -> str:
        """The name of the purchase estimator."""
        return self.purchases.name

    @property
    def codes(self) -> Codes:
        """The customers, in the order of every answer."""
        assert self.history.customers is not None
        return self.history.customers

    @classmethod
    def of(cls, history: SpendHistory, window: Window) -> FittedValues:
        """By the purchase estimator of largest likelihood, fitted to everybody.

        Raises NotEnoughData without repeat purchases before the window.
        """
        chosen = cls.of_some(history, window)
        if len(chosen.history) <= CHOSEN_ON:
            return chosen
        return replace(
            chosen,
            purchases=type(chosen.purchases)().fit(chosen.history, like=chosen.purchases),
            spending=GammaGamma().fit(chosen.spend, like=chosen.spending),
        )

    @classmethod
    def of_some(cls, history: SpendHistory, window: Window) -> FittedValues:
        """The same, fitted to at most `CHOSEN_ON` customers.

        All estimators have four parameters and tell the density of the same purchase days, so the
        largest likelihood is that of the estimator which describes them best.
        """
        clock, summary, spend = _known(history, window)
        rows = np.arange(0, len(summary), -(-len(summary) // CHOSEN_ON))
        some = summary.take(rows)
        fitted = [estimator().fit(some) for estimator in ESTIMATORS]
        likeliest = max(fitted, key=lambda estimator: estimator.log_likelihood(some))
        spending = GammaGamma().fit(spend.take(rows))
        knows_a_year = spans_a_year(history.first_day, window.start)
        return cls(clock, summary, spend, likeliest, spending, knows_a_year)

    def span(self, window: Window) -> Span:
        """The length of a window by the clock of the histories."""
        unit = self.history.unit
        if self.clock is EVEN_CLOCK:
            return window.span
        return Span(self.clock.between(window.start, window.end) / DAYS_PER_PERIOD[unit], unit)

    def value(self, window: Window, rate_per_year: float) -> CustomerValue:
        """Discounted spend within the window, without intervals."""
        return customer_value(
            self.history,
            self.spend,
            purchases=self.purchases,
            spending=self.spending,
            horizon=self.span(window),
            discount_rate_per_year=rate_per_year,
            intervals=Intervals("none"),
        )


def _known(history: SpendHistory, window: Window) -> tuple[ShopClock, Summary, SpendSummary]:
    """Histories and spend of everybody as known at the start of the window."""
    code, day, amount = history.before(window.start).standing()
    if not code.size:
        raise NotEnoughData("no purchase stood before that day")
    clock = learned_clock(code, day, end=window.start)
    summary = clock.summary(code, day, end=window.start, unit=window.span.unit)
    spend = SpendSummary.from_days(code, day, amount, as_of=window.start, first_order="counted")
    return clock, summary, spend
