"""What customers paid and got back, day by day: purchases net of refunds as known at any moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from regulars.core.errors import NotEnoughData
from regulars.ml.spans import Floats

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class SpendHistory:
    """One row per customer and day (or period): arrays of shape (rows,).

    `code` numbers the customers, `day` and `known` are days since 1970-01-01 of the event and of
    when the company knew it, `sold` and `refunded` are money. `customer_ids` gives the id of every
    code, where the history comes from a table.
    """

    code: Codes
    day: Codes
    known: Codes
    sold: Floats
    refunded: Floats
    customer_ids: pa.Array | None = None

    @classmethod
    def from_table(cls, spend: pa.Table) -> SpendHistory:
        """The history of a table of the schema `value_rows.SPEND`; codes in its order of customers.

        Raises NotEnoughData where the table has no rows.
        """
        if not spend.num_rows:
            raise NotEnoughData("nobody has bought anything")
        customers = spend["customer_id"].combine_chunks().dictionary_encode()
        return cls(
            code=np.asarray(customers.indices.to_numpy(zero_copy_only=False), dtype=np.int64),
            day=_day_numbers(spend["period"]),
            known=_day_numbers(spend["known_period"]),
            sold=np.asarray(spend["amount"].to_numpy(), dtype=np.float64),
            refunded=np.asarray(spend["refunded"].to_numpy(), dtype=np.float64),
            customer_ids=customers.dictionary,
        )

    def ids_of(self, codes: Codes) -> pa.Array:
        """The customer ids of these codes, in their order."""
        return self._ids().take(pa.array(codes))

    def codes_of(self, customer_ids: pa.Array | pa.ChunkedArray) -> tuple[Codes, NDArray[np.bool_]]:
        """The code of each customer and who has one, shape (n,): 0 and false who never bought."""
        place = pc.index_in(customer_ids.cast(pa.string()), value_set=self._ids())
        has_code = np.asarray(pc.is_valid(place).to_numpy(zero_copy_only=False), dtype=np.bool_)
        codes = pc.fill_null(place, 0).to_numpy(zero_copy_only=False)
        return np.asarray(codes, dtype=np.int64), has_code

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
        inside = self._inside(start, end)
        size = int(max(self.code.max(initial=-1), codes.max(initial=-1))) + 1
        net = self.sold[inside] - self.refunded[inside]
        total = np.bincount(self.code[inside], weights=net, minlength=size)
        spent: Floats = total[codes].astype(np.float64)
        return spent

    def bought(self, codes: Codes, *, start: int, end: int) -> NDArray[np.bool_]:
        """Which of these customers bought anything in [start, end), shape (n,)."""
        inside = self._inside(start, end) & (self.sold > 0)
        return np.isin(codes, self.code[inside])

    @property
    def first_day(self) -> int:
        """The day of the first row."""
        return int(self.day.min())

    def _inside(self, start: int, end: int) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (self.day >= start) & (self.day < end)
        return inside

    def _ids(self) -> pa.Array:
        if self.customer_ids is None:
            raise ValueError("this history was not made from a table: it knows no customer ids")
        return self.customer_ids

    def _take(self, rows: NDArray[np.bool_]) -> SpendHistory:
        return SpendHistory(
            self.code[rows],
            self.day[rows],
            self.known[rows],
            self.sold[rows],
            self.refunded[rows],
            self.customer_ids,
        )


def _day_numbers(column: pa.ChunkedArray) -> Codes:
    return np.asarray(column.cast(pa.int32()).to_numpy(), dtype=np.int64)
