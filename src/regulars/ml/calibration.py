"""Platt scaling, learned on rows later than the estimator's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.estimators.non_negative import fit_non_negative
from regulars.ml.estimators.protocol import ChurnEstimator, Contributions
from regulars.ml.log_odds import log_odds, probability


@dataclass(frozen=True)
class Platt:
    """log-odds become `slope` times themselves plus `intercept`; the slope is never negative."""

    slope: float = 1.0
    intercept: float = 0.0

    @classmethod
    def learned(cls, outcome: np.ndarray, predicted: np.ndarray) -> Platt:
        """The map that makes these probabilities most likely; both arrays have shape (n,)."""
        odds = log_odds(predicted)[:, None]
        slope, intercept = fit_non_negative(odds, outcome, ridge=1.0, towards=np.ones(1))
        return cls(float(slope[0]), intercept)

    def __call__(self, predicted: np.ndarray) -> np.ndarray:
        return probability(self.slope * log_odds(predicted) + self.intercept)


@dataclass(eq=False)
class Calibrated:
    """An estimator whose log-odds pass through a Platt map; scales contributions alike.

    After `explain_against`, contributions say what sets a row apart from those customers on
    average, not from the rows of training.
    """

    name: ClassVar[str] = "calibrated"

    estimator: ChurnEstimator
    platt: Platt = field(default_factory=Platt)
    centre_: np.ndarray | None = field(init=False, default=None, repr=False)

    def fit(self, frame: Frame) -> Self:
        self.estimator.fit(frame)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return self.platt(self.estimator.predict(frame))

    def contributions(self, frame: Frame) -> Contributions:
        raw = self.estimator.contributions(frame)
        base = self.platt.slope * raw.base + self.platt.intercept
        scaled = Contributions(raw.inputs, self.platt.slope * raw.values, base)
        return scaled if self.centre_ is None else scaled.around(self.centre_)

    def explain_against(self, customers: Frame) -> Contributions:
        """Measure contributions from the mean of these customers; returns theirs."""
        self.centre_ = None
        raw = self.contributions(customers)
        self.centre_ = raw.values.mean(axis=0)
        return raw.around(self.centre_)
