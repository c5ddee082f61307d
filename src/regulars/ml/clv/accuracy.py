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
    `mean_absolute_error`: in money. `deviance`: see `value_deviance`. Ties
    in rank are shared, so the order of rows plays no part.
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
        deviance=value_deviance(actual, predicted),
    )


def value_deviance(actual: Floats, predicted: Floats) -> float:
    """Mean Tweedie deviance of power 1.5 per customer, in the root of money; smaller is better.

    4 (sqrt(mu) - sqrt(y))^2 / sqrt(mu): smallest for the expected spend, also where many
    spend nothing and few spend very much. A prediction below a hundredth of the mean one counts as
    that.
    """
    expected = np.maximum(predicted, 0.01 * max(float(predicted.mean()), 1e-12))
    root = np.sqrt(expected)
    missed = root - np.sqrt(np.maximum(actual, 0.0))
    return float((4 * missed**2 / root).mean())


def _with_total(predicted: Floats, total: float) -> Floats:
    scale = float(predicted.sum())
    return predicted * (total / scale) if scale > 0 else predicted


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
    """The best of several predictions, why, and the accuracy of each by name."""

    best: str
    reason: str
    accuracy: dict[str, ValueAccuracy]


def choose_value(
    actual: Floats, predicted: Mapping[str, Floats], *, judges_level: bool
) -> ValueChoice:
    """Choose by out-of-time deviance; `actual` and every prediction have shape (n,).

    Where the window cannot judge the level, because a season may have made it, predictions are
    compared after each was brought to the total of `actual`. Among equals the one named first
    wins, so name the simplest first: a naive rate that nothing beats is what ships.
    """
    accuracy = {name: value_accuracy(actual, values) for name, values in predicted.items()}
    total = float(actual.sum())
    loss = {
        name: value_deviance(actual, values if judges_level else _with_total(values, total))
        for name, values in predicted.items()
    }
    best = min(loss, key=loss.__getitem__)
    chosen = accuracy[best]
    level = "" if judges_level else " after all were brought to the observed total"
    reason = (
        f"{best} has the lowest deviance per customer of {len(accuracy)} methods{level}:"
        f" normalised Gini {chosen.normalised_gini:.3f}, Spearman {chosen.spearman:.3f},"
        f" error by tenths {100 * chosen.decile_error:.1f} %,"
        f" total {100 * chosen.total_error:+.1f} %"
    )
    return ValueChoice(best, reason, accuracy)


def geometric_mean(first: Floats, second: Floats) -> Floats:
    """The two predictions blended, shape (n,): often the best order, at the mean of both totals."""
    mean: Floats = np.sqrt(np.maximum(first, 0) * np.maximum(second, 0))
    total = float(mean.sum())
    if total == 0:
        return mean
    level: Floats = mean * (first.sum() + second.sum()) / (2 * total)
    return level
