"""Churn share by tenure alone: contracts often end at their anniversaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.log_odds import log_odds


@dataclass(eq=False)
class TenureHazard:
    """The churn share of each step of tenure, drawn towards the overall share where rows are few.

    Up to `most_steps` distinct values are steps of their own; more are cut at quantiles.
    `shrinkage` is the number of average rows added to each step.
    """

    name: ClassVar[str] = "tenure_hazard"

    tenure_input: str
    most_steps: int = 60
    shrinkage: float = 50.0
    edges_: np.ndarray = field(init=False, repr=False)
    shares_: np.ndarray = field(init=False, repr=False)
    overall_: float = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        tenure = numbers(frame.inputs[self.tenure_input])
        edges = np.unique(tenure[~np.isnan(tenure)])
        if len(edges) > self.most_steps:
            edges = np.unique(np.nanquantile(tenure, np.linspace(0, 1, self.most_steps)))
        self.edges_ = edges
        step = self._step(tenure)
        self.overall_ = float((frame.outcome.sum() + 0.5) / (len(frame) + 1))
        churned = np.bincount(step, weights=frame.outcome, minlength=len(edges) + 1)
        count = np.bincount(step, minlength=len(edges) + 1)
        self.shares_ = (churned + self.shrinkage * self.overall_) / (count + self.shrinkage)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return np.asarray(self.shares_[self._step(numbers(frame.inputs[self.tenure_input]))])

    def contributions(self, frame: Frame) -> Contributions:
        base = np.full(len(frame), float(log_odds(np.array(self.overall_))))
        values = (log_odds(self.predict(frame)) - base)[:, None]
        return Contributions((self.tenure_input,), values, base)

    def _step(self, tenure: np.ndarray) -> np.ndarray:
        """Step number: the last edge at or below the tenure; null is the last step."""
        at = np.maximum(np.searchsorted(self.edges_, tenure, side="right") - 1, 0)
        return np.where(np.isnan(tenure), len(self.edges_), at)
