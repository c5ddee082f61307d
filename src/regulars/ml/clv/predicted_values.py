"""Value of every customer over a stated horizon, by the way that did best on spend it never saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.accuracy import ValueAccuracy, ValueChoice, choose_value, geometric_mean
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value, naive_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Floats, Span, Summary
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import Codes, SpendHistory

ESTIMATORS: Mapping[str, type[PurchaseEstimator]] = {
    "BG/NBD": BgNbd,
    "MBG/NBD": MbgNbd,
    "Pareto/NBD": ParetoNbd,
}
NAIVE, UNTESTED = "own rate", "BG/NBD"
INTERVALS_FOR_ALL = 20_000
LEVEL_RANGE = (0.5, 2.0)

# Values of these customers (codes, as at a day) by another way, or None where it has none.
Further = Callable[[Codes, int, int], Floats | None]


@dataclass(frozen=True)
class Window:
    """A stretch of days [start, end) in which spend is predicted, and its length as a span."""

    start: int
    end: int
    span: Span


@dataclass(frozen=True)
class Valued:
    """Values as of now, shape (n,), in the order of `codes`, and how the way was chosen.

    `low` and `high` are NaN where there is no interval. `factor` is what a year ago was spent over
    what was predicted then, 1 where that is not known.
    """

    codes: Codes
    value: Floats
    low: Floats
    high: Floats
    level: float
    orders: Floats
    little_history: np.ndarray
    way: str
    factor: float
    words: str
    accuracy: Mapping[str, ValueAccuracy] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """How it was chosen and tested, as plain JSON."""
        return {
            "way": self.way,
            "factor": self.factor,
            "tested": self.words,
            "interval_level": self.level,
            "customers": int(self.codes.size),
            "total": float(self.value.sum()),
            "accuracy": {name: vars(found) for name, found in self.accuracy.items()},
        }


def value_customers(
    ledger: SpendHistory,
    ahead: Window,
    test: Window | None,
    *,
    discount_rate_per_year: float = 0.0,
    further: Mapping[str, Further] | None = None,
) -> Valued:
    """Choose by the error on `test` (None: too little history, BG/NBD), then value `ahead`.

    `further` names other ways beside the purchase estimators: each gives the values of customers
    as at a day for the window that begins there. Raises NotEnoughData without repeat purchases.
    """
    others = further or {}
    choice = None if test is None else _tested(ledger, test, others)
    way = choice.best if choice else UNTESTED
    base = way if way in ESTIMATORS else _base(choice)
    fitted = _Fitted.of(ledger, ahead, base)
    found = fitted.value(ahead, discount_rate_per_year, intervals=True)
    value = _by(
        way,
        fitted,
        window=ahead,
        parametric=found.value,
        further=others,
        rate=discount_rate_per_year,
    )
    if value is None:
        way, value = base, found.value
    factor = _level(choice, way, test, ahead)
    # Beside one's own rate there is no interval: it says nothing of those who bought once.
    one = np.full_like(value, np.nan) if way == NAIVE else np.ones_like(value)
    scale = np.divide(value, found.value, out=one, where=(found.value > 0) & (way != NAIVE))
    return Valued(
        codes=fitted.codes,
        value=value * factor,
        low=found.low * scale * factor,
        high=found.high * scale * factor,
        level=found.level,
        orders=found.purchases,
        little_history=found.little_history,
        way=way,
        factor=factor,
        words=_words(choice, test, factor),
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
    def of(cls, ledger: SpendHistory, window: Window, name: str) -> _Fitted:
        code, day, amount = ledger.before(window.start).standing()
        if not code.size:
            raise NotEnoughData("no purchase stood before that day")
        history = Summary.from_days(code, day, as_of=window.start, unit=window.span.unit)
        spend = SpendSummary.from_days(code, day, amount, as_of=window.start, first_order="counted")
        return cls(history, spend, ESTIMATORS[name]().fit(history), GammaGamma().fit(spend))

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

    def _intervals(self) -> Intervals:
        everyone = len(self.history) <= INTERVALS_FOR_ALL
        return Intervals("all" if everyone else "little history")


def _tested(
    ledger: SpendHistory, test: Window, further: Mapping[str, Further]
) -> ValueChoice | None:
    """Predict what was then spent in the window with what was known before it."""
    predicted: dict[str, Floats] = {}
    known = ledger.before(test.end)
    fitted = None
    for name in ESTIMATORS:
        try:
            fitted = _Fitted.of(ledger, test, name)
            values = fitted.value(test, 0.0).value
        except NotEnoughData:
            continue
        predicted.setdefault(NAIVE, naive_value(fitted.history, fitted.spend, horizon=test.span))
        predicted[name] = values
    if fitted is None:
        return None
    for name, way in further.items():
        values_or_none = way(fitted.codes, test.start, test.end)
        if values_or_none is not None:
            predicted[name] = values_or_none
            predicted[f"{name} and {UNTESTED}"] = geometric_mean(
                values_or_none, predicted[UNTESTED]
            )
    actual = known.spent(fitted.codes, start=test.start, end=test.end)
    try:
        return choose_value(actual, predicted)
    except NotEnoughData:
        return None


def _base(choice: ValueChoice | None) -> str:
    """The purchase estimator that did best: it says how wide an estimate is."""
    if choice is None:
        return UNTESTED
    places = {name: place for name, place in choice.mean_place.items() if name in ESTIMATORS}
    return min(places, key=places.__getitem__)


def _by(
    way: str,
    fitted: _Fitted,
    *,
    window: Window,
    parametric: Floats,
    further: Mapping[str, Further],
    rate: float,
) -> Floats | None:
    if way in ESTIMATORS:
        return parametric
    if way == NAIVE:
        return naive_value(fitted.history, fitted.spend, horizon=window.span)
    name = way.removesuffix(f" and {UNTESTED}")
    values = further[name](fitted.codes, window.start, window.end)
    if values is None or name == way:
        return values
    return geometric_mean(values, fitted.value(window, rate).value)


def _level(choice: ValueChoice | None, way: str, test: Window | None, ahead: Window) -> float:
    """Last year's spend over its prediction, where the test was as long as the horizon."""
    if choice is None or test is None or test.span != ahead.span or way not in choice.accuracy:
        return 1.0
    return float(np.clip(1 / (1 + choice.accuracy[way].total_error), *LEVEL_RANGE))


def _words(choice: ValueChoice | None, test: Window | None, factor: float) -> str:
    if choice is None or test is None:
        return "Not tested: the history is too short to hide a part of it from the estimators."
    day = np.datetime64(test.start, "D")
    said = f"Tested on the {test.span} from {day}, hidden from it: {choice.reason}."
    if factor != 1.0:
        said += f" Values are multiplied by {factor:.2f}, the level that was missed then."
    return said
