"""CSV that people open in a spreadsheet: no cell of it runs as a formula, and each can be restored.

The rule: a text cell that begins with `=`, `+`, `-`, `@`, a tab, a line break, one of their
full-width forms or an apostrophe gets an apostrophe in front; a negative number, also as text,
stays as it is. To restore a cell, remove one apostrophe from its start.
"""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

GUARD = "'"
_RISKY = "\\A['=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_NEGATIVE_NUMBER = r"\A-[0-9]+(\.[0-9]+)?\z"


class CsvWriter:
    """Writes batches of rows as UTF-8 CSV; the header comes first, also without any row."""

    def __init__(self, target: Path | IO[bytes], schema: pa.Schema) -> None:
        empty = defused(schema.empty_table())
        self._writer = csv.CSVWriter(target, empty.schema)

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write these rows."""
        self.write_table(pa.Table.from_batches([batch]))

    def write_table(self, table: pa.Table) -> None:
        """Write these rows."""
        self._writer.write_table(defused(table))

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def csv_text(table: pa.Table) -> str:
    """A small table as CSV."""
    buffer = io.BytesIO()
    write_csv(table, buffer)
    return buffer.getvalue().decode("utf-8")


def write_csv(table: pa.Table, target: Path | IO[bytes]) -> None:
    """Write a table to a file."""
    with CsvWriter(target, table.schema) as writer:
        writer.write_table(table)


def defused(table: pa.Table) -> pa.Table:
    """The table with every text cell, and every column name, by the rule above."""
    columns = [_defused(column) for column in table.columns]
    names = _defused(pa.chunked_array([table.column_names], pa.string())).to_pylist()
    return pa.table(columns, names=names)


def restored(text: str) -> str:
    """What a cell of an export was before."""
    return text.removeprefix(GUARD)


def _defused(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    risky = pc.and_not(
        pc.match_substring_regex(column, _RISKY),
        pc.match_substring_regex(column, _NEGATIVE_NUMBER),
    )
    guard = pa.scalar(GUARD, column.type)
    empty = pa.scalar("", column.type)
    guarded: Any = pc.binary_join_element_wise(guard, column, empty)
    return pc.if_else(risky, guarded, column)
