"""Numbers that are no money whatever their name: times of day, years, phones."""

from __future__ import annotations

import numpy as np

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_words import amount_points
from regulars.ingest.inference.number_rows import Numbers

_HOURS, _MINUTES = 24, 60
_DIFFERENT_MINUTES = 20  # of 60: cents are fewer, or lie above 59, too
_YEARS = (1900, 2100)
_SHORTEST_PHONE = 1e7


def is_no_money(column: Column, numbers: Numbers) -> bool:
    """Whether a number is a time of day (09.15), a year or a phone."""
    if column.low is None or column.high is None or column.currencies or column.affix:
        return False
    if _is_time_of_day(column, numbers):
        return True
    if amount_points(column.name) or not column.whole:
        return False
    is_year = column.low >= _YEARS[0] and column.high <= _YEARS[1] and column.distinct > 1
    return is_year or (column.phones > 0.8 and column.low >= _SHORTEST_PHONE)


def _is_time_of_day(column: Column, numbers: Numbers) -> bool:
    values = numbers.values.get(column.name)
    if values is None or column.whole or column.low is None or column.high is None:
        return False
    if column.low < 0 or column.high >= _HOURS:
        return False
    given = values[~np.isnan(values)]
    minutes = np.unique(np.rint((given - np.floor(given)) * 100))
    return minutes.size >= _DIFFERENT_MINUTES and bool(minutes.max() < _MINUTES)
