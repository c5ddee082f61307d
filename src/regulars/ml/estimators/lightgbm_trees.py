"""Boosted trees of LightGBM, where the extra is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.core.errors import MissingExtra
from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.estimators.sampling import rare_outcome_kept
from regulars.ml.log_odds import probability


@dataclass(eq=False)
class LightGBMTrees:
    """Shallow trees with strong shrinkage; contributions are exact (TreeSHAP).

    One thread on little data: LightGBM's threads wait for one another longer than they work.
    """

    name: ClassVar[str] = "lightgbm"

    depth: int = 3
    trees: int = 400
    rate: float = 0.03
    row_share: float = 0.7
    column_share: float = 0.4
    least_leaf_rows: int = 20
    ridge: float = 5.0
    most_rows: int = 50_000
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: Encoder = field(init=False, repr=False)
    booster_: Any = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        lightgbm = _library()
        rows, weights = rare_outcome_kept(frame, self.most_rows, seed=self.seed)
        self.encoder_ = Encoder(drop=self.drop, precision=np.float32)
        matrix = self.encoder_.fit(rows)
        data = lightgbm.Dataset(matrix, rows.outcome, weight=weights, params={"verbose": -1})
        self.booster_ = lightgbm.train(self._settings(), data, num_boost_round=self.trees)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        raw = self.booster_.predict(self.encoder_.transform(frame), raw_score=True, num_threads=1)
        return probability(np.asarray(raw, dtype=np.float64))

    def contributions(self, frame: Frame) -> Contributions:
        matrix = self.encoder_.transform(frame)
        contributions = np.asarray(self.booster_.predict(matrix, pred_contrib=True, num_threads=1))
        return Contributions(
            self.encoder_.inputs_,
            self.encoder_.by_input(contributions[:, :-1]),
            contributions[:, -1],
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "objective": "binary",
            "num_leaves": 2**self.depth,
            "max_depth": self.depth,
            "learning_rate": self.rate,
            "bagging_fraction": self.row_share,
            "bagging_freq": 1,
            "feature_fraction": self.column_share,
            "min_data_in_leaf": self.least_leaf_rows,
            "lambda_l2": self.ridge,
            "seed": self.seed,
            "deterministic": True,
            "num_threads": 1,
            "verbose": -1,
        }


def _library() -> Any:
    try:
        import lightgbm
    except ImportError:
        raise MissingExtra("lightgbm", extra="lightgbm") from None
    return lightgbm
