"""Points of the calibration curve and of the lift and gain curves, for plots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.ml.evaluation.metrics import CALIBRATION_BINS, calibration_bin


@dataclass(frozen=True)
class CalibrationPoint:
    """One bin of equal frequency: mean predicted probability and observed churn share."""

    promised: float
    seen: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class GainPoint:
    """Contacting the riskiest `contacted` share of customers finds `found` of all churners."""

    contacted: float
    found: float
    lift: float


@dataclass(frozen=True)
class Curves:
    """Both curves of one set of scored rows."""

    calibration: tuple[CalibrationPoint, ...]
    gain: tuple[GainPoint, ...]


def curves(outcome: np.ndarray, probability: np.ndarray) -> Curves:
    """Calibration and gain curves of these rows."""
    return Curves(
        calibration=calibration_curve(outcome, probability),
        gain=gain_curve(outcome, probability),
    )


def calibration_curve(outcome: np.ndarray, probability: np.ndarray) -> tuple[CalibrationPoint, ...]:
    """One point per bin that has rows; `low` and `high` are Wilson's 95 % interval of `seen`."""
    bins = calibration_bin(probability)
    count = np.bincount(bins, minlength=CALIBRATION_BINS)
    predicted = np.bincount(bins, weights=probability, minlength=CALIBRATION_BINS)
    churned = np.bincount(bins, weights=outcome, minlength=CALIBRATION_BINS)
    points = []
    for at in np.flatnonzero(count):
        n = int(count[at])
        low, high = wilson(float(churned[at]), n)
        points.append(
            CalibrationPoint(float(predicted[at]) / n, float(churned[at]) / n, low, high, n)
        )
    return tuple(points)


def gain_curve(
    outcome: np.ndarray, probability: np.ndarray, *, points: int = 20
) -> tuple[GainPoint, ...]:
    """Share of churners found when the riskiest 5, 10, .. 100 % are contacted."""
    order = np.argsort(-probability, kind="stable")
    churners_reached = np.cumsum(outcome[order])
    total = max(float(churners_reached[-1]), 1.0)
    shares = np.arange(1, points + 1) / points
    at = np.maximum(np.ceil(shares * len(outcome)).astype(int) - 1, 0)
    return tuple(
        GainPoint(
            float(share),
            float(churners_reached[k] / total),
            float(churners_reached[k] / total / share),
        )
        for share, k in zip(shares, at, strict=True)
    )


def wilson(churned: float, n: int) -> tuple[float, float]:
    """Wilson's score interval (95 %) of a share; defined also for 0 and n churners."""
    z = 1.959963984540054
    centre = (churned + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * float(np.sqrt(churned * (n - churned) / n + z * z / 4))
    return max(0.0, centre - half), min(1.0, centre + half)
