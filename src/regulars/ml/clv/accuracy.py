"""How well predicted values met what customers then spent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.summary import Floats


@dataclass(frozen=True)
class ValueAccuracy:
    """Errors of one prediction, out of time.

    `normalised_gini`: the concentration of actual spend by predicted rank over that by actual rank;
    1 is a perfect order, 0 a random one. `spearman`: rank correlation. `decile_error`: absolute
    difference of predicted and actual totals per tenth of customers (by predicted rank), summed,
    as a share of the actual total. `total_error`: predicted over actual total, minus 1.
    `mean_absolute_error`: in money. Ties in rank are shared, so the order of rows plays no part.
    """

    customers: int
    actual_total: float
    normalised_gini: float
    spearman: float
    decile_error: float
    total_error: float
    mean_absolute_error: float


def value_accuracy(actual: Floats, predicted: Floats) -> ValueAccuracy:
    """Compare what customers spent in the horizon with what was predicted, both of shape (n,).

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


def _covariance(one: Floats, other: Floats) -> float:
    return float((one - one.mean()) @ (other - other.mean()))


def _correlation(one: Floats, other: Floats) -> float:
    spread = _covariance(one, one) * _covariance(other, other)
    return _covariance(one, other) / float(np.sqrt(spread)) if spread > 0 else 0.0


def _decile_error(actual: Floats, predicted: Floats, rank: Floats) -> float:
    tenth = np.minimum((10 * (rank - 0.5) / rank.size).astype(np.intp), 9)
    missed = np.bincount(tenth, weights=predicted - actual, minlength=10)
    return float(np.abs(missed).sum() / actual.sum())
