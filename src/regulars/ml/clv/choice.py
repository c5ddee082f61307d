"""Which value estimator to ship: the one that did best on spend it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.ml.clv.accuracy import ValueAccuracy, value_accuracy
from regulars.ml.clv.summary import Floats


@dataclass(frozen=True)
class ValueChoice:
    """The best of several predictions, why, and the accuracy and mean place of each by name."""

    best: str
    reason: str
    accuracy: dict[str, ValueAccuracy]
    mean_place: dict[str, float]


def choose_value(actual: Floats, predicted: Mapping[str, Floats]) -> ValueChoice:
    """Choose by out-of-time error; `actual` and every prediction have shape (n,).

    Each candidate takes a place (1 is best) in normalised Gini, Spearman, decile error and total
    error; the lowest mean place wins, and among equals the one named first. So name the simplest
    first: a naive rate that nothing beats is what ships.
    """
    accuracy = {name: value_accuracy(actual, values) for name, values in predicted.items()}
    losses = np.array(
        [
            [-a.normalised_gini, -a.spearman, a.decile_error, abs(a.total_error)]
            for a in accuracy.values()
        ]
    )
    places = 1 + (losses[None, :, :] < losses[:, None, :] - 1e-12).sum(axis=1)
    mean_place = dict(zip(accuracy, places.mean(axis=1).tolist(), strict=True))
    best = min(mean_place, key=mean_place.__getitem__)
    found = accuracy[best]
    reason = (
        f"{best} has the best mean place ({mean_place[best]:.2f} of {len(accuracy)}):"
        f" normalised Gini {found.normalised_gini:.3f}, Spearman {found.spearman:.3f},"
        f" decile error {found.decile_error:.1%}, total {found.total_error:+.1%}"
    )
    return ValueChoice(best, reason, accuracy, mean_place)


def geometric_mean(one: Floats, other: Floats) -> Floats:
    """The two predictions blended, shape (n,): often the best order, at the mean of both totals."""
    mean: Floats = np.sqrt(np.maximum(one, 0) * np.maximum(other, 0))
    total = float(mean.sum())
    if total == 0:
        return mean
    level: Floats = mean * (one.sum() + other.sum()) / (2 * total)
    return level
