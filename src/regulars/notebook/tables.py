"""Lazy tables: what a release holds, read when its rows are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regulars.core.counts import several
from regulars.notebook.frames import pandas_frame, polars_frame
from regulars.notebook.showing import Grid, Part, Shown

if TYPE_CHECKING:
    import pyarrow as pa

    from regulars.warehouse.engines.duckdb_relation import LazyRows

SHOWN_ROWS = 10


class Table(Shown):
    """Rows that are not read yet: choose columns, rows and their order, then ask for them.

    Every method but `to_...` gives another table and reads nothing.
    """

    def __init__(self, rows: LazyRows) -> None:
        self._rows = rows

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return self._rows.columns

    @property
    def relation(self) -> Any:
        """The same rows as a relation of DuckDB, for everything else that it can do."""
        return self._rows.relation

    def __len__(self) -> int:
        return len(self._rows)

    def select(self, *columns: str) -> Table:
        """Only these columns, in this order."""
        return Table(self._rows.select(*columns))

    def where(self, condition: str | None = None, /, **values: object) -> Table:
        """The rows for which a condition of SQL holds, and whose columns have these values.

        `where("risk_score > 80", segment=["Champions", "At Risk"])`: a list means any of them.
        """
        rows = self._rows if condition is None else self._rows.where(condition)
        return Table(rows.where_equal(values))

    def order_by(self, order: str) -> Table:
        """In this order, as SQL says it: `risk_score desc, customer_id`."""
        return Table(self._rows.order_by(order))

    def limit(self, count: int) -> Table:
        """The first so many rows."""
        return Table(self._rows.limit(count))

    def to_arrow(self) -> pa.Table:
        """All rows in Arrow, amounts as exact decimals."""
        return self._rows.arrow()

    def to_pandas(self) -> Any:
        """All rows as a pandas DataFrame, amounts as floats."""
        return pandas_frame(self.to_arrow())

    def to_polars(self) -> Any:
        """All rows as a polars DataFrame, amounts as exact decimals."""
        return polars_frame(self.to_arrow())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows for whatever reads Arrow: `polars.DataFrame(table)`, `pyarrow.table(table)`."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def _parts(self) -> Iterator[Part]:
        head = self._rows.limit(SHOWN_ROWS).arrow()
        yield Grid(self.columns, [list(row.values()) for row in head.to_pylist()])
        size = f"{several(len(self), 'row')}, {several(len(self.columns), 'column')}"
        yield f"{size}; the first {SHOWN_ROWS}" if len(self) > SHOWN_ROWS else size


def arrow_table(table: pa.Table) -> Table:
    """A table of rows that are there already."""
    from regulars.warehouse.engines.duckdb_relation import rows_of

    return Table(rows_of(table))
