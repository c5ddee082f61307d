"""Lengths of time that carry their unit, and the arrays of numbers that estimators work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.core.calendar import DAYS_PER_PERIOD, Grain
from regulars.core.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Span:
    """A length of time that cannot be mistaken for another unit, e.g. `Span(39, "week")`."""

    length: float
    unit: Grain

    def __post_init__(self) -> None:
        if not (np.isfinite(self.length) and self.length > 0):
            raise DataError(f"a horizon must be longer than zero, not {self.length} {self.unit}s")

    def in_unit(self, unit: Grain) -> float:
        """The same span counted in `unit`; a month is the mean one of the calendar."""
        if unit == self.unit:
            return self.length
        return self.length * DAYS_PER_PERIOD[self.unit] / DAYS_PER_PERIOD[unit]

    def __str__(self) -> str:
        return f"{self.length:g} {self.unit}{'' if self.length == 1 else 's'}"


def floats(values: ArrayLike) -> Floats:
    """The values as a contiguous float64 array."""
    return np.ascontiguousarray(values, dtype=np.float64)
