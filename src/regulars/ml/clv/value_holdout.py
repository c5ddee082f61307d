"""A stretch of the past whose spend was hidden: which method did best in it, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.accuracy import ValueChoice, choose_value, geometric_mean
from regulars.ml.clv.customer_value import naive_value
from regulars.ml.clv.fitted_values import ESTIMATORS, FittedValues
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_if_stays import Staying, staying_tenths
from regulars.ml.clv.value_intervals import Calibration, calibrated
from regulars.ml.clv.value_windows import Window, sets_level
from regulars.ml.spans import Floats
from regulars.release.value_report import NAIVE, StayingTenth

UNTESTED = "BG/NBD"
LEVEL_RANGE = (0.5, 2.0)

# Values of these customers (codes) in [start, end), as known at start; None where it has none.
Method = Callable[[Codes, int, int], Floats | None]


@dataclass(frozen=True)
class Level:
    """Observed over predicted spend, which multiplies predictions, and its relative error."""

    factor: float = 1.0
    error: float = 0.0


@dataclass(frozen=True)
class ValueHoldout:
    """Predictions by method for a window that has passed, and what was spent in it, shape (n,).

    `fitted` are the purchase estimators by name, as known at the start of the window.
    """

    history: SpendHistory
    window: Window
    fitted: Mapping[str, FittedValues]
    predicted: Mapping[str, Floats]
    actual: Floats
    choice: ValueChoice

    @classmethod
    def of(
        cls, history: SpendHistory, window: Window, methods: Mapping[str, Method]
    ) -> ValueHoldout | None:
        """None where nothing could be predicted, or nothing was spent."""
        fitted = FittedValues.of_each(history, window)
        predicted: dict[str, Floats] = {}
        for name, known in fitted.items():
            # The simplest first: of equals, the one named first is chosen.
            predicted.setdefault(
                NAIVE, naive_value(known.history, known.spend, horizon=window.span)
            )
            predicted[name] = known.value(window, 0.0).value
        if UNTESTED not in fitted:
            return None
        codes = fitted[UNTESTED].codes
        for name, method in methods.items():
            values = method(codes, window.start, window.end)
            if values is not None:
                predicted[name] = values
                predicted[blend_name(name)] = geometric_mean(values, predicted[UNTESTED])
        actual = history.before(window.end).spent(codes, start=window.start, end=window.end)
        try:
            choice = choose_value(actual, predicted)
        except NotEnoughData:
            return None
        return cls(history, window, fitted, predicted, actual, choice)

    @property
    def best_estimator(self) -> str:
        """The purchase estimator that did best: it says how wide an estimate is."""
        places = {n: place for n, place in self.choice.mean_place.items() if n in ESTIMATORS}
        return min(places, key=places.__getitem__)

    def level(self, method: str, ahead: Window) -> Level:
        """What was spent over what a method predicted; 1 where the window cannot tell.

        A ratio within two standard errors of 1 may be chance.
        """
        predicted, actual = self.predicted[method], self.actual
        can_tell = sets_level(self.window, ahead, first_day=self.history.first_day)
        if not can_tell or predicted.sum() <= 0 or actual.sum() <= 0:
            return Level()
        ratio = float(actual.sum() / predicted.sum())
        missed = actual - ratio * predicted
        error = float(np.sqrt(missed @ missed) / actual.sum())
        if abs(np.log(ratio)) <= 2 * error:
            return Level()
        return Level(float(np.clip(ratio, *LEVEL_RANGE)), error)

    def calibration(self, method: str, estimator: str, *, factor: float) -> Calibration:
        """How much of an estimator's draws around the values of a method held 80 % of customers."""
        fitted = self.fitted[estimator]
        return calibrated(
            fitted,
            self.window,
            value=self.predicted[method] * factor,
            parametric=self.predicted[estimator],
            actual=self.actual,
        )

    def staying_tenths(
        self, method: str, estimator: str, staying: Staying
    ) -> tuple[StayingTenth, ...]:
        """Expected and observed spend of customers who stayed; empty where that is not known."""
        fitted = self.fitted[estimator]
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


def blend_name(method: str) -> str:
    """The name of a method blended with the estimator that needs no test."""
    return f"{method} and {UNTESTED}"
