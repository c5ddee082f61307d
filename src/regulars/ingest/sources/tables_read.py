"""Batches of a database as one Parquet file, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse


@dataclass
class _Parts:
    """Parquet files of one schema each: drivers without types may change their mind."""

    folder: Path
    schema: pa.Schema | None = None
    columns: set[str] = field(default_factory=set)
    files: list[Path] = field(default_factory=list)
    rows: int = 0
    writer: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        self.schema = self.schema or batch.schema
        if batch.num_rows == 0:
            return
        table = pa.Table.from_batches([batch])
        empty = [column.name for column in table.schema if pa.types.is_null(column.type)]
        # Without one column at least, the rows could not be counted.
        table = table.drop_columns(empty) if len(empty) < table.num_columns else _as_text(table)
        fitting = self._fitted(table)
        if fitting is None:
            fitting = table
            self._begin(table.schema)
        assert self.writer is not None
        self.writer.write_table(fitting)
        self.columns |= set(table.column_names)
        self.rows += table.num_rows

    def end(self) -> None:
        """Close the last file; of no rows at all, one that has the columns."""
        if self.schema is not None and self.writer is None:
            nothing = _as_text(self.schema.empty_table())
            self._begin(nothing.schema)
            self.columns = set(nothing.column_names)
        self._close()

    def _close(self) -> None:
        if self.writer is not None:
            self.writer.close()

    def _fitted(self, table: pa.Table) -> pa.Table | None:
        """The rows in the schema of the open file, or None where that would lose something."""
        if self.writer is None or set(table.column_names) != set(self.writer.schema.names):
            return None
        try:
            return table.select(self.writer.schema.names).cast(self.writer.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None

    def _begin(self, schema: pa.Schema) -> None:
        self._close()
        self.files.append(self.folder / f"part-{len(self.files)}.parquet")
        self.writer = pq.ParquetWriter(self.files[-1], schema, compression="zstd")


def write_parquet(
    batches: Iterable[pa.RecordBatch], folder: Path, *, warehouse: Warehouse
) -> tuple[Path, int]:
    """Write all batches to one file; its path and the number of rows.

    A column whose type differs from batch to batch becomes the type that holds both, or text;
    one without any value is text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = _Parts(folder)
    try:
        for batch in batches:
            parts.write(batch)
    finally:
        parts.end()
    if len(parts.files) == 1 and parts.columns == set(_names(parts)):
        return parts.files[0], parts.rows
    return _joined(parts, warehouse=warehouse), parts.rows


def content_digest(warehouse: Warehouse, path: Path) -> str:
    """A digest of a file's rows that does not depend on their order."""
    rows = warehouse.scan(
        "select count(*), coalesce(sum(hash(table_row)::hugeint), 0) "
        f"from read_parquet({literal(path)}) as table_row"
    )
    return f"{rows[0][0]}-{int(rows[0][1]):x}"


def _joined(parts: _Parts, *, warehouse: Warehouse) -> Path:
    target = parts.folder / "whole.parquet"
    columns = ", ".join(
        quoted(name) if name in parts.columns else f"cast(null as varchar) as {quoted(name)}"
        for name in _names(parts)
    )
    files = ", ".join(map(literal, parts.files))
    warehouse.scan(
        f"copy (select {columns} from read_parquet([{files}], union_by_name = true)) "
        f"to {literal(target)} (format parquet)"
    )
    return target


def _names(parts: _Parts) -> list[str]:
    return list(parts.schema.names) if parts.schema is not None else []


def _as_text(table: pa.Table) -> pa.Table:
    """Columns without a type become text."""
    kinds = [
        pa.string() if pa.types.is_null(column.type) else column.type for column in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))
