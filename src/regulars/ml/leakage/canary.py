"""The canary: with shuffled outcomes the whole pipeline must find nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.leakage.statistics import rank_auc

SPREADS = 4.0

Pipeline = Callable[[Frame], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Canary:
    """ROC AUC on shuffled outcomes: each shuffle, the mean, and the band it must stay in."""

    aucs: tuple[float, ...]
    low: float
    high: float

    @property
    def mean(self) -> float:
        """Mean over the shuffles."""
        return float(np.mean(self.aucs))

    @property
    def passed(self) -> bool:
        """True where the mean lies within 0.5 +- 4 standard deviations of a blind score."""
        return self.low <= self.mean <= self.high


def shuffled_outcomes(
    frame: Frame, pipeline: Pipeline, *, shuffles: int = 5, seed: int = 0
) -> Canary:
    """Run the whole pipeline on shuffled outcomes.

    `pipeline` does everything it does on real outcomes (selection, encoding, resampling, splitting,
    fitting) and returns outcomes and probabilities of the rows it was tested on. Outcomes are
    shuffled among the rows of one as-of date. The band is that of one shuffle.
    """
    random = np.random.default_rng(seed)
    predictions = [pipeline(_shuffled(frame, random)) for _ in range(shuffles)]
    aucs = tuple(rank_auc(outcome, probability) for outcome, probability in predictions)
    spread = max(blind_spread(outcome) for outcome, _ in predictions)
    return Canary(aucs, low=0.5 - SPREADS * spread, high=0.5 + SPREADS * spread)


def blind_spread(outcome: np.ndarray) -> float:
    """Standard deviation of the ROC AUC of a score that knows nothing (Mann-Whitney)."""
    churned = float(outcome.sum())
    stayed = len(outcome) - churned
    if churned == 0 or stayed == 0:
        return 0.5
    return float(np.sqrt((churned + stayed + 1) / (12 * churned * stayed)))


def _shuffled(frame: Frame, random: np.random.Generator) -> Frame:
    outcome = frame.outcome.copy()
    dates = frame.as_of
    for day in np.unique(dates):
        rows = np.flatnonzero(dates == day)
        outcome[rows] = outcome[random.permutation(rows)]
    return replace(frame, churned=outcome)
