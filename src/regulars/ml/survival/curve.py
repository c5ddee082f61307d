"""A survival curve in steps, and what it predicts for a customer of a given age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regulars.core.calendar import DAYS_PER_PERIOD, DAYS_PER_YEAR, Grain
from regulars.ml.spans import Floats, Span


@dataclass(frozen=True)
class SurvivalCurve:
    """The share still there after each of `times` (k,), ascending ages in `unit`.

    Nobody was observed beyond `last_age`; from there on customers end at `tail_hazard` per unit,
    the rate of the last quarter of what was observed.
    """

    times: Floats
    survival: Floats
    last_age: float
    tail_hazard: float
    unit: Grain

    def at(self, age: ArrayLike) -> Floats:
        """Share still there at an age, in the shape of `age`."""
        ages = np.asarray(age, dtype=np.float64)
        step = np.searchsorted(self.times, ages, side="right")
        observed = np.concatenate(([1.0], self.survival))[step]
        beyond = np.maximum(ages - self.last_age, 0.0)
        share: Floats = observed * np.exp(-self.tail_hazard * beyond)
        return share

    def given(self, age: ArrayLike, ahead: ArrayLike) -> Floats:
        """Probability to be still there at `age + ahead` for one who is there at `age`."""
        ages, ahead_ = np.broadcast_arrays(
            np.asarray(age, dtype=np.float64), np.asarray(ahead, dtype=np.float64)
        )
        now = self.at(ages)
        known = (ages < self.last_age) & (now > 0)
        stays = np.exp(-self.tail_hazard * ahead_)
        conditional: Floats = np.where(
            known, self.at(ages + ahead_) / np.where(known, now, 1), stays
        )
        return conditional

    def remaining_life(
        self, age: ArrayLike, *, horizon: Span, discount_rate_per_year: float = 0.0
    ) -> Floats:
        """Expected time still to stay within the horizon, in `unit`, given survival to `age`.

        The area under the conditional curve; with a discount rate, time far ahead counts less.
        """
        ages = np.asarray(age, dtype=np.float64)
        ahead = horizon.in_unit(self.unit)
        discount = np.log1p(discount_rate_per_year) * DAYS_PER_PERIOD[self.unit] / DAYS_PER_YEAR
        tail = _area(discount + self.tail_hazard, np.zeros_like(ages), ahead)
        now = self.at(ages)
        known = (ages < self.last_age) & (now > 0)
        area = self._area_to(ages + ahead, discount) - self._area_to(ages, discount)
        own = area * np.exp(discount * ages) / np.where(known, now, 1)
        remaining: Floats = np.where(known, own, tail)
        return remaining

    def _area_to(self, age: Floats, discount: float) -> Floats:
        """Discounted area under the curve from 0 to each age: exact, as the curve has steps."""
        borders = np.concatenate(([0.0], self.times))
        height = np.concatenate(([1.0], self.survival))
        ends = np.append(borders[1:], self.last_age)
        before = np.concatenate(([0.0], np.cumsum(height * _area(discount, borders, ends))))
        within = np.minimum(age, self.last_age)
        step = np.searchsorted(self.times, within, side="right")
        area = before[step] + height[step] * _area(discount, borders[step], within)
        start = np.full_like(age, self.last_age)
        beyond = _area(discount + self.tail_hazard, start, np.maximum(age, self.last_age))
        whole: Floats = area + height[-1] * np.exp(self.tail_hazard * self.last_age) * beyond
        return whole


def _area(rate: float, start: Floats, end: Floats | float) -> Floats:
    """Integral of exp(-rate u) from start to end."""
    length = np.asarray(end - start, dtype=np.float64)
    if abs(rate) < 1e-12:
        return length
    area: Floats = np.exp(-rate * start) * -np.expm1(-rate * length) / rate
    return area
