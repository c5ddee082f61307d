"""Money per order: what the Gamma-Gamma estimator needs from the purchases of each customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.core.errors import DataError
from regulars.ml.clv.summary import Floats, before, floats

FirstOrder = Literal["counted", "left out"]


@dataclass(frozen=True)
class SpendSummary:
    """Per customer the number of orders that were averaged and their mean spend.

    `orders` and `mean_spend` have shape (n,); where `orders` is 0 the mean is 0 and unused.
    An order is the total of a customer-day; days that total zero or less tell nothing about the
    price of an order and are left out. `first_order` says whether the first one was averaged.
    """

    orders: Floats
    mean_spend: Floats
    first_order: FirstOrder
    customers: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if self.orders.shape != self.mean_spend.shape or self.orders.ndim != 1:
            raise DataError("orders and mean_spend must be one-dimensional and of the same length")
        known = self.orders > 0
        good = np.isfinite(self.mean_spend) & np.isfinite(self.orders) & (self.orders >= 0)
        wrong = np.flatnonzero(~(good & ((self.mean_spend > 0) | ~known)))
        if wrong.size:
            row = int(wrong[0])
            raise DataError(
                f"{wrong.size} customers have an impossible mean spend, the first at row {row}:"
                f" {self.mean_spend[row]:g} over {self.orders[row]:g} orders",
                hint="Mean spend must be above zero wherever an order was averaged.",
            )

    def __len__(self) -> int:
        return int(self.orders.shape[0])

    @classmethod
    def from_arrays(
        cls, orders: ArrayLike, mean_spend: ArrayLike, *, first_order: FirstOrder
    ) -> SpendSummary:
        """A spend summary from arrays that someone else averaged."""
        return cls(floats(orders), floats(mean_spend), first_order)

    @classmethod
    def from_days(
        cls,
        customers: ArrayLike,
        days: ArrayLike,
        amounts: ArrayLike,
        *,
        as_of: np.datetime64 | int,
        first_order: FirstOrder,
    ) -> SpendSummary:
        """Mean spend from purchase rows (customer code, day, amount), each of shape (rows,).

        Rows come back for every customer with a purchase before `as_of`, in the order of the codes:
        the same customers, in the same order, as `Summary.from_days` at the same `as_of`.
        """
        code, day, _, kept = before(customers, days, as_of)
        amount = floats(amounts)
        if amount.shape != kept.shape:
            raise DataError("amounts must have one value per purchase")
        order = np.lexsort((day, code))
        code, day, amount = code[order], day[order], amount[kept][order]
        new_customer = np.concatenate(([True], code[1:] != code[:-1]))
        new_order = new_customer | np.concatenate(([True], day[1:] != day[:-1]))
        starts = np.flatnonzero(new_order)
        total = np.add.reduceat(amount, starts)
        counted = total > 0
        if first_order == "left out":
            counted &= ~new_customer[starts]
        whose = np.cumsum(new_customer)[starts] - 1
        orders = np.bincount(whose, weights=counted).astype(np.float64)
        spent = np.bincount(whose, weights=np.where(counted, total, 0.0))
        mean = np.divide(spent, orders, out=np.zeros_like(spent), where=orders > 0)
        return cls(orders, mean, first_order, code[new_customer])
