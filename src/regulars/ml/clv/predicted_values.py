"""The predicted value of every customer, by the method that did best on spend it never saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from regulars.core.calendar import (
    PERIODS_PER_QUARTER,
    PERIODS_PER_YEAR,
    Grain,
    add_periods,
    date_of,
    day_number,
    whole_periods_between,
)
from regulars.core.errors import NotEnoughData
from regulars.ml.clv.accuracy import ValueChoice, choose_value, geometric_mean
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value, naive_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_if_stays import Staying, classical_value_if_stays
from regulars.ml.spans import Floats, Span
from regulars.release.value_report import ValueAccuracy

ESTIMATORS: Mapping[str, type[PurchaseEstimator]] = {
    "BG/NBD": BgNbd,
    "MBG/NBD": MbgNbd,
    "Pareto/NBD": ParetoNbd,
}
NAIVE, UNTESTED = "own rate", "BG/NBD"
INTERVALS_FOR_ALL = 20_000
LEVEL_RANGE = (0.5, 2.0)
# A test in a shorter window would judge mostly who happened to buy in it.
_MIN_TEST_PERIODS: Mapping[Grain, int] = {"day": 30, "week": 4, "month": 2}
_MAX_DAYS_TO_CUTOFF = 31

# Values of these customers (codes) in [start, end), as known at start; None where it has none.
Method = Callable[[Codes, int, int], Floats | None]


@dataclass(frozen=True)
class Window:
    """A stretch of days [start, end) in which spend is predicted, and its length as a span."""

    start: int
    end: int
    span: Span

    @classmethod
    def after(cls, day: date, periods: int, *, grain: Grain) -> Window:
        """The window of so many periods that begins on a day."""
        end = add_periods(day, periods, grain=grain)
        return cls(day_number(day), day_number(end), Span(periods, grain))


def year_after(as_of: date, *, grain: Grain) -> Window:
    """The window that values are predicted for."""
    return Window.after(as_of, PERIODS_PER_YEAR[grain], grain=grain)


def hidden_window(
    as_of: date, *, grain: Grain, first_day: int, cutoff_near: Callable[..., int] | None = None
) -> Window | None:
    """The last stretch as long as the horizon, or half of a shorter history; None of too short.

    `first_day` is the day number at which the history begins. The window begins at a cutoff where
    one is near (`cutoff_near(day, within=days)`), for features are known at cutoffs only.
    """
    history = whole_periods_between(date_of(first_day), as_of, grain=grain)
    periods = PERIODS_PER_YEAR[grain]
    if history - periods < PERIODS_PER_QUARTER[grain]:
        periods = history // 2
    if periods < _MIN_TEST_PERIODS[grain]:
        return None
    start = day_number(add_periods(as_of, -periods, grain=grain))
    if cutoff_near is not None:
        start = cutoff_near(start, within=_MAX_DAYS_TO_CUTOFF)
    return Window.after(date_of(start), periods, grain=grain)


@dataclass(frozen=True)
class PredictedValues:
    """Values as of now, shape (n,), in the order of `codes`, and how the method was chosen.

    `if_stays` is the value of a customer who stays, at least `value`. `low` and `high` are NaN
    where there is no interval of `interval_level`. `level_factor` is what
    a year ago was spent over what was predicted then, 1 where that is not known. `tested` says in
    words how the method was tested, `accuracy` how every method did.
    """

    codes: Codes
    value: Floats
    if_stays: Floats
    low: Floats
    high: Floats
    interval_level: float
    expected_orders: Floats
    has_little_history: NDArray[np.bool_]
    method: str
    level_factor: float
    tested: str
    accuracy: Mapping[str, ValueAccuracy] = field(default_factory=dict)


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
    further_methods = methods or {}
    choice = None if test is None else _tested(history, test, further_methods)
    method = choice.best if choice else UNTESTED
    estimator = method if method in ESTIMATORS else _best_estimator(choice)
    fitted = _Fitted.of(history, ahead, estimator)
    parametric = fitted.value(ahead, discount_rate_per_year, intervals=True)
    value = _by_method(method, fitted, window=ahead, parametric=parametric, methods=further_methods)
    if value is None:
        method, value = estimator, parametric.value
    level_factor = _level_factor(choice, method, test, ahead)
    if_stays = fitted.value_if_stays(parametric, staying or Staying(ahead.span), ahead, value)
    scale = _interval_scale(method, value, parametric.value)
    return PredictedValues(
        codes=fitted.codes,
        value=value * level_factor,
        if_stays=np.maximum(if_stays, value) * level_factor,
        low=parametric.low * scale * level_factor,
        high=parametric.high * scale * level_factor,
        interval_level=parametric.level,
        expected_orders=parametric.purchases,
        has_little_history=parametric.little_history,
        method=method,
        level_factor=level_factor,
        tested=_tested_words(choice, test, level_factor),
        accuracy=choice.accuracy if choice else {},
    )


@dataclass(frozen=True)
class _Fitted:
    """Histories and spend as known at a day, with both estimators fitted to them."""

    history: Summary
    spend: SpendSummary
    purchases: PurchaseEstimator
    spending: GammaGamma

    @property
    def codes(self) -> Codes:
        assert self.history.customers is not None
        return self.history.customers

    @classmethod
    def of(cls, history: SpendHistory, window: Window, name: str) -> _Fitted:
        code, day, amount = history.before(window.start).standing()
        if not code.size:
            raise NotEnoughData("no purchase stood before that day")
        summary = Summary.from_days(code, day, as_of=window.start, unit=window.span.unit)
        spend = SpendSummary.from_days(code, day, amount, as_of=window.start, first_order="counted")
        return cls(summary, spend, ESTIMATORS[name]().fit(summary), GammaGamma().fit(spend))

    def value(self, window: Window, rate: float, *, intervals: bool = False) -> CustomerValue:
        return customer_value(
            self.history,
            self.spend,
            purchases=self.purchases,
            spending=self.spending,
            horizon=window.span,
            discount_rate_per_year=rate,
            intervals=self._intervals() if intervals else Intervals("none"),
        )

    def value_if_stays(
        self, parametric: CustomerValue, staying: Staying, window: Window, value: Floats
    ) -> Floats:
        if staying.ratio is not None:
            return value * staying.ratio(self.codes, window.start, window.end)
        return classical_value_if_stays(
            parametric, self.history, self.purchases, stays_within=staying.within
        )

    def _intervals(self) -> Intervals:
        # Drawing is expensive: of many customers only those whose estimate is the widest get one.
        everyone = len(self.history) <= INTERVALS_FOR_ALL
        return Intervals("all" if everyone else "little history")


def _tested(
    history: SpendHistory, test: Window, methods: Mapping[str, Method]
) -> ValueChoice | None:
    """Predict what was then spent in the window with what was known before it."""
    predicted: dict[str, Floats] = {}
    fitted = None
    for name in ESTIMATORS:
        try:
            fitted = _Fitted.of(history, test, name)
            values = fitted.value(test, 0.0).value
        except NotEnoughData:
            continue
        # The simplest first: of equals, the one named first is chosen.
        predicted.setdefault(NAIVE, naive_value(fitted.history, fitted.spend, horizon=test.span))
        predicted[name] = values
    if fitted is None:
        return None
    for name, method in methods.items():
        method_values = method(fitted.codes, test.start, test.end)
        if method_values is not None:
            predicted[name] = method_values
            predicted[_blend_name(name)] = geometric_mean(method_values, predicted[UNTESTED])
    actual = history.before(test.end).spent(fitted.codes, start=test.start, end=test.end)
    try:
        return choose_value(actual, predicted)
    except NotEnoughData:
        return None


def _blend_name(method: str) -> str:
    return f"{method} and {UNTESTED}"


def _best_estimator(choice: ValueChoice | None) -> str:
    """The purchase estimator that did best: it says how wide an estimate is."""
    if choice is None:
        return UNTESTED
    places = {name: place for name, place in choice.mean_place.items() if name in ESTIMATORS}
    return min(places, key=places.__getitem__)


def _by_method(
    name: str,
    fitted: _Fitted,
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
    blended = next(method for method in methods if _blend_name(method) == name)
    values = methods[blended](fitted.codes, window.start, window.end)
    if values is None:
        return None
    rate = parametric.discount_rate_per_year
    return geometric_mean(values, fitted.value(window, rate).value)


def _interval_scale(method: str, value: Floats, parametric: Floats) -> Floats:
    """By how much each interval is wider than that of the purchase estimator, shape (n,).

    Beside one's own rate there is no interval: it says nothing of those who bought once.
    """
    if method == NAIVE:
        return np.full_like(value, np.nan)
    return np.divide(value, parametric, out=np.ones_like(value), where=parametric > 0)


def _level_factor(
    choice: ValueChoice | None, method: str, test: Window | None, ahead: Window
) -> float:
    """Last year's spend over its prediction, where the test was as long as the horizon."""
    if choice is None or test is None or test.span != ahead.span or method not in choice.accuracy:
        return 1.0
    return float(np.clip(1 / (1 + choice.accuracy[method].total_error), *LEVEL_RANGE))


def _tested_words(choice: ValueChoice | None, test: Window | None, level_factor: float) -> str:
    if choice is None or test is None:
        return "Not tested: the history is too short to hide a part of it from the estimators."
    words = f"Tested on the {test.span} from {date_of(test.start)}, hidden from training: "
    words += f"{choice.reason}."
    if level_factor != 1.0:
        words += (
            f" Predictions are multiplied by {level_factor:.2f}, the ratio of observed to "
            "predicted spend of those days."
        )
    return words
