"""A purchase estimator and Gamma-Gamma, fitted to what was known of every customer at a day."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_windows import Window

# Four parameters are as sure from so many customers as a choice of method needs them.
CHOSEN_ON = 20_000
ESTIMATORS: Mapping[str, type[PurchaseEstimator]] = {
    "BG/NBD": BgNbd,
    "MBG/NBD": MbgNbd,
    "Pareto/NBD": ParetoNbd,
}


@dataclass(frozen=True)
class FittedValues:
    """Histories and spend as known at the start of a window, and both estimators."""

    history: Summary
    spend: SpendSummary
    purchases: PurchaseEstimator
    spending: GammaGamma

    @property
    def codes(self) -> Codes:
        """The customers, in the order of every answer."""
        assert self.history.customers is not None
        return self.history.customers

    @classmethod
    def of(
        cls,
        history: SpendHistory,
        window: Window,
        name: str,
        *,
        like: FittedValues | None = None,
    ) -> FittedValues:
        """Fitted to everybody; the search begins where that of `like` ended.

        Raises NotEnoughData without repeat purchases before the window.
        """
        summary, spend = _known(history, window)
        return cls(
            summary,
            spend,
            ESTIMATORS[name]().fit(summary, like=like.purchases if like else None),
            GammaGamma().fit(spend, like=like.spending if like else None),
        )

    @classmethod
    def of_each(cls, history: SpendHistory, window: Window) -> dict[str, FittedValues]:
        """By name, for a choice between them: fitted to at most `CHOSEN_ON` customers.

        Empty where nothing stood before the window; without those that cannot be fitted.
        """
        fitted: dict[str, FittedValues] = {}
        try:
            summary, spend = _known(history, window)
            some = np.arange(0, len(summary), -(-len(summary) // CHOSEN_ON))
            spending = GammaGamma().fit(spend.take(some))
        except NotEnoughData:
            return fitted
        for name, estimator in ESTIMATORS.items():
            # Without a repeat purchase there is no estimator, and what remains is chosen from.
            with suppress(NotEnoughData):
                purchases = estimator().fit(summary.take(some))
                fitted[name] = cls(summary, spend, purchases, spending)
        return fitted

    def value(self, window: Window, rate_per_year: float) -> CustomerValue:
        """Discounted spend within the window, without intervals."""
        return customer_value(
            self.history,
            self.spend,
            purchases=self.purchases,
            spending=self.spending,
            horizon=window.span,
            discount_rate_per_year=rate_per_year,
            intervals=Intervals("none"),
        )


def _known(history: SpendHistory, window: Window) -> tuple[Summary, SpendSummary]:
    """Histories and spend of everybody as known at the start of the window."""
    code, day, amount = history.before(window.start).standing()
    if not code.size:
        raise NotEnoughData("no purchase stood before that day")
    summary = Summary.from_days(code, day, as_of=window.start, unit=window.span.unit)
    spend = SpendSummary.from_days(code, day, amount, as_of=window.start, first_order="counted")
    return summary, spend
