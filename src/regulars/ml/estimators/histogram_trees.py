"""scikit-learn's gradient boosting on histograms: the second opinion to XGBoost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.ablation import Ordinary, ablation_contributions
from regulars.ml.estimators.protocol import Contributions


@dataclass(eq=False)
class HistogramTrees:
    """HistGradientBoostingClassifier with shallow trees and strong shrinkage."""

    name: ClassVar[str] = "histogram_trees"

    depth: int = 3
    trees: int = 300
    rate: float = 0.03
    ridge: float = 5.0
    least_leaf_rows: int = 20
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: Encoder = field(init=False, repr=False)
    ordinary_: Ordinary = field(init=False, repr=False)
    fitted_: Any = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        from sklearn.ensemble import HistGradientBoostingClassifier

        self.encoder_ = Encoder(drop=self.drop)
        self.ordinary_ = Ordinary.of(frame)
        self.fitted_ = HistGradientBoostingClassifier(
            max_depth=self.depth,
            max_iter=self.trees,
            learning_rate=self.rate,
            l2_regularization=self.ridge,
            min_samples_leaf=self.least_leaf_rows,
            early_stopping=False,
            random_state=self.seed,
        ).fit(self.encoder_.fit(frame), frame.outcome)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return np.asarray(self.fitted_.predict_proba(self.encoder_.transform(frame))[:, 1])

    def contributions(self, frame: Frame) -> Contributions:
        """By re-scoring: one input at a time set to its ordinary value."""
        inputs = self.encoder_.inputs_
        return ablation_contributions(self, frame, ordinary=self.ordinary_, inputs=inputs)
