"""What customers are expected to spend given that they stay: the other half of value at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from regulars.ml.clv.contract import ContractMethod
from regulars.ml.clv.customer_value import CustomerValue
from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.purchase_summary import Summary, distinct
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Floats, Span
from regulars.release.value_report import StayingTenth


class Staying(Protocol):
    """What it means to stay over a window, and the value of who does."""

    def value(
        self, fitted: FittedValues, window: Window, *, parametric: CustomerValue, value: Floats
    ) -> Floats:
        """Expected spend given the stay, shape (n,); never below `value`."""

    def has_stayed(
        self, history: SpendHistory, codes: Codes, window: Window
    ) -> NDArray[np.bool_] | None:
        """Who stayed over a window that has passed, shape (n,); None where that is not known."""


@dataclass(frozen=True)
class BuysWithin:
    """A customer without a contract has stayed who buys `within` the first part of the window."""

    within: Span

    def value(
        self, fitted: FittedValues, window: Window, *, parametric: CustomerValue, value: Floats
    ) -> Floats:
        stays = classical_value_if_stays(
            parametric,
            fitted.history,
            fitted.purchases,
            stays_within=fitted.span(self._beginning(window)),
        )
        bounded: Floats = np.maximum(stays, value)
        return bounded

    def has_stayed(
        self, history: SpendHistory, codes: Codes, window: Window
    ) -> NDArray[np.bool_] | None:
        beginning = self._beginning(window)
        return history.bought(codes, start=beginning.start, end=beginning.end)

    def _beginning(self, window: Window) -> Window:
        """The first part of the window, in which a purchase shows the stay."""
        end = min(window.start + int(self.within.in_unit("day")), window.end)
        within = self.within if end < window.end else window.span
        return Window(window.start, end, within)


@dataclass(frozen=True)
class StaysMember:
    """A member has stayed who does not leave within the window."""

    contract: ContractMethod

    def value(
        self, fitted: FittedValues, window: Window, *, parametric: CustomerValue, value: Floats
    ) -> Floats:
        return value * self.contract.staying_ratio(fitted.codes, window.start, window.end)

    def has_stayed(
        self, history: SpendHistory, codes: Codes, window: Window
    ) -> NDArray[np.bool_] | None:
        then = self.contract.are_members(codes, window.start)
        now = self.contract.are_members(codes, window.end)
        return None if then is None or now is None else then & now


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


def staying_tenths(expected: Floats, observed: Floats) -> tuple[StayingTenth, ...]:
    """Customers who stayed by tenths of what was expected of them, the highest first."""
    order = np.argsort(-expected, kind="stable")
    tenths = np.array_split(order, min(10, order.size))
    return tuple(
        StayingTenth(
            tenth=number,
            customers=int(rows.size),
            expected=float(expected[rows].sum()),
            observed=float(observed[rows].sum()),
        )
        for number, rows in enumerate(tenths, start=1)
    )
