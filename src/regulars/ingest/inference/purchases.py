"""A table of purchases, as the steps of its mapping see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.moments import Moment
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import ranked

_NOBODY = ("0", "-1", "0.0", "-1.0")  # keys by which shops file purchases without an account
_FAR_MORE = 3  # times the rows of the next customer
_FEW_CUSTOMERS = 5


@dataclass(frozen=True)
class Purchases:
    """A table of purchases with its customer column and its time."""

    table: Table
    key: Column
    when: Moment
    facts: frozenset[str] = frozenset()  # columns that tell of the customer, not of the row
    beside: tuple[Table, ...] = ()  # the other tables of the company

    def free(self, used: Iterable[str]) -> list[Column]:
        """Columns that nothing uses yet."""
        taken = {*used, self.key.name, *self.when.names}
        return [column for column in self.table.columns.values() if column.name not in taken]

    def row_keys(self) -> list[Column]:
        """Columns by which a refund may refer to its sale."""
        columns = self.table.columns.values()
        named = [c for role in ("order_id", "transaction_id") for c in ranked(columns, role)]
        return [c for c in named if not c.unique and c.distinct > 1 and c is not self.key][:3]


def nobody(key: Column) -> tuple[str, int] | None:
    """The number that guests share as their customer, such as 0, and its rows; None without one."""
    if key.distinct < _FEW_CUSTOMERS:
        return None
    (value, rows), (_, next_rows) = key.values[:2]
    is_nobody = value.strip() in _NOBODY and rows >= _FAR_MORE * next_rows
    return (value, rows) if is_nobody else None
