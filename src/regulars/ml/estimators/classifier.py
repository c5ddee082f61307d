"""Classifiers of scikit-learn on encoded inputs: what the estimators for comparison share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import LinearEncoder
from regulars.ml.estimators.ablation import Ordinary, ablation_contributions
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.estimators.sampling import sampled

MIN_PROBABILITY = 0.005


@dataclass(eq=False)
class EncodedClassifier(ABC):
    """A classifier on standardised signed logs; learns from at most `most_rows` rows.

    The rows keep the churn share of the frame, so no weights are needed.
    """

    name: ClassVar[str] = "classifier"

    most_rows: int = 20_000
    seed: int = 0
    drop: tuple[str, ...] = ()
    encoder_: LinearEncoder = field(init=False, repr=False)
    ordinary_: Ordinary = field(init=False, repr=False)
    fitted_: Any = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        rows = sampled(frame, self.most_rows, seed=self.seed)
        self.encoder_ = LinearEncoder(drop=self.drop, shape="signed_logs", every_cutoff=False)
        self.ordinary_ = Ordinary.of(rows)
        self.fitted_ = self._classifier().fit(self.encoder_.fit(rows), rows.outcome)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        predicted = self.fitted_.predict_proba(self.encoder_.transform(frame))[:, 1]
        # A share of few customers may be 0 or 1, and no customer is as certain as that.
        return np.asarray(np.clip(predicted, MIN_PROBABILITY, 1 - MIN_PROBABILITY))

    def contributions(self, frame: Frame) -> Contributions:
        """By re-scoring: one input at a time set to its ordinary value."""
        inputs = self.encoder_.inputs_
        return ablation_contributions(self, frame, ordinary=self.ordinary_, inputs=inputs)

    @abstractmethod
    def _classifier(self) -> Any:
        """A classifier of scikit-learn, not fitted."""


def with_probabilities(classifier: Any) -> Any:
    """The classifier with its decisions turned to probabilities by Platt's map, on three folds."""
    from sklearn.calibration import CalibratedClassifierCV

    return CalibratedClassifierCV(classifier, method="sigmoid", cv=3, ensemble=False)
