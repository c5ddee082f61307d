"""Numbers beside an amount that values tell: what is still owed of it, and cash handed in."""

from __future__ import annotations

import numpy as np

from regulars.ingest.inference.money_words import part_of
from regulars.ingest.inference.number_rows import Equation, Numbers

_ZERO, _WHOLE = 0.2, 0.03  # of the rows in which nothing is owed, and in which all of it is
_NEARLY_ALL = 0.98
_ROUND = 5  # units: notes and coins that people hand over
_MOSTLY_ROUND, _NOT_ROUND = 0.9, 0.6
_FEWEST = 20


def is_owed_of(numbers: Numbers, name: str, total: str) -> bool:
    """Whether a column is nothing, a part or all of another one in every row: open of it."""
    mine, other = numbers.values[name], numbers.values[total]
    both = ~np.isnan(mine) & ~np.isnan(other) & (other > 0)
    if both.sum() < _FEWEST:
        return False
    part, whole = mine[both], other[both]
    within = (part >= 0) & (part <= whole + 0.01)
    is_nothing, is_all = part == 0, np.abs(part - whole) <= 0.01
    return bool(
        within.mean() >= _NEARLY_ALL and is_nothing.mean() >= _ZERO and is_all.mean() >= _WHOLE
    )


def was_handed_in(equation: Equation, numbers: Numbers) -> bool:
    """Whether the total is the cash of the buyer: its parts are the price, and change of it.

    By names, or as cash is round where there is change, and prices are not.
    """
    main = max((name for _, name in equation.parts), key=numbers.size)
    small = [name for _, name in equation.parts if name != main]
    if len(small) != 1 or len(equation.parts) != 2:
        return False
    if "tendered" in (part_of(equation.total), part_of(small[0])):
        return True
    if part_of(small[0]) is not None:
        return False
    change = np.nan_to_num(numbers.values[small[0]])
    with_change = change > 0
    if with_change.sum() < _FEWEST:
        return False
    cash, price = numbers.values[equation.total][with_change], numbers.values[main][with_change]
    return bool(_are_round(cash) >= _MOSTLY_ROUND and _are_round(price) <= _NOT_ROUND)


def _are_round(values: np.ndarray) -> float:
    return float((np.abs(values - np.rint(values / _ROUND) * _ROUND) < 0.001).mean())
