"""Days since the last purchase, made a calibrated probability: what every score must beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.ml.estimators.non_negative import fit_non_negative
from regulars.ml.estimators.protocol import Contributions, newest_cutoffs
from regulars.ml.log_odds import probability, weighed

LONGEST_TIMES = 100


@dataclass(eq=False)
class Recency:
    """A rising curve through `knots` quantiles of one input; null counts as longest ago.

    The curve never falls or stays flat, so its ranking is that of the input itself.
    """

    name: ClassVar[str] = "recency"

    recency_input: str
    knots: int = 8
    last_cutoffs: int | None = 3
    ridge: float = 1.0
    least_slope: float = 1e-3
    knots_: np.ndarray = field(init=False, repr=False)
    weights_: np.ndarray = field(init=False, repr=False)
    centre_: np.ndarray = field(init=False, repr=False)
    intercept_: float = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        rows = newest_cutoffs(frame, self.last_cutoffs)
        days = numbers(rows.inputs[self.recency_input])
        known_days = days[~np.isnan(days)]
        spread = (
            np.quantile(known_days, np.linspace(0, 1, self.knots))
            if known_days.size
            else np.zeros(1)
        )
        self.knots_ = np.unique(spread)
        ramps = self._ramps(days)
        self.weights_, self.intercept_ = fit_non_negative(
            ramps, rows.outcome, ridge=self.ridge, min_weight=self.least_slope
        )
        self.centre_ = ramps.mean(axis=0)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        ramps = self._ramps(numbers(frame.inputs[self.recency_input]))
        return probability(weighed(ramps, self.weights_) + self.intercept_)

    def contributions(self, frame: Frame) -> Contributions:
        ramps = self._ramps(numbers(frame.inputs[self.recency_input]))
        values = ((ramps - self.centre_) @ self.weights_)[:, None]
        base = np.full(len(frame), self.intercept_ + self.centre_ @ self.weights_)
        return Contributions((self.recency_input,), values, base)

    def _ramps(self, days: np.ndarray) -> np.ndarray:
        """One column per gap between knots, rising from 0 to 1 across it; the last goes on."""
        longest = self.knots_[-1]
        known = np.where(np.isnan(days), LONGEST_TIMES * (longest + 1), days)
        beyond = np.log1p(np.maximum(known - longest, 0.0))
        if len(self.knots_) == 1:
            return np.asarray(beyond[:, None])
        gaps = np.diff(self.knots_)
        ramps = np.clip((known[:, None] - self.knots_[:-1]) / gaps, 0.0, 1.0)
        return np.asarray(np.column_stack([ramps, beyond]))
