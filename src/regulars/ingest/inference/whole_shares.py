"""Fees and taxes in whole numbers that are a fixed share of an amount: both count cents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.ingest.inference.number_rows import NEARLY_ALL, Numbers

_FEWEST, _DIFFERENT = 30, 10  # rows with a fee or a tax, and different ones
_LEAST_SHARE, _MOST_SHARE = 0.002, 0.5


def whole_shares(numbers: Numbers, amount: str, whole: Sequence[str]) -> str | None:
    """The one of `whole`, columns of whole numbers, that is a fixed share of the amount.

    Fees and taxes of whole amounts have cents; of cents they have none.
    """
    values = numbers.values[amount]
    for other in whole:
        if other not in numbers.values:
            continue
        part = numbers.values[other]
        both = ~np.isnan(values) & ~np.isnan(part) & (values != 0) & (part != 0)
        if both.sum() < _FEWEST or np.unique(part[both]).size < _DIFFERENT:
            continue
        x, y = np.abs(values[both]), np.abs(part[both])
        share, fixed = np.polyfit(x, y, 1)
        exact = share * x + fixed
        is_share = _LEAST_SHARE < share < _MOST_SHARE and np.ptp(exact) > _DIFFERENT
        near = np.abs(exact - y) <= 1.0
        if is_share and near.mean() >= NEARLY_ALL and np.abs(exact - y).max() > 0.02:
            return other
    return None
