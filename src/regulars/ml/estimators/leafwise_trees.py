"""Boosted trees that grow leaf by leaf, early stopped on customers held apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.boosted_trees import EXACT_ROWS, MOST_ROWS
from regulars.ml.estimators.protocol import Contributions, CrossFitted
from regulars.ml.estimators.tree_rows import RowChoice, TreeRows, tree_rows
from regulars.ml.log_odds import probability
from regulars.ml.splits import customer_folds

# Boosters times rows: many rows need fewer boosters, and each takes longer.
BAGGED_ROWS = 100_000
MIN_BAGS = 2


@dataclass(eq=False)
class LeafwiseTrees:
    """XGBoost with up to `leaves` leaves: it finds interactions that shallow trees never reach.

    Deep trees learn the noise of a weak signal, so customers held apart say how many to grow: they
    are dealt to `bags` folds, and for each fold a booster of the others stops where more trees do
    not lower the log loss of the fold. The mean of the boosters' log-odds uses every customer and
    is steadier than one booster; above 20,000 rows fewer of them do. Contributions are exact
    (TreeSHAP) up to `EXACT_ROWS` rows and approximate above.
    """

    name: ClassVar[str] = "leafwise_trees"

    leaves: int = 31
    rate: float = 0.1
    row_share: float = 0.9
    column_share: float = 1.0
    least_child_weight: float = 1.0
    ridge: float = 1.0
    most_trees: int = 1000
    early_stopping_rounds: int = 20
    bags: int = 5
    most_rows: int = MOST_ROWS
    threads: int = 2
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: Encoder = field(init=False, repr=False)
    boosters_: list[Any] = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        rows = self._rows(frame)
        fold = customer_folds(frame, folds=self.bags, seed=self.seed + 1)[rows.at]
        enough = int(np.clip(BAGGED_ROWS // len(rows.at), MIN_BAGS, self.bags))
        self.encoder_ = rows.encoder
        self.boosters_ = [
            _best(self._stopped(rows, fold, number)) for number in np.unique(fold)[:enough]
        ]
        return self

    def cross_fitted(self, frame: Frame, fold: np.ndarray) -> CrossFitted:
        """The boosters of these folds, each asked for the fold that it has not seen.

        How many trees it is asked with the other boosters say: its own number was chosen on these
        rows. All of them together are the estimator of all rows.
        """
        rows = self._rows(frame)
        part, odds = fold[rows.at], np.empty(len(frame))
        grown = {number: self._stopped(rows, part, number) for number in np.unique(part).tolist()}
        best = {number: booster.best_iteration + 1 for number, booster in grown.items()}
        for number, held, matrix in rows.folds(frame, fold):
            elsewhere = np.mean([trees for fold_, trees in best.items() if fold_ != number])
            trees = min(round(float(elsewhere)), grown[number].num_boosted_rounds())
            odds[held] = grown[number].inplace_predict(
                matrix, iteration_range=(0, trees), predict_type="margin"
            )
        self.encoder_ = rows.encoder
        self.boosters_ = [_best(booster) for booster in grown.values()]
        return CrossFitted(odds, self)

    def predict(self, frame: Frame) -> np.ndarray:
        matrix = self.encoder_.transform(frame)
        odds = [
            booster.inplace_predict(matrix, predict_type="margin") for booster in self.boosters_
        ]
        return probability(np.asarray(np.mean(odds, axis=0, dtype=np.float64)))

    def contributions(self, frame: Frame) -> Contributions:
        import xgboost

        rows = xgboost.DMatrix(self.encoder_.transform(frame), nthread=self.threads)
        approximate = len(frame) > EXACT_ROWS
        parts = [
            booster.predict(rows, pred_contribs=True, approx_contribs=approximate)
            for booster in self.boosters_
        ]
        mean = np.asarray(np.mean(parts, axis=0, dtype=np.float64))
        values = self.encoder_.by_input(mean[:, :-1])
        return Contributions(self.encoder_.inputs_, values, mean[:, -1])

    def _rows(self, frame: Frame) -> TreeRows:
        return tree_rows(frame, RowChoice(self.drop, self.most_rows, self.threads, self.seed))

    def _stopped(self, rows: TreeRows, fold: np.ndarray, number: int) -> Any:
        """A booster of the other customers, grown until more trees no longer serve the fold."""
        import xgboost

        return xgboost.train(
            {**self._settings(), "nthread": rows.threads},
            rows.rest(fold, number),
            num_boost_round=self.most_trees,
            evals=[(rows.held(fold, number), "held")],
            early_stopping_rounds=self.early_stopping_rounds,
            verbose_eval=False,
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "objective": "binary:logistic",
            "eval_metric": "logloss",
            "tree_method": "hist",
            "grow_policy": "lossguide",
            "max_depth": 0,
            "max_leaves": self.leaves,
            "eta": self.rate,
            "subsample": self.row_share,
            "colsample_bytree": self.column_share,
            "min_child_weight": self.least_child_weight,
            "lambda": self.ridge,
            "seed": self.seed,
        }


def _best(booster: Any) -> Any:
    """The trees up to the one that served the held customers best."""
    return booster[: booster.best_iteration + 1]
