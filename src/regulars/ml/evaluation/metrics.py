"""Metrics of churn probabilities, computed for many weightings of the same rows at once.

One function gives the plain figure (all weights one) and every bootstrap resample (integer
weights per row), so a figure and its interval can never come from two definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RANKING = ("roc_auc", "pr_auc", "lift_at_10")
PROBABILITY = ("log_loss", "brier", "calibration_error")
DECISION = ("accuracy", "f1", "precision", "recall")
METRICS = RANKING + PROBABILITY + DECISION

CALIBRATION_BINS = 10
LIFT_SHARE = 0.1
SMALLEST = 1e-12


def measure(outcome: np.ndarray, probability: np.ndarray, *, threshold: float) -> dict[str, float]:
    """Every metric of METRICS for one set of rows.

    `outcome` is 0/1 and `probability` in [0, 1], both shape (n,). A metric that is not defined
    (ROC AUC where everyone stays) is NaN.
    """
    weights = np.ones((1, len(outcome)))
    metrics = measure_weighted(outcome, probability, weights=weights, threshold=threshold)
    return {name: float(values[0]) for name, values in metrics.items()}


def measure_weighted(
    outcome: np.ndarray, probability: np.ndarray, *, weights: np.ndarray, threshold: float
) -> dict[str, np.ndarray]:
    """Every metric for each row of `weights`, shape (b, n); arrays of shape (b,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = _descending_steps(outcome, probability, weights)
        return {
            "base_rate": weights @ outcome / weights.sum(axis=1),
            "roc_auc": _roc_auc(steps),
            "pr_auc": _average_precision(steps),
            "lift_at_10": _lift(steps),
            **_probability_metrics(outcome, probability, weights),
            **_decision_metrics(outcome, probability >= threshold, weights),
        }


def compare_weighted(
    outcome: np.ndarray, probability: np.ndarray, *, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """ROC AUC, log loss and Brier only: what two scores are compared by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        total = weights.sum(axis=1)
        return {
            "roc_auc": _roc_auc(_descending_steps(outcome, probability, weights)),
            "log_loss": weights @ log_losses(outcome, probability) / total,
            "brier": weights @ (probability - outcome) ** 2 / total,
        }


def log_losses(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Log loss of each row, shape (n,); probabilities are kept 1e-12 away from 0 and 1."""
    kept = np.clip(probability, SMALLEST, 1 - SMALLEST)
    losses: np.ndarray = -(outcome * np.log(kept) + (1 - outcome) * np.log1p(-kept))
    return losses


def calibration_error(outcome: np.ndarray, probability: np.ndarray) -> float:
    """Mean absolute gap between predicted and observed churn over 10 bins of equal frequency."""
    weights = np.ones((1, len(outcome)))
    return float(_calibration_errors(outcome, probability, weights)[0])


def calibration_bin(probability: np.ndarray) -> np.ndarray:
    """Bin number of each row, 0 to 9; equal probabilities share a bin."""
    edges = np.quantile(probability, np.arange(1, CALIBRATION_BINS) / CALIBRATION_BINS)
    return np.searchsorted(edges, probability, side="left")


@dataclass(frozen=True)
class _Steps:
    """Summed weights of churned and staying rows per distinct probability, highest first."""

    churned: np.ndarray
    stayed: np.ndarray


def _descending_steps(outcome: np.ndarray, probability: np.ndarray, weights: np.ndarray) -> _Steps:
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    ordered = weights[:, order]
    everyone = np.add.reduceat(ordered, starts, axis=1)
    churned = np.add.reduceat(ordered * outcome[order], starts, axis=1)
    return _Steps(churned=churned, stayed=everyone - churned)


def _roc_auc(steps: _Steps) -> np.ndarray:
    """Share of (churned, stayed) pairs ranked right, ties counted half."""
    stayed_below = steps.stayed.sum(axis=1, keepdims=True) - np.cumsum(steps.stayed, axis=1)
    right = (steps.churned * (stayed_below + steps.stayed / 2)).sum(axis=1)
    pairs = steps.churned.sum(axis=1) * steps.stayed.sum(axis=1)
    return np.where(pairs > 0, right / pairs, np.nan)


def _average_precision(steps: _Steps) -> np.ndarray:
    """Precision averaged over the recall gained at each step, without interpolation."""
    true_positives = np.cumsum(steps.churned, axis=1)
    predicted_positives = true_positives + np.cumsum(steps.stayed, axis=1)
    precision = np.where(predicted_positives > 0, true_positives / predicted_positives, 0.0)
    total = true_positives[:, -1]
    return np.where(total > 0, (steps.churned * precision).sum(axis=1) / total, np.nan)


def _lift(steps: _Steps) -> np.ndarray:
    """Churn share among the riskiest tenth over the churn share of all.

    A tie at the border is shared out evenly.
    """
    size = steps.churned + steps.stayed
    reached = np.cumsum(size, axis=1)
    wanted = LIFT_SHARE * reached[:, -1:]
    taken = np.clip((wanted - (reached - size)) / size, 0.0, 1.0)
    taken = np.where(size > 0, taken, 0.0)
    total = steps.churned.sum(axis=1)
    churners_taken = (steps.churned * taken).sum(axis=1)
    return np.where(total > 0, churners_taken / total / LIFT_SHARE, np.nan)


def _probability_metrics(
    outcome: np.ndarray, probability: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    total = weights.sum(axis=1)
    return {
        "log_loss": weights @ log_losses(outcome, probability) / total,
        "brier": weights @ (probability - outcome) ** 2 / total,
        "calibration_error": _calibration_errors(outcome, probability, weights),
    }


def _calibration_errors(
    outcome: np.ndarray, probability: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    bins = np.eye(CALIBRATION_BINS)[calibration_bin(probability)]
    gaps = weights @ (bins * (probability - outcome)[:, None])
    errors: np.ndarray = np.abs(gaps).sum(axis=1) / weights.sum(axis=1)
    return errors


def _decision_metrics(
    outcome: np.ndarray, chosen: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    total = weights.sum(axis=1)
    predicted_positives = weights @ chosen
    churned = weights @ outcome
    true_positives = weights @ (outcome * chosen)
    return {
        "accuracy": (total - predicted_positives - churned + 2 * true_positives) / total,
        "f1": np.where(
            predicted_positives + churned > 0,
            2 * true_positives / (predicted_positives + churned),
            np.nan,
        ),
        "precision": np.where(
            predicted_positives > 0, true_positives / predicted_positives, np.nan
        ),
        "recall": np.where(churned > 0, true_positives / churned, np.nan),
    }
