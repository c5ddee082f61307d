"""Intervals by resampling customers: a customer's rows are drawn together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.ml.evaluation.metrics import Scored, ScoredPair, gains_weighted, measure_weighted
from regulars.ml.evaluation.resamples import Rows

# Of resamples only: with so many steps of rank they keep five decimals, average precision four.
MOST_STEPS = 4000
TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; all three NaN where the figure is not defined."""

    value: float
    low: float
    high: float

    @property
    def above_zero(self) -> bool:
        """True where the whole interval is above 0."""
        return self.low > 0

    def to_json(self) -> dict[str, float | None]:
        """`{"value": .., "low": .., "high": ..}`, undefined figures as None."""
        return {"value": _plain(self.value), "low": _plain(self.low), "high": _plain(self.high)}


def measure_with_intervals(
    probability: np.ndarray, *, on: Rows, threshold: float
) -> dict[str, Estimate]:
    """Every metric, and `base_rate`, with an interval from resampling customers."""
    plain = measure_weighted(
        Scored.of(on.outcome, probability, threshold=threshold), np.ones((len(on.outcome), 1))
    )
    scored = Scored.of(on.outcome, probability, threshold=threshold, most_steps=MOST_STEPS)
    parts = [measure_weighted(scored, weights) for weights in on.resamples.weights()]
    return _estimates(plain, parts)


def paired_gain(probability: np.ndarray, other: np.ndarray, *, on: Rows) -> dict[str, Estimate]:
    """How much better a score is than another on the same resamples; positive is better.

    `roc_auc` is a difference, `log_loss` and `brier` are reductions.
    """
    every_rank = ScoredPair.of(on.outcome, probability, other)
    plain = gains_weighted(every_rank, np.ones((len(on.outcome), 1)))
    pair = ScoredPair.of(on.outcome, probability, other, most_steps=MOST_STEPS)
    parts = [gains_weighted(pair, weights) for weights in on.resamples.weights()]
    return _estimates(plain, parts)


def beats(probability: np.ndarray, other: np.ndarray, *, on: Rows) -> bool:
    """True where the paired 95 % interval on ROC AUC or on log loss lies above 0."""
    gain = paired_gain(probability, other, on=on)
    return gain["roc_auc"].above_zero or gain["log_loss"].above_zero


def _estimates(
    plain: Mapping[str, np.ndarray], resampled: Sequence[Mapping[str, np.ndarray]]
) -> dict[str, Estimate]:
    return {
        name: _interval(float(value[0]), np.concatenate([part[name] for part in resampled]))
        for name, value in plain.items()
    }


def _interval(value: float, resampled: np.ndarray) -> Estimate:
    defined = resampled[np.isfinite(resampled)]
    if np.isnan(value) or defined.size == 0:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    low, high = np.percentile(defined, TAILS)
    return Estimate(value=value, low=float(low), high=float(high))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 9)
