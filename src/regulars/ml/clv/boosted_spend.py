"""Boosted trees on features: whether a customer buys at all, and how much if so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self

import numpy as np

from regulars.core.calendar import date_of, day_number
from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.encoding import Encoder
from regulars.ml.spans import Floats, Span
from regulars.ml.support import without_unsupported

FOLDS = 3
MIN_BUYERS = 50
MAX_CUTOFFS = 3
BOOSTED_TREES = "boosted trees"


@dataclass(eq=False)
class Hurdle:
    """XGBoost probability of any spend within `horizon` x XGBoost regression on log spend.

    `level_` brings the total of out-of-fold predictions to that of actual spend: the exponential of
    a mean logarithm is no mean. The same frame and spend give the same trees.
    """

    name: ClassVar[str] = "hurdle"

    horizon: Span
    depth: int = 3
    trees: int = 200
    rate: float = 0.05
    threads: int = 2
    seed: int = 0
    level_: float = field(init=False, default=1.0)
    encoder_: Encoder = field(init=False, repr=False)
    estimators_: tuple[Any, Any] = field(init=False, repr=False)

    def fit(self, frame: Frame, spend: Floats) -> Self:
        """Learn from what each row of the frame spent within the horizon, shape (n,).

        Raises NotEnoughData when hardly anyone spent, or everyone did not.
        """
        buyers = int(np.count_nonzero(spend > 0))
        if buyers < MIN_BUYERS:
            raise NotEnoughData(
                f"{buyers} rows with spend in the next {self.horizon}, at least {MIN_BUYERS}"
                " are needed",
                hint="Use more cutoffs or a longer horizon.",
            )
        self.encoder_ = Encoder()
        matrix = self.encoder_.fit(frame)
        self.level_ = self._out_of_fold_level(matrix, spend, frame.customers)
        self.estimators_ = self._both_estimators(matrix, spend)
        return self

    def predict(self, frame: Frame) -> Floats:
        """Expected spend within the horizon after each row's as-of date, shape (n,)."""
        return self.level_ * _product(self.estimators_, self.encoder_.transform(frame))

    def _out_of_fold_level(self, matrix: Floats, spend: Floats, customers: np.ndarray) -> float:
        """Actual over predicted total, each customer predicted by trees that never met them."""
        _, code = np.unique(customers.astype(str), return_inverse=True)
        fold = np.random.default_rng(self.seed).permutation(code.max() + 1)[code] % FOLDS
        predicted = np.zeros(spend.shape)
        for held in range(FOLDS):
            rest = fold != held
            if np.any(spend[rest] > 0):
                estimators = self._both_estimators(matrix[rest], spend[rest])
                predicted[~rest] = _product(estimators, matrix[~rest])
        total = float(predicted.sum())
        return float(spend.sum()) / total if total > 0 else 1.0

    def _both_estimators(self, matrix: Floats, spend: Floats) -> tuple[Any, Any]:
        bought = spend > 0
        whether = self._trees(matrix, bought.astype(np.float64), "binary:logistic")
        how_much = self._trees(matrix[bought], np.log(spend[bought]), "reg:squarederror")
        return whether, how_much

    def _trees(self, matrix: Floats, target: Floats, objective: str) -> Any:
        import xgboost

        rows = xgboost.QuantileDMatrix(matrix, label=target, nthread=self.threads)
        settings = {
            "objective": objective,
            "tree_method": "hist",
            "max_depth": self.depth,
            "eta": self.rate,
            "subsample": 0.7,
            "colsample_bytree": 0.5,
            "min_child_weight": 5,
            "lambda": 5,
            "nthread": self.threads,
            "seed": self.seed,
        }
        return xgboost.train(settings, rows, num_boost_round=self.trees)


def _product(estimators: tuple[Any, Any], matrix: Floats) -> Floats:
    whether, how_much = estimators
    chance = np.asarray(whether.inplace_predict(matrix), dtype=np.float64)
    product: Floats = chance * np.exp(np.asarray(how_much.inplace_predict(matrix), np.float64))
    return product


class BoostedSpend:
    """Learns spend after the newest cutoffs whose window had closed, then values at a cutoff.

    `read_frame` gives the features of everyone at some dates; `reach_days` the days an input looks
    back, so that it is null where that is longer than the history.
    """

    def __init__(
        self,
        history: SpendHistory,
        *,
        cutoffs: Iterable[date],
        read_frame: Callable[[Sequence[date]], Frame],
        reach_days: Mapping[str, int],
    ) -> None:
        self._history, self._read_frame, self._reach_days = history, read_frame, reach_days
        self._days = sorted({day_number(day) for day in cutoffs})

    def start_near(self, day: int, *, within: int) -> int:
        """The newest cutoff at most so many days before a day, or the day itself without one."""
        near = [cutoff for cutoff in self._days if day - within <= cutoff <= day]
        return near[-1] if near else day

    def __call__(self, codes: Codes, start: int, end: int) -> Floats | None:
        """Values of these customers for [start, end), shape (n,); None where nothing is known."""
        past = [cutoff for cutoff in self._days if cutoff + (end - start) <= start][-MAX_CUTOFFS:]
        if start not in self._days or not past:
            return None
        frame = self._supported_frame(past)
        spend = self._spend_after(frame, known_at=start, days=end - start)
        try:
            trees = Hurdle(Span(end - start, "day")).fit(frame, np.maximum(spend, 0.0))
        except NotEnoughData:
            return None
        current = self._supported_frame([start])
        code, has_code = self._history.codes_of(current.keys["customer_id"])
        size = int(max(codes.max(initial=-1), self._history.code.max(initial=-1))) + 1
        predicted = np.zeros(size)
        predicted[code[has_code]] = trees.predict(current)[has_code]
        return np.asarray(predicted[codes])

    def _spend_after(self, frame: Frame, *, known_at: int, days: int) -> Floats:
        """What each row of the frame spent in so many days after its cutoff, shape (n,)."""
        code, has_code = self._history.codes_of(frame.keys["customer_id"])
        cutoff = frame.as_of.astype("datetime64[D]").astype(np.int64)
        known = self._history.before(known_at)
        spend = np.zeros(len(frame))
        for day in np.unique(cutoff).tolist():
            rows = (cutoff == day) & has_code
            spend[rows] = known.spent(code[rows], start=day, end=day + days)
        return spend

    def _supported_frame(self, days: list[int]) -> Frame:
        """Inputs of everyone on these days, null where a window is longer than the history."""
        return without_unsupported(
            self._read_frame([date_of(day) for day in days]),
            reach=self._reach_days,
            history_from=date_of(self._history.first_day),
        )
