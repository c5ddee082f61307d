"""Shallow boosted trees (XGBoost)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.protocol import Contributions, CrossFitted
from regulars.ml.estimators.tree_rows import RowChoice, TreeRows, tree_rows

EXACT_ROWS = 2_000
MOST_ROWS = 50_000


@dataclass(eq=False)
class BoostedTrees:
    """XGBoost with histograms; the same frame gives the same trees.

    The settings are those that measured best on real churn data: deeper trees fit the noise, and
    twice as many at half the rate are no better beyond it. At most `most_rows` rows are learned
    from, weighted so that probabilities stay unbiased.
    Contributions are exact (TreeSHAP) up to `EXACT_ROWS` rows and approximate above.
    """

    name: ClassVar[str] = "boosted_trees"

    depth: int = 3
    trees: int = 200
    rate: float = 0.06
    row_share: float = 0.7
    column_share: float = 0.4
    least_child_weight: float = 5.0
    ridge: float = 5.0
    most_rows: int = MOST_ROWS
    threads: int = 2
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: Encoder = field(init=False, repr=False)
    booster_: Any = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        rows = self._rows(frame)
        self.encoder_ = rows.encoder
        self.booster_ = self._grown(rows.every, rows.threads)
        return self

    def cross_fitted(self, frame: Frame, fold: np.ndarray) -> CrossFitted:
        """One booster without each fold, on rows that are encoded once."""
        rows = self._rows(frame)
        part, odds = fold[rows.at], np.empty(len(frame))
        for number, held, matrix in rows.folds(frame, fold):
            booster = self._grown(rows.rest(part, number), rows.threads)
            odds[held] = booster.inplace_predict(matrix, predict_type="margin")
        return CrossFitted(odds)

    def predict(self, frame: Frame) -> np.ndarray:
        predicted = self.booster_.inplace_predict(self.encoder_.transform(frame))
        return np.asarray(predicted, dtype=np.float64)

    def contributions(self, frame: Frame) -> Contributions:
        import xgboost

        rows = xgboost.DMatrix(self.encoder_.transform(frame), nthread=self.threads)
        contributions = self.booster_.predict(
            rows, pred_contribs=True, approx_contribs=len(frame) > EXACT_ROWS
        ).astype(np.float64)
        values = self.encoder_.by_input(contributions[:, :-1])
        return Contributions(self.encoder_.inputs_, values, contributions[:, -1])

    def _rows(self, frame: Frame) -> TreeRows:
        return tree_rows(frame, RowChoice(self.drop, self.most_rows, self.threads, self.seed))

    def _grown(self, rows: Any, threads: int) -> Any:
        import xgboost

        settings = {**self._settings(), "nthread": threads}
        return xgboost.train(settings, rows, num_boost_round=self.trees)

    def _settings(self) -> dict[str, Any]:
        return {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "max_depth": self.depth,
            "eta": self.rate,
            "subsample": self.row_share,
            "colsample_bytree": self.column_share,
            "min_child_weight": self.least_child_weight,
            "lambda": self.ridge,
            "seed": self.seed,
        }
