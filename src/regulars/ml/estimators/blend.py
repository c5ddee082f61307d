"""A blend: the plain mean of the members' log-odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.estimators.protocol import ChurnEstimator, Contributions, unfitted
from regulars.ml.estimators.stack import weighted_contributions
from regulars.ml.log_odds import log_odds, probability


@dataclass(eq=False)
class Blend:
    """Equal weights: with few cutoffs there is nothing to learn weights from."""

    name: ClassVar[str] = "blend"

    members: Sequence[ChurnEstimator]
    members_: list[ChurnEstimator] = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        self.members_ = [unfitted(member).fit(frame) for member in self.members]
        return self

    @classmethod
    def of(cls, fitted: Sequence[ChurnEstimator]) -> Self:
        """A blend of members that are fitted already."""
        blend = cls(fitted)
        blend.members_ = list(fitted)
        return blend

    def predict(self, frame: Frame) -> np.ndarray:
        return blended([member.predict(frame) for member in self.members_])

    def contributions(self, frame: Frame) -> Contributions:
        weights = np.full(len(self.members_), 1 / len(self.members_))
        return weighted_contributions(self.members_, weights, frame)


def blended(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """The probability at the mean of the log-odds."""
    return probability(np.mean([log_odds(each) for each in probabilities], axis=0))
