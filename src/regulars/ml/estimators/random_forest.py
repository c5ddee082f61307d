"""A random forest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.ablation import Ordinary, ablation_contributions
from regulars.ml.estimators.protocol import Contributions

BELOW_EVERYTHING = -1e30


@dataclass(eq=False)
class RandomForest:
    """Averaged trees with large leaves, so that leaf shares are usable as probabilities."""

    name: ClassVar[str] = "random_forest"

    trees: int = 200
    least_leaf_rows: int = 20
    column_share: float | str = "sqrt"
    threads: int = 2
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: Encoder = field(init=False, repr=False)
    ordinary_: Ordinary = field(init=False, repr=False)
    fitted_: Any = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        from sklearn.ensemble import RandomForestClassifier

        self.encoder_ = Encoder(drop=self.drop)
        self.ordinary_ = Ordinary.of(frame)
        matrix = _without_nan(self.encoder_.fit(frame))
        self.fitted_ = RandomForestClassifier(
            n_estimators=self.trees,
            min_samples_leaf=self.least_leaf_rows,
            max_features=self.column_share,
            n_jobs=self.threads,
            random_state=self.seed,
        ).fit(matrix, frame.outcome)
        # Predicting in threads adds the trees up in whatever order they finish.
        self.fitted_.n_jobs = 1
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        matrix = _without_nan(self.encoder_.transform(frame))
        return np.asarray(self.fitted_.predict_proba(matrix)[:, 1])

    def contributions(self, frame: Frame) -> Contributions:
        """By re-scoring: one input at a time set to its ordinary value."""
        inputs = self.encoder_.inputs_
        return ablation_contributions(self, frame, ordinary=self.ordinary_, inputs=inputs)


def _without_nan(matrix: np.ndarray) -> np.ndarray:
    """Null below every value: forests of all supported versions take that."""
    return np.where(np.isnan(matrix), BELOW_EVERYTHING, matrix)
