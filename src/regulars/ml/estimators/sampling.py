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
    churned = frame.outcome > 0
    order = _churned_last(frame.outcome, seed)
    stayed_count, churned_count = int((~churned).sum()), int(churned.sum())
    take_churned = min(churned_count, max(max_rows // 2, max_rows - stayed_count))
    take_stayed = min(stayed_count, max_rows - take_churned)
    chosen = np.sort(np.r_[order[:take_stayed], order[stayed_count:][:take_churned]])
    heavy = np.array([stayed_count / max(take_stayed, 1), churned_count / max(take_churned, 1)])
    return frame.take(chosen), heavy[churned[chosen].astype(int)]


def _churned_last(outcome: np.ndarray, seed: int) -> np.ndarray:
    """Shuffled positions, all stayed rows before all churned ones."""
    shuffled = np.random.default_rng(seed).permutation(len(outcome))
    return shuffled[np.argsort(outcome[shuffled], kind="stable")]
