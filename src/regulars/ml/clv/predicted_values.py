"""The predicted value of every customer, by the method that did best on spend it never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulars.core.calendar import date_of
from regulars.ml.clv.accuracy import geometric_mean
from regulars.ml.clv.customer_value import CustomerValue, naive_value
from regulars.ml.clv.fitted_values import ESTIMATORS, FittedValues
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_holdout import (
    UNTESTED,
    Level,
    Method,
    ValueHoldout,
    blend_name,
)
from regulars.ml.clv.value_if_stays import BuysWithin, Staying
from regulars.ml.clv.value_intervals import INTERVAL_LEVEL, UNCALIBRATED, intervals_of
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
    """Choose by the error on `test` (None: too little history, BG/NBD), then predict `ahead`.

    `methods` are others beside the purchase estimators, by name. Who buys within the horizon has
    stayed, unless `staying` says otherwise. Raises NotEnoughData without repeat purchases.
    """
    further_methods, stays = methods or {}, staying or BuysWithin(ahead.span)
    holdout = None if test is None else ValueHoldout.of(history, test, further_methods)
    method = holdout.choice.best if holdout else UNTESTED
    estimator = method if method in ESTIMATORS or not holdout else holdout.best_estimator
    fitted = FittedValues.of(
        history, ahead, estimator, like=holdout.fitted[estimator] if holdout else None
    )
    parametric = fitted.value(ahead, discount_rate_per_year)
    value = _by_method(method, fitted, window=ahead, parametric=parametric, methods=further_methods)
    if value is None:
        method, value = estimator, parametric.value
    level = holdout.level(method, ahead) if holdout else Level()
    if_stays = stays.value(fitted, ahead, parametric=parametric, value=value)
    calibration = UNCALIBRATED
    if holdout:
        calibration = holdout.calibration(method, estimator, factor=level.factor)
    low, high = intervals_of(
        fitted,
        ahead,
        calibration,
        value=value * level.factor,
        parametric=parametric.value,
        level_error=level.error,
    )
    return PredictedValues(
        codes=fitted.codes,
        value=value * level.factor,
        if_stays=np.maximum(if_stays, value) * level.factor,
        low=low,
        high=high,
        expected_orders=parametric.purchases,
        has_little_history=parametric.little_history,
        method=method,
        level=level,
        tested=_tested_words(holdout, level, ahead),
        accuracy=holdout.choice.accuracy if holdout else {},
        staying=holdout.staying_tenths(method, estimator, stays) if holdout else (),
    )


def _by_method(
    name: str,
    fitted: FittedValues,
    *,
    window: Window,
    parametric: CustomerValue,
    methods: Mapping[str, Method],
) -> Floats | None:
    """Values by the chosen method, shape (n,); None where it has none for this window."""
    if name in ESTIMATORS:
        return parametric.value
    if name == NAIVE:
        return naive_value(fitted.history, fitted.spend, horizon=window.span)
    if name in methods:
        return methods[name](fitted.codes, window.start, window.end)
    blended = next(method for method in methods if blend_name(method) == name)
    values = methods[blended](fitted.codes, window.start, window.end)
    return None if values is None else geometric_mean(values, parametric.value)


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
