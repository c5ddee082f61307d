"""The churn share of the newest cutoff, for everyone: what is left where nothing can be learned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.estimators.protocol import Contributions, newest_cutoffs
from regulars.ml.log_odds import log_odds


@dataclass(eq=False)
class BaseRate:
    """One probability for all, half a customer away from 0 and 1."""

    name: ClassVar[str] = "base_rate"

    share_: float = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        newest = newest_cutoffs(frame, 1)
        self.share_ = float((newest.outcome.sum() + 0.5) / (len(newest) + 1))
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return np.full(len(frame), self.share_)

    def contributions(self, frame: Frame) -> Contributions:
        return Contributions((), np.zeros((len(frame), 0)), log_odds(self.predict(frame)))
