"""Learning from a sample where all rows would take longer without a better estimator."""

from __future__ import annotations

import numpy as np

from regulars.features.frames import Frame


def sampled(frame: Frame, max_rows: int, *, seed: int = 0) -> Frame:
    """At most `max_rows` rows with the churn share of the frame, in the order of the frame."""
    if len(frame) <= max_rows:
        return frame
    order = _churned_last(frame.outcome, seed)
    return frame.take(np.sort(order[np.linspace(0, len(frame) - 1, max_rows).astype(int)]))


def rare_outcome_kept(frame: Frame, max_rows: int, *, seed: int = 0) -> tuple[Frame, np.ndarray]:
    """At most `max_rows` rows, of which up to half are churned, and the weight of each, shape (n,).

    Weighted sums over the sample estimate sums over the frame, so probabilities stay unbiased
    although churned rows are drawn more often than others.
    """
    if len(frame) <= max_rows:
        return frame, np.ones(len(frame))
    chosen, weights = rare_outcome_rows(frame.outcome, max_rows, seed=seed)
    return frame.take(chosen), weights


def rare_outcome_rows(
    outcome: np.ndarray, max_rows: int, *, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows that `rare_outcome_kept` takes, ascending, and their weights."""
    if len(outcome) <= max_rows:
        return np.arange(len(outcome)), np.ones(len(outcome))
    churned = outcome > 0
    order = _churned_last(outcome, seed)
    stayed_count, churned_count = int((~churned).sum()), int(churned.sum())
    take_churned = min(churned_count, max(max_rows // 2, max_rows - stayed_count))
    take_stayed = min(stayed_count, max_rows - take_churned)
    chosen = np.sort(np.r_[order[:take_stayed], order[stayed_count:][:take_churned]])
    heavy = np.array([stayed_count / max(take_stayed, 1), churned_count / max(take_churned, 1)])
    return chosen, heavy[churned[chosen].astype(int)]


def _churned_last(outcome: np.ndarray, seed: int) -> np.ndarray:
    """Shuffled positions, all stayed rows before all churned ones."""
    shuffled = np.random.default_rng(seed).permutation(len(outcome))
    return shuffled[np.argsort(outcome[shuffled], kind="stable")]
