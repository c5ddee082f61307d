"""Learning from a part of the rows where all would not be worth their time."""

from __future__ import annotations

import numpy as np

from regulars.features.frames import Frame


def sampled(frame: Frame, most: int, *, seed: int = 0) -> Frame:
    """At most `most` rows with the churn share of the frame, in the order of the frame."""
    if len(frame) <= most:
        return frame
    order = _churned_last(frame.outcome, seed)
    return frame.take(np.sort(order[np.linspace(0, len(frame) - 1, most).astype(int)]))


def rare_outcome_kept(frame: Frame, most: int, *, seed: int = 0) -> tuple[Frame, np.ndarray]:
    """At most `most` rows, of which up to half are churned, and the weight of each, shape (n,).

    Weighted sums over the sample estimate sums over the frame, so probabilities stay unbiased
    although churned rows are drawn more often than others.
    """
    if len(frame) <= most:
        return frame, np.ones(len(frame))
    churned = frame.outcome > 0
    order = _churned_last(frame.outcome, seed)
    stayed_count, churned_count = int((~churned).sum()), int(churned.sum())
    take_churned = min(churned_count, max(most // 2, most - stayed_count))
    take_stayed = min(stayed_count, most - take_churned)
    chosen = np.sort(np.r_[order[:take_stayed], order[stayed_count:][:take_churned]])
    heavy = np.array([stayed_count / max(take_stayed, 1), churned_count / max(take_churned, 1)])
    return frame.take(chosen), heavy[churned[chosen].astype(int)]


def _churned_last(outcome: np.ndarray, seed: int) -> np.ndarray:
    """Shuffled positions, all stayed rows before all churned ones."""
    shuffled = np.random.default_rng(seed).permutation(len(outcome))
    return shuffled[np.argsort(outcome[shuffled], kind="stable")]
