"""What a contract is worth: monthly value x the life that remains, discounted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regulars.core.calendar import DAYS_PER_PERIOD
from regulars.core.errors import DataError
from regulars.ml.clv.purchase_summary import Floats, Span
from regulars.ml.survival.curve import SurvivalCurve


@dataclass(frozen=True)
class ContractValue:
    """Per customer: expected months still to stay within `horizon`, and their discounted value."""

    horizon: Span
    discount_rate_per_year: float
    expected_months: Floats
    value: Floats


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
    return ContractValue(horizon, discount_rate_per_year, plain, monthly * discounted * months)
