"""A boosted two-part estimator: whether a customer buys at all, and how much if so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.clv.purchase_summary import Floats, Span
from regulars.ml.encoding import Encoder

FOLDS = 3
LEAST_BUYERS = 50


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
    parts_: tuple[Any, Any] = field(init=False, repr=False)

    def fit(self, frame: Frame, spend: Floats) -> Self:
        """Learn from what each row of the frame spent within the horizon, shape (n,).

        Raises NotEnoughData when hardly anyone spent, or everyone did not.
        """
        buyers = int(np.count_nonzero(spend > 0))
        if buyers < LEAST_BUYERS:
            raise NotEnoughData(
                f"{buyers} rows with spend in the next {self.horizon}, at least {LEAST_BUYERS}"
                " are needed",
                hint="Use more cutoffs or a longer horizon.",
            )
        self.encoder_ = Encoder()
        matrix = self.encoder_.fit(frame)
        self.level_ = self._out_of_fold_level(matrix, spend, frame.customers)
        self.parts_ = self._both_parts(matrix, spend)
        return self

    def predict(self, frame: Frame) -> Floats:
        """Expected spend within the horizon after each row's as-of date, shape (n,)."""
        return self.level_ * _product(self.parts_, self.encoder_.transform(frame))

    def _out_of_fold_level(self, matrix: Floats, spend: Floats, customers: np.ndarray) -> float:
        """Actual over predicted total, each customer predicted by trees that never met them."""
        _, code = np.unique(customers.astype(str), return_inverse=True)
        fold = np.random.default_rng(self.seed).permutation(code.max() + 1)[code] % FOLDS
        predicted = np.zeros(spend.shape)
        for held in range(FOLDS):
            rest = fold != held
            if np.any(spend[rest] > 0):
                parts = self._both_parts(matrix[rest], spend[rest])
                predicted[~rest] = _product(parts, matrix[~rest])
        total = float(predicted.sum())
        return float(spend.sum()) / total if total > 0 else 1.0

    def _both_parts(self, matrix: Floats, spend: Floats) -> tuple[Any, Any]:
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


def _product(parts: tuple[Any, Any], matrix: Floats) -> Floats:
    whether, how_much = parts
    chance = np.asarray(whether.inplace_predict(matrix), dtype=np.float64)
    product: Floats = chance * np.exp(np.asarray(how_much.inplace_predict(matrix), np.float64))
    return product
