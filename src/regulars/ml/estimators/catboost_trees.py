"""Boosted trees of CatBoost, where the extra is installed."""

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
class CatBoostTrees:
    """Symmetric trees on encoded inputs; contributions are exact (TreeSHAP)."""

    name: ClassVar[str] = "catboost"

    depth: int = 4
    trees: int = 400
    rate: float = 0.04
    row_share: float = 0.7
    ridge: float = 5.0
    most_rows: int = 50_000
    threads: int = 2
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: Encoder = field(init=False, repr=False)
    fitted_: Any = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        catboost = _library()
        rows, weights = rare_outcome_kept(frame, self.most_rows, seed=self.seed)
        self.encoder_ = Encoder(drop=self.drop, precision=np.float32)
        pool = catboost.Pool(self.encoder_.fit(rows), rows.outcome, weight=weights)
        self.fitted_ = catboost.CatBoost(self._settings()).fit(pool)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        raw = self.fitted_.predict(self.encoder_.transform(frame), thread_count=1)
        return probability(np.asarray(raw, dtype=np.float64))

    def contributions(self, frame: Frame) -> Contributions:
        pool = _library().Pool(self.encoder_.transform(frame))
        contributions = np.asarray(self.fitted_.get_feature_importance(pool, type="ShapValues"))
        return Contributions(
            self.encoder_.inputs_,
            self.encoder_.by_input(contributions[:, :-1]),
            contributions[:, -1],
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "loss_function": "Logloss",
            "iterations": self.trees,
            "depth": self.depth,
            "learning_rate": self.rate,
            "l2_leaf_reg": self.ridge,
            "bootstrap_type": "Bernoulli",
            "subsample": self.row_share,
            "random_seed": self.seed,
            "thread_count": self.threads,
            "allow_writing_files": False,
            "verbose": False,
        }


def _library() -> Any:
    try:
        import catboost
    except ImportError:
        raise MissingExtra("catboost", extra="catboost") from None
    return catboost
