"""Intervals by resampling customers: a customer's rows are drawn together or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regulars.ml.evaluation.metrics import compare_weighted, measure, measure_weighted

RESAMPLES = 1000
ROW_BUDGET = 5_000_000
CELLS_AT_ONCE = 2_000_000
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
    outcome: np.ndarray,
    probability: np.ndarray,
    *,
    customers: np.ndarray,
    threshold: float,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Every metric, and `base_rate`, with an interval from resampling customers."""
    plain = measure(outcome, probability, threshold=threshold)
    plain["base_rate"] = float(outcome.mean())
    parts = [
        measure_weighted(outcome, probability, weights=weights, threshold=threshold)
        for weights in customer_resamples(customers, seed=seed)
    ]
    return {
        name: _interval(value, np.concatenate([part[name] for part in parts]))
        for name, value in plain.items()
    }


def paired_gain(
    outcome: np.ndarray,
    ours: np.ndarray,
    theirs: np.ndarray,
    *,
    customers: np.ndarray,
    seed: int = 0,
) -> dict[str, Estimate]:
    """How much better `ours` is than `theirs` on the same resamples; positive is better.

    `roc_auc` is a difference, `log_loss` and `brier` are reductions.
    """
    parts = [
        _gains(outcome, ours, theirs, weights)
        for weights in customer_resamples(customers, seed=seed)
    ]
    plain = _gains(outcome, ours, theirs, np.ones((1, len(outcome))))
    return {
        name: _interval(float(value[0]), np.concatenate([part[name] for part in parts]))
        for name, value in plain.items()
    }


def beats(
    outcome: np.ndarray, ours: np.ndarray, theirs: np.ndarray, *, customers: np.ndarray
) -> bool:
    """True where the paired 95 % interval on ROC AUC or on log loss lies above 0."""
    gain = paired_gain(outcome, ours, theirs, customers=customers)
    return gain["roc_auc"].above_zero or gain["log_loss"].above_zero


def customer_resamples(customers: np.ndarray, *, seed: int) -> Iterator[np.ndarray]:
    """Weights of the rows, shape (b, n), chunk by chunk: how often each customer was drawn.

    1,000 resamples in all, fewer (never under 200) where there are very many rows.
    """
    _, member = np.unique(customers, return_inverse=True)
    count = int(member.max()) + 1
    rows = len(customers)
    resamples = int(np.clip(ROW_BUDGET // rows, 200, RESAMPLES))
    chunk = max(1, CELLS_AT_ONCE // rows)
    random = np.random.default_rng(seed)
    for start in range(0, resamples, chunk):
        size = min(chunk, resamples - start)
        drawn = random.integers(0, count, size=(size, count))
        drawn += np.arange(size)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        yield times[:, member].astype(np.float64)


def _gains(
    outcome: np.ndarray, probability: np.ndarray, other_probability: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    a = compare_weighted(outcome, probability, weights=weights)
    b = compare_weighted(outcome, other_probability, weights=weights)
    return {
        "roc_auc": a["roc_auc"] - b["roc_auc"],
        "log_loss": b["log_loss"] - a["log_loss"],
        "brier": b["brier"] - a["brier"],
    }


def _interval(value: float, resampled: np.ndarray) -> Estimate:
    defined = resampled[np.isfinite(resampled)]
    if np.isnan(value) or defined.size == 0:
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"))
    low, high = np.percentile(defined, TAILS)
    return Estimate(value=value, low=float(low), high=float(high))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 9)
