"""Columns beside a quantity: the price of one or of all, and what is taken off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_words import (
    amount_points,
    is_percent,
    part_of,
    part_points,
)
from regulars.ingest.inference.number_rows import Numbers

_MIN_SALES = 100  # before the growth of a price with its quantity tells anything
_HALF_WAY = 0.5


def discount_of(numbers: Numbers, columns: Sequence[Column]) -> tuple[Column | None, float]:
    """What comes off quantity times price, where the values tell an amount from a share."""
    for column in columns:
        if part_of(column.name) != "discount" or not column.high or column.low is None:
            continue
        if column.name not in numbers.values or column.low < 0:
            continue
        if column.high <= 1 and not column.whole:
            return column, 1.0
        if is_percent(column.name):
            return column, 100.0
        if not column.whole or amount_points(column.name):
            return column, 0.0
    return None, 0.0


def is_price_of_all(numbers: Numbers, quantity: Column, price: Column) -> bool:
    """Whether a price grows as its quantity does; the price of each does not.

    By the slope of its logarithm on the quantity's: 1 for a price of all, 0 or less for one each.
    """
    if quantity.name not in numbers.values or price.name not in numbers.values:
        return False
    units, prices = numbers.values[quantity.name], numbers.values[price.name]
    known = (np.nan_to_num(units) > 0) & (np.nan_to_num(prices) > 0)
    x, y = np.log(units[known]), np.log(prices[known])
    if len(x) < _MIN_SALES or (x > 0).sum() < _MIN_SALES / 4 or np.ptp(x) == 0:
        return False
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    error = float(np.sqrt(((y - slope * x) ** 2).mean() / (x @ x)))
    return slope - 2 * error > _HALF_WAY


def unit_price(columns: Sequence[Column], quantity: Column | None) -> Column | None:
    """The column that its name calls the price of one; None where no name does."""
    named = [(part_points(c.name, "unit_price"), c) for c in columns if c is not quantity]
    best = max(named, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] > 0 else None
