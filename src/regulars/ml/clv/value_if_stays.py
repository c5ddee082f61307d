"""What customers are expected to spend given that they stay: the other half of value at risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.ml.clv.customer_value import CustomerValue
from regulars.ml.clv.purchase_summary import Summary, distinct
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import Codes
from regulars.ml.spans import Floats, Span


@dataclass(frozen=True)
class Staying:
    """When a customer has stayed: who bought `within` the first part of the horizon.

    `ratio` is for those who can only leave on a known day: the value of a member who stays over
    that of one who may leave (codes, start, end), shape (n,).
    """

    within: Span
    ratio: Callable[[Codes, int, int], Floats] | None = None


def classical_value_if_stays(
    value: CustomerValue, history: Summary, purchases: PurchaseEstimator, *, stays_within: Span
) -> Floats:
    """Expected spend in the horizon of `value` of who buys within its first part, shape (n,).

    Discounted as `value` is. Never below one purchase.
    """
    unit = purchases.unit
    horizon = value.horizon.in_unit(unit)
    known = distinct(history.x, history.t_x, history.T)
    orders = purchases.expected_purchases_if_any(
        horizon, (known.x, known.t_x, known.T), within=min(stays_within.in_unit(unit), horizon)
    )[known.row]
    # The mean spend of an order, with the share that discounting leaves of it.
    per_order = np.divide(
        value.value,
        value.purchases,
        out=value.spend_per_purchase.copy(),
        where=value.purchases > 0,
    )
    stays: Floats = orders * per_order
    return stays
