"""The predicted value of every customer, by the method that did best on spend it never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulars.core.calendar import date_of
from regulars.ml.clv.accuracy import geometric_mean
from regulars.ml.clv.customer_value import CustomerValue, naive_value
from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_holdout import Method, ValueHoldout, blend_name
from regulars.ml.clv.value_if_stays import BuysWithin, Staying
from regulars.ml.clv.value_intervals import INTERVAL_LEVEL, UNCALIBRATED, intervals_of
from regulars.ml.clv.value_level import Level, TotalError
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Floats
from regulars.release.value_report import NAIVE, StayingTenth, ValueAccuracy


@dataclass(frozen=True)
class PredictedValues:
    """Values as of now, shape (n,), in the order of `codes`, and how the method was chosen.

    `if_stays` is the value of a customer who stays, at least `value`. `low` and `high` contain
    `value` and should hold the spend of `interval_level` of customers. `level` is what a year ago
    was spent over what was predicted then, 1 where that is not known. `tested` says in words how
    the method was tested, `accuracy` how every method did, `staying` what customers spent then who
    stayed.
    """

    codes: Codes
    value: Floats
    if_stays: Floats
    low: Floats
    high: Floats
    expected_orders: Floats
    has_little_history: NDArray[np.bool_]
    method: str
    level: Level
    total_error: TotalError
    tested: str
    interval_level: float = INTERVAL_LEVEL
    accuracy: Mapping[str, ValueAccuracy] = field(default_factory=dict)
    staying: tuple[StayingTenth, ...] = ()


def predict_values(
    history: SpendHistory,
    ahead: Window,
    test: Window | None,
    *,
    discount_rate_per_year: float = 0.0,
    methods: Mapping[str, Method] | None = None,
    staying: Staying | None = None,
) -> PredictedValues:
    """Choose by the error on `test` (None: too little history), then predict `ahead`.

    `methods` are others beside the purchase estimator of largest likelihood, by name. Who buys
    within the horizon has stayed, unless `staying` says otherwise. Raises NotEnoughData without
    repeat purchases.
    """
    further_methods, stays = methods or {}, staying or BuysWithin(ahead.span)
    holdout = None
    if test is not None:
        holdout = ValueHoldout.of(history, test, ahead=ahead, methods=further_methods)
    fitted = FittedValues.of(history, ahead)
    parametric = fitted.value(ahead, discount_rate_per_year)
    shipped = _Shipped.of(holdout, fitted, ahead, parametric=parametric, methods=further_methods)
    low, high = shipped.intervals()
    if_stays = stays.value(fitted, ahead, parametric=parametric, value=shipped.by_method)
    return PredictedValues(
        codes=fitted.codes,
        value=shipped.value,
        if_stays=np.maximum(if_stays * shipped.level.factor, shipped.value),
        low=low,
        high=high,
        expected_orders=parametric.purchases,
        has_little_history=parametric.little_history,
        method=shipped.method,
        level=shipped.level,
        total_error=shipped.error,
        tested=_tested_words(holdout, shipped.level, ahead),
        accuracy=holdout.accuracy_of(fitted) if holdout else {},
        staying=holdout.staying_tenths(holdout.choice.best, stays) if holdout else (),
    )


@dataclass(frozen=True)
class _Shipped:
    """Values `by_method`, their level, and how sure both are."""

    holdout: ValueHoldout | None
    fitted: FittedValues
    ahead: Window
    parametric: CustomerValue
    method: str
    by_method: Floats
    level: Level
    error: TotalError

    @classmethod
    def of(
        cls,
        holdout: ValueHoldout | None,
        fitted: FittedValues,
        ahead: Window,
        *,
        parametric: CustomerValue,
        methods: Mapping[str, Method],
    ) -> _Shipped:
        name, values = fitted.name, parametric.value
        level, hidden_total = Level(), None
        if holdout is not None:
            best, name = holdout.choice.best, holdout.name_of(name, fitted)
            level, hidden_total = holdout.level(best), holdout.hidden_total(best)
            by_method = _by_method(holdout, fitted, ahead, parametric=values, methods=methods)
            name, values = by_method or (name, values)
        error = TotalError.ahead(hidden_total, level, knows_a_year=fitted.knows_a_year)
        return cls(holdout, fitted, ahead, parametric, name, values, level, error)

    @property
    def value(self) -> Floats:
        """The values, brought to the level."""
        return self.by_method * self.level.factor

    def intervals(self) -> tuple[Floats, Floats]:
        """Lower and upper ends around the values, shape (n,)."""
        common, holdout = self.error.common, self.holdout
        calibration = UNCALIBRATED
        if holdout is not None:
            calibration = holdout.calibration(holdout.choice.best, level_sd=common)
        return intervals_of(
            self.fitted,
            self.ahead,
            calibration,
            value=self.value,
            parametric=self.parametric.value,
            level_sd=common,
        )


def _by_method(
    holdout: ValueHoldout,
    fitted: FittedValues,
    ahead: Window,
    *,
    parametric: Floats,
    methods: Mapping[str, Method],
) -> tuple[str, Floats] | None:
    """The method that did best and its values, shape (n,); None: by the purchase estimator.

    The estimator of largest likelihood may be another one than before the hidden window.
    """
    best = holdout.choice.best
    if best == NAIVE:
        return NAIVE, naive_value(fitted.history, fitted.spend, horizon=fitted.span(ahead))
    for name, method in methods.items():
        if best not in {name, blend_name(name, holdout.fitted)}:
            continue
        values = method(fitted.codes, ahead.start, ahead.end)
        if values is None or best == name:
            return None if values is None else (name, values)
        return holdout.name_of(best, fitted), geometric_mean(values, parametric)
    return None


def _tested_words(holdout: ValueHoldout | None, level: Level, ahead: Window) -> str:
    if holdout is None:
        return "Not tested: the history is too short to hide a part of it from the estimators."
    test = holdout.window
    words = f"Tested on the {test.span} from {date_of(test.start)}, hidden from training: "
    words += f"{holdout.choice.reason}. "
    if level == Level():
        return words + (
            "Predictions are not multiplied by the ratio of observed to predicted spend: that "
            f"needs a hidden stretch of {ahead.span} with a year of history before it, and a ratio "
            "more than two standard errors from 1."
        )
    return words + (
        f"Predictions are multiplied by {level.factor:.2f} (standard error "
        f"{100 * level.error:.0f} %), the ratio of observed to predicted spend of those days."
    )
