"""A stretch of the past whose spend was hidden: which method did best in it, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.accuracy import ValueChoice, choose_value, geometric_mean
from regulars.ml.clv.customer_value import naive_value
from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_if_stays import Staying, staying_tenths
from regulars.ml.clv.value_intervals import Calibration, calibrated
from regulars.ml.clv.value_level import HiddenTotal, Level
from regulars.ml.clv.value_windows import Window, sets_level
from regulars.ml.spans import Floats
from regulars.release.value_report import NAIVE, StayingTenth, ValueAccuracy

LEVEL_RANGE = (0.5, 2.0)

# Values of these customers (codes) in [start, end), as known at start; None where it has none.
Method = Callable[[Codes, int, int], Floats | None]


@dataclass(frozen=True)
class ValueHoldout:
    """Predictions by method for a window that has passed, and what was spent in it, shape (n,).

    `ahead` is the window that values are wanted for. `fitted` is the purchase
    estimator as known at the start of the window.
    """

    history: SpendHistory
    window: Window
    ahead: Window
    fitted: FittedValues
    predicted: Mapping[str, Floats]
    actual: Floats
    choice: ValueChoice

    @classmethod
    def of(
        cls,
        history: SpendHistory,
        window: Window,
        *,
        ahead: Window,
        methods: Mapping[str, Method],
    ) -> ValueHoldout | None:
        """None where nothing could be predicted, or nothing was spent."""
        try:
            fitted = FittedValues.of_some(history, window)
        except NotEnoughData:
            return None
        codes = fitted.codes
        # The simplest first: of equals, the one named first is chosen.
        predicted = {
            NAIVE: naive_value(fitted.history, fitted.spend, horizon=fitted.span(window)),
            fitted.name: fitted.value(window, 0.0).value,
        }
        for name, method in methods.items():
            values = method(codes, window.start, window.end)
            if values is not None:
                predicted[name] = values
                predicted[blend_name(name, fitted)] = geometric_mean(values, predicted[fitted.name])
        actual = history.before(window.end).spent(codes, start=window.start, end=window.end)
        try:
            judges_level = sets_level(window, ahead, first_day=history.first_day)
            choice = choose_value(actual, predicted, judges_level=judges_level)
        except NotEnoughData:
            return None
        return cls(history, window, ahead, fitted, predicted, actual, choice)

    def name_of(self, method: str, now: FittedValues) -> str:
        """The name of a method whose purchase estimator is the likeliest one `now`."""
        then = self.fitted.name
        blended, _, estimator = method.rpartition(" and ")
        if now.name == then or estimator not in {then, now.name}:
            return method
        named = f"{now.name} ({then} in the hidden period)"
        return f"{blended} and {named}" if blended else named

    def accuracy_of(self, now: FittedValues) -> dict[str, ValueAccuracy]:
        """The accuracy of every method, by the names they have with the estimator `now`."""
        return {
            self.name_of(method, now): accuracy for method, accuracy in self.choice.accuracy.items()
        }

    def level(self, method: str) -> Level:
        """What was spent over what a method predicted; 1 where the window cannot tell.

        A ratio within two standard errors of 1 may be chance.
        """
        predicted, actual = self.predicted[method], self.actual
        can_tell = sets_level(self.window, self.ahead, first_day=self.history.first_day)
        if not can_tell or predicted.sum() <= 0 or actual.sum() <= 0:
            return Level()
        ratio = float(actual.sum() / predicted.sum())
        error = self._customers_sd(method)
        if abs(np.log(ratio)) <= 2 * error:
            return Level()
        return Level(float(np.clip(ratio, *LEVEL_RANGE)), error)

    def hidden_total(self, method: str) -> HiddenTotal | None:
        """How far a method missed the total; None where it predicted nothing."""
        total, spent = float(self.predicted[method].sum()), float(self.actual.sum())
        if total <= 0 or spent <= 0:
            return None
        return HiddenTotal(
            log_miss=float(np.log(spent / total)),
            customers_sd=self._customers_sd(method),
            knew_a_year=self.fitted.knows_a_year,
        )

    def _customers_sd(self, method: str) -> float:
        """Standard error of observed over predicted spend that single customers make."""
        actual, predicted = self.actual, self.predicted[method]
        missed = actual - actual.sum() / predicted.sum() * predicted
        return float(np.sqrt(missed @ missed) / actual.sum())

    def calibration(self, method: str, *, level_sd: float) -> Calibration:
        """How much of the draws around the values of a method held 80 % of customers.

        What the total missed is one draw of the level, whose standard deviation is `level_sd`: the
        spend is brought to the predicted total, and from there to each level that may come.
        """
        total = float(self.predicted[method].sum())
        level = float(self.actual.sum()) / total if total > 0 else 1.0
        return calibrated(
            self.fitted,
            self.window,
            value=self.predicted[method] * level,
            level_sd=level_sd,
            parametric=self.predicted[self.fitted.name],
            actual=self.actual,
        )

    def staying_tenths(self, method: str, staying: Staying) -> tuple[StayingTenth, ...]:
        """Expected and observed spend of customers who stayed; empty where that is not known."""
        fitted = self.fitted
        known = self.history.before(self.window.end)
        stayed = staying.has_stayed(known, fitted.codes, self.window)
        if stayed is None or not stayed.any():
            return ()
        expected = staying.value(
            fitted,
            self.window,
            parametric=fitted.value(self.window, 0.0),
            value=self.predicted[method],
        )
        return staying_tenths(expected[stayed], self.actual[stayed])


def blend_name(method: str, fitted: FittedValues) -> str:
    """The name of a method blended with the purchase estimator."""
    return f"{method} and {fitted.name}"
