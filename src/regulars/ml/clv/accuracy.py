"""How well predicted values met what customers then spent, and which method to ship by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.spans import Floats
from regulars.release.value_report import ValueAccuracy


def value_accuracy(actual: Floats, predicted: Floats) -> ValueAccuracy:
    """Compare what customers spent in the horizon with what was predicted, both of shape (n,).

    `normalised_gini`: the concentration of actual spend by predicted rank over that by actual
    rank; 1 is a perfect order, 0 a random one. `spearman`: rank correlation. `decile_error`:
    absolute difference of predicted and actual totals per tenth of customers (by predicted rank),
    summed, as a share of the actual total. `total_error`: predicted over actual total, minus 1.
    `mean_absolute_error`: in money. Ties in rank are shared, so the order of rows plays no part.
    Raises NotEnoughData when nothing was spent: no order and no level can then be judged.
    """
    from scipy.stats import rankdata

    total = float(actual.sum())
    if actual.size < 2 or total <= 0 or np.ptp(actual) == 0:
        raise NotEnoughData(f"{actual.size} customers spent {total:g}: nothing to compare with")
    by_actual, by_predicted = rankdata(actual), rankdata(predicted)
    return ValueAccuracy(
        customers=int(actual.size),
        actual_total=total,
        normalised_gini=_covariance(actual, by_predicted) / _covariance(actual, by_actual),
        spearman=_correlation(by_actual, by_predicted),
        decile_error=_decile_error(actual, predicted, by_predicted),
        total_error=float(predicted.sum()) / total - 1,
        mean_absolute_error=float(np.abs(predicted - actual).mean()),
    )


def _covariance(first: Floats, second: Floats) -> float:
    return float((first - first.mean()) @ (second - second.mean()))


def _correlation(first: Floats, second: Floats) -> float:
    spread = _covariance(first, first) * _covariance(second, second)
    return _covariance(first, second) / float(np.sqrt(spread)) if spread > 0 else 0.0


def _decile_error(actual: Floats, predicted: Floats, rank: Floats) -> float:
    tenth = np.minimum((10 * (rank - 0.5) / rank.size).astype(np.intp), 9)
    missed = np.bincount(tenth, weights=predicted - actual, minlength=10)
    return float(np.abs(missed).sum() / actual.sum())


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
    chosen = accuracy[best]
    reason = (
        f"{best} has the best mean rank ({mean_place[best]:.2f} of {len(accuracy)}):"
        f" normalised Gini {chosen.normalised_gini:.3f}, Spearman {chosen.spearman:.3f},"
        f" error by tenths {100 * chosen.decile_error:.1f} %,"
        f" total {100 * chosen.total_error:+.1f} %"
    )
    return ValueChoice(best, reason, accuracy, mean_place)


def geometric_mean(first: Floats, second: Floats) -> Floats:
    """The two predictions blended, shape (n,): often the best order, at the mean of both totals."""
    mean: Floats = np.sqrt(np.maximum(first, 0) * np.maximum(second, 0))
    total = float(mean.sum())
    if total == 0:
        return mean
    level: Floats = mean * (first.sum() + second.sum()) / (2 * total)
    return level
