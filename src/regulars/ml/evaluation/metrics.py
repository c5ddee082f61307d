"""Metrics of churn probabilities, computed for many weightings of the same rows at once.

One function gives the plain figure (all weights one) and every bootstrap resample (integer
weights per row), so a figure and its interval can never come from two definitions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.ml.evaluation.ranking import LIFT_SHARE, Ranking, Steps

RANKING = ("roc_auc", "pr_auc", "lift_at_10")
PROBABILITY = ("log_loss", "brier", "calibration_error")
DECISION = ("accuracy", "f1", "precision", "recall")
METRICS = RANKING + PROBABILITY + DECISION

CALIBRATION_BINS = 10
SMALLEST = 1e-12


def measure(outcome: np.ndarray, probability: np.ndarray, *, threshold: float) -> dict[str, float]:
    """Every metric of METRICS for one set of rows.

    `outcome` is 0/1 and `probability` in [0, 1], both shape (n,). A metric that is not defined
    (ROC AUC where everyone stays) is NaN.
    """
    scored = Scored.of(outcome, probability, threshold=threshold)
    metrics = measure_weighted(scored, np.ones((len(outcome), 1)))
    return {name: float(values[0]) for name, values in metrics.items()}


@dataclass(frozen=True)
class Scored:
    """A score on rows with known outcomes, ranked once for all weightings of the rows.

    `columns`, shape (n, k), are what is added up over the rows: one, outcome, log loss, Brier,
    called churned, rightly called churned, and the gap in each calibration bin.
    """

    ranking: Ranking
    columns: np.ndarray

    @classmethod
    def of(
        cls,
        outcome: np.ndarray,
        probability: np.ndarray,
        *,
        threshold: float,
        most_steps: int | None = None,
    ) -> Scored:
        """Both arrays have shape (n,); `most_steps` as for `Ranking.of`."""
        gap = probability - outcome
        chosen = _chosen(probability, threshold)
        bins = np.eye(CALIBRATION_BINS)[calibration_bin(probability)]
        losses = log_losses(outcome, probability)
        sums = [np.ones(len(outcome)), outcome, losses, gap**2, chosen, outcome * chosen]
        columns = np.column_stack([*sums, bins * gap[:, None]])
        return cls(Ranking.of(outcome, probability, most_steps=most_steps), columns)


@dataclass(frozen=True)
class ScoredPair:
    """Two scores on the same rows.

    `columns`, shape (n, 3), are one, and how much the first saves in log loss and Brier. Savings
    are added up and not losses, so that small ones keep their digits.
    """

    ranking: Ranking
    other_ranking: Ranking
    columns: np.ndarray

    @classmethod
    def of(
        cls,
        outcome: np.ndarray,
        probability: np.ndarray,
        other: np.ndarray,
        *,
        most_steps: int | None = None,
    ) -> ScoredPair:
        """All arrays have shape (n,); `most_steps` as for `Ranking.of`."""
        log_loss = log_losses(outcome, other) - log_losses(outcome, probability)
        brier = (other - outcome) ** 2 - (probability - outcome) ** 2
        return cls(
            Ranking.of(outcome, probability, most_steps=most_steps),
            Ranking.of(outcome, other, most_steps=most_steps),
            np.column_stack([np.ones(len(outcome)), log_loss, brier]),
        )


def measure_weighted(scored: Scored, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Every metric, and `base_rate`, for each column of `weights`, shape (n, b); arrays (b,)."""
    sums = _sums(scored.columns, weights)
    total, churned, log_loss, brier, called, rightly_called = sums[:6]
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = scored.ranking.steps(weights)
        return {
            "base_rate": churned / total,
            "roc_auc": _roc_auc(steps),
            "pr_auc": _average_precision(steps),
            "lift_at_10": _lift(steps),
            "log_loss": log_loss / total,
            "brier": brier / total,
            "calibration_error": np.abs(sums[6:]).sum(axis=0) / total,
            **_decision_metrics(total, churned, called, rightly_called),
        }


def gains_weighted(pair: ScoredPair, weights: np.ndarray) -> dict[str, np.ndarray]:
    """How much better the first is for each column of `weights`, (n, b); positive is better."""
    total, log_loss, brier = _sums(pair.columns, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        roc_auc = _roc_auc(pair.ranking.steps(weights))
        gain = roc_auc - _roc_auc(pair.other_ranking.steps(weights))
    return {"roc_auc": gain, "log_loss": log_loss / total, "brier": brier / total}


def log_losses(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Log loss of each row, shape (n,); probabilities are kept 1e-12 away from 0 and 1."""
    kept = np.clip(probability, SMALLEST, 1 - SMALLEST)
    losses: np.ndarray = -(outcome * np.log(kept) + (1 - outcome) * np.log1p(-kept))
    return losses


def calibration_error(outcome: np.ndarray, probability: np.ndarray) -> float:
    """Mean absolute gap between predicted and observed churn over 10 bins of equal frequency."""
    bins = calibration_bin(probability)
    gaps = np.bincount(bins, weights=probability - outcome, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(outcome))


def calibration_bin(probability: np.ndarray) -> np.ndarray:
    """Bin number of each row, 0 to 9; equal probabilities share a bin."""
    edges = np.quantile(probability, np.arange(1, CALIBRATION_BINS) / CALIBRATION_BINS)
    return np.searchsorted(edges, probability, side="left")


def _sums(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Columns (n, k) added up with every weighting (n, b), shape (k, b): one matrix product."""
    return np.asarray(columns.T.astype(weights.dtype) @ weights, dtype=np.float64)


def _chosen(probability: np.ndarray, threshold: float) -> np.ndarray:
    return (probability >= threshold).astype(np.float64)


def _roc_auc(steps: Steps) -> np.ndarray:
    """Share of (churned, stayed) pairs ranked right, ties counted half."""
    churned, stayed = steps.true_positives[-1], steps.false_positives[-1]
    stayed_below = stayed - steps.false_positives
    right = _products(steps.churned, stayed_below + steps.stayed / 2)
    pairs = churned * stayed
    return np.where(pairs > 0, right / pairs, np.nan)


def _average_precision(steps: Steps) -> np.ndarray:
    """Precision averaged over the recall gained at each step, without interpolation."""
    precision = np.divide(
        steps.true_positives,
        steps.reached,
        out=np.zeros_like(steps.reached),
        where=steps.reached > 0,
    )
    total = steps.true_positives[-1]
    return np.where(total > 0, _products(steps.churned, precision) / total, np.nan)


def _lift(steps: Steps) -> np.ndarray:
    """Churn share among the riskiest tenth over the churn share of all.

    A tie at the border is shared out evenly.
    """
    draws = np.arange(steps.reached.shape[1])
    wanted = LIFT_SHARE * steps.reached[-1]
    last = np.minimum((steps.reached < wanted).sum(axis=0), len(steps.reached) - 1)
    size = steps.churned[last, draws] + steps.stayed[last, draws]
    beyond = (steps.reached[last, draws] - wanted) / size
    churners_taken = steps.true_positives[last, draws] - beyond * steps.churned[last, draws]
    total = steps.true_positives[-1]
    return np.where(total > 0, churners_taken / total / LIFT_SHARE, np.nan)


def _products(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Products of two arrays (steps, b) added up over the steps, shape (b,)."""
    return np.asarray(np.einsum("sb,sb->b", first, second))


def _decision_metrics(
    total: np.ndarray, churned: np.ndarray, called: np.ndarray, rightly_called: np.ndarray
) -> dict[str, np.ndarray]:
    return {
        "accuracy": (total - called - churned + 2 * rightly_called) / total,
        "f1": np.where(called + churned > 0, 2 * rightly_called / (called + churned), np.nan),
        "precision": np.where(called > 0, rightly_called / called, np.nan),
        "recall": np.where(churned > 0, rightly_called / churned, np.nan),
    }
