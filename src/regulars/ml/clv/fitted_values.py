"""A purchase estimator and Gamma-Gamma, fitted to what was known of every customer at a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_windows import Window

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
    def of(cls, history: SpendHistory, window: Window, name: str) -> FittedValues:
        """Raises NotEnoughData without repeat purchases before the window."""
        code, day, amount = history.before(window.start).standing()
        if not code.size:
            raise NotEnoughData("no purchase stood before that day")
        summary = Summary.from_days(code, day, as_of=window.start, unit=window.span.unit)
        spend = SpendSummary.from_days(code, day, amount, as_of=window.start, first_order="counted")
        return cls(summary, spend, ESTIMATORS[name]().fit(summary), GammaGamma().fit(spend))

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
