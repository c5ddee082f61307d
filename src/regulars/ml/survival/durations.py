"""Observed lifetimes: how long each customer was observed, and whether the end was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.core.calendar import DAYS_PER_PERIOD, Grain
from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.spans import Floats, floats


@dataclass(frozen=True)
class Durations:
    """One lifetime per customer, in `unit`; arrays of shape (n,).

    `age` is the age at the end where `ended`, else the age at which the customer was last observed
    there (censored). `entered` is the age from which the customer was watched: above 0 for those
    who were customers before the records begin.
    """

    age: Floats
    ended: NDArray[np.bool_]
    entered: Floats
    unit: Grain

    def __post_init__(self) -> None:
        if self.unit not in DAYS_PER_PERIOD:
            raise DataError(f"unknown time unit {self.unit!r}", hint="Use day, week or month.")
        if not self.age.shape == self.ended.shape == self.entered.shape or self.age.ndim != 1:
            raise DataError("age, ended and entered must be one-dimensional and of the same length")
        if not self.age.size:
            raise NotEnoughData("no lifetimes to learn from")
        with np.errstate(invalid="ignore"):
            good = (self.entered >= 0) & (self.entered <= self.age) & np.isfinite(self.age)
            good &= ~(self.ended & (self.entered == self.age) & (self.age > 0))
        wrong = np.flatnonzero(~good)
        if wrong.size:
            row = int(wrong[0])
            raise DataError(
                f"{wrong.size} lifetimes cannot be, the first at row {row}:"
                f" entered at {self.entered[row]:g}, last observed at {self.age[row]:g}",
                hint="Needed: 0 <= entered <= age, entered < age where ended, and both finite.",
            )

    def __len__(self) -> int:
        return int(self.age.size)

    @classmethod
    def of(
        cls,
        age: ArrayLike,
        ended: ArrayLike,
        *,
        unit: Grain,
        entered: ArrayLike | None = None,
    ) -> Durations:
        """Lifetimes from arrays; everyone was watched from age 0 where `entered` is None."""
        ages = floats(age)
        start = np.zeros(ages.shape) if entered is None else floats(entered)
        return cls(ages, np.asarray(ended).astype(np.bool_), start, unit)

    def take(self, rows: np.ndarray) -> Durations:
        """The lifetimes at these positions, or where a boolean mask is true."""
        return Durations(self.age[rows], self.ended[rows], self.entered[rows], self.unit)
