"""The value of a contract: monthly value x the life that remains, discounted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.core.calendar import (
    DAYS_PER_MONTH,
    DAYS_PER_PERIOD,
    MONTHS_PER_YEAR,
    WHOLE_DAYS_PER_YEAR,
)
from regulars.core.errors import DataError
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.spans import Floats, Span
from regulars.ml.survival.curve import SurvivalCurve
from regulars.ml.survival.lifetimes import KnownLifetimes, Memberships

CONTRACT = "contract"
# A monthly rate from fewer days would be mostly chance: the divisor is never below a month.
MIN_WATCHED_DAYS = 30


@dataclass(frozen=True)
class ContractValue:
    """Per customer: expected months still to stay within `horizon`, and their discounted value.

    `value_if_stays` is the value of the whole horizon: of a member who does not leave within it.
    """

    horizon: Span
    discount_rate_per_year: float
    expected_months: Floats
    value: Floats
    value_if_stays: Floats


def contract_value(
    monthly_value: ArrayLike,
    age: ArrayLike,
    *,
    curve: SurvivalCurve,
    horizon: Span,
    discount_rate_per_year: float,
) -> ContractValue:
    """Value within the horizon of customers who are there at `age` (in the curve's unit).

    `monthly_value` is the margin, or the revenue, of a month: the answer is of the same kind. It
    is taken to stay as it is, and to come evenly over the month. All arrays have shape (n,).
    """
    monthly, ages = np.broadcast_arrays(
        np.asarray(monthly_value, dtype=np.float64), np.asarray(age, dtype=np.float64)
    )
    if discount_rate_per_year <= -1:
        raise DataError(f"a discount rate of {discount_rate_per_year} per year cannot be")
    months = DAYS_PER_PERIOD[curve.unit] / DAYS_PER_PERIOD["month"]
    plain = curve.remaining_life(ages, horizon=horizon) * months
    discounted = curve.remaining_life(
        ages, horizon=horizon, discount_rate_per_year=discount_rate_per_year
    )
    value = monthly * discounted * months
    stays = monthly * _discounted_months(horizon, discount_rate_per_year)
    return ContractValue(
        horizon, discount_rate_per_year, plain, value, value_if_stays=np.maximum(value, stays)
    )


def _discounted_months(horizon: Span, rate_per_year: float) -> float:
    """The months of the horizon; with a discount rate, those far ahead count less."""
    months = horizon.in_unit("month")
    discount = np.log1p(rate_per_year) / MONTHS_PER_YEAR
    return months if discount == 0 else float(-np.expm1(-discount * months) / discount)


@dataclass(frozen=True)
class ContractMethod:
    """For members: own net spend per month of the last year x the months they will stay."""

    memberships: Memberships
    history: SpendHistory
    discount_rate_per_year: float

    def __call__(self, codes: Codes, start: int, end: int) -> Floats | None:
        """Values of these customers in [start, end), shape (n,); 0 for who is no member then.

        None where nobody's lifetime was known at `start`.
        """
        known = self.memberships.on(start)
        if known is None:
            return None
        age, is_member = self._ages(known, codes)
        year_before = max(start - WHOLE_DAYS_PER_YEAR, known.first_day)
        spent = self.history.before(start).spent(codes, start=year_before, end=start)
        watched_days = np.clip(
            age, float(MIN_WATCHED_DAYS), max(start - year_before, MIN_WATCHED_DAYS)
        )
        monthly = np.maximum(spent, 0.0) / (watched_days / DAYS_PER_MONTH)
        return self._contract(np.where(is_member, monthly, 0.0), age, known, end - start).value

    def staying_ratio(self, codes: Codes, start: int, end: int) -> Floats:
        """Value of a member who stays to the end over that of one who may leave, shape (n,).

        At least 1, and 1 where nothing is known of leaving.
        """
        known = self.memberships.on(start)
        if known is None:
            return np.ones(codes.size)
        age, _ = self._ages(known, codes)
        month = self._contract(np.ones(codes.size), age, known, end - start)
        ratio = np.ones(codes.size)
        return np.divide(month.value_if_stays, month.value, out=ratio, where=month.value > 0)

    def are_members(self, codes: Codes, day: int) -> NDArray[np.bool_] | None:
        """Who is a member on a day, shape (n,); None where nobody's lifetime is known then."""
        known = self.memberships.on(day)
        return None if known is None else self._ages(known, codes)[1]

    def _ages(self, known: KnownLifetimes, codes: Codes) -> tuple[Floats, NDArray[np.bool_]]:
        """Age in days, 0 for who is no member, and who is one; each of shape (n,)."""
        lives = known.of(self.history.ids_of(codes))
        age = np.nan_to_num(np.asarray(lives["age_days"].to_numpy(), dtype=np.float64))
        is_member = np.asarray(lives["is_member"].to_numpy(), dtype=np.bool_)
        return np.where(is_member, age, 0.0), is_member

    def _contract(
        self, monthly: Floats, age: Floats, known: KnownLifetimes, days: int
    ) -> ContractValue:
        return contract_value(
            monthly,
            age,
            curve=known.curve,
            horizon=Span(days, "day"),
            discount_rate_per_year=self.discount_rate_per_year,
        )
