"""What customers paid and got back, day by day: purchases net of refunds as known at any moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.ml.clv.purchase_summary import Floats

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class SpendHistory:
    """One row per customer and day (or period): arrays of shape (rows,).

    `code` numbers the customers, `day` and `known` are days since 1970-01-01 of the event and of
    when the company knew it, `sold` and `refunded` are money.
    """

    code: Codes
    day: Codes
    known: Codes
    sold: Floats
    refunded: Floats

    def before(self, end: int) -> SpendHistory:
        """The rows that happened and were known before this day."""
        return self._take((self.day < end) & (self.known < end))

    def standing(self) -> tuple[Codes, Codes, Floats]:
        """Purchases that stood: customer codes, days and net amounts, each of shape (kept,).

        What a customer got back is spread over that customer's purchases in proportion: a refund
        rarely says which purchase it undoes. Who got everything back has no purchase that stood.
        """
        bought = self.sold > 0
        size = int(self.code.max()) + 1 if self.code.size else 0
        sold = np.bincount(self.code, weights=self.sold, minlength=size)
        back = np.bincount(self.code, weights=self.refunded, minlength=size)
        share = np.divide(sold - back, sold, out=np.zeros(size), where=sold > 0)
        kept = bought & (share[self.code] > 0)
        return self.code[kept], self.day[kept], self.sold[kept] * share[self.code[kept]]

    def spent(self, codes: Codes, *, start: int, end: int) -> Floats:
        """Sales less refunds of these customers in [start, end), shape (n,)."""
        inside = (self.day >= start) & (self.day < end)
        size = int(max(self.code.max(initial=-1), codes.max(initial=-1))) + 1
        net = self.sold[inside] - self.refunded[inside]
        total = np.bincount(self.code[inside], weights=net, minlength=size)
        spent: Floats = total[codes].astype(np.float64)
        return spent

    @property
    def first_day(self) -> int:
        """The day of the first row."""
        return int(self.day.min())

    def _take(self, rows: NDArray[np.bool_]) -> SpendHistory:
        return SpendHistory(
            self.code[rows], self.day[rows], self.known[rows], self.sold[rows], self.refunded[rows]
        )
