"""Files written chunk by chunk in bounded memory, under a passing name until all is well."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from regulars.synthetic.rule_kinds import plain

ROWS_PER_GROUP = 1 << 20
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class WrittenFile:
    """A delivered file; `personal` names its columns with personal data."""

    table: str
    path: Path
    rows: int
    personal: tuple[str, ...] = ()


class FileWriter:
    """Writes Parquet or CSV, by the ending; `finish` gives the file its own name."""

    def __init__(self, path: Path, *, marked: bool = False) -> None:
        self.path = path
        self.marked = marked
        self.rows = 0
        self._passing = path.with_name(path.name + UNFINISHED)
        self._writer: Any = None
        self._stream: Any = None

    def write(self, rows: pa.Table) -> None:
        """Append rows; the first call fixes the schema."""
        if self._writer is None:
            self._open(rows.schema)
        self._writer.write_table(rows if self._is_parquet else _decoded(rows))
        self.rows += rows.num_rows

    def close(self) -> None:
        """Write what is pending; the file keeps its passing name."""
        if self._writer is not None:
            self._writer.close()
        if self._stream is not None:
            self._stream.close()

    def finish(self) -> None:
        """Give the closed file its own name, replacing an earlier one at once."""
        self._passing.replace(self.path)

    def discard(self) -> None:
        """Remove the unfinished file."""
        self._passing.unlink(missing_ok=True)

    @property
    def _is_parquet(self) -> bool:
        return self.path.suffix == ".parquet"

    def _open(self, schema: pa.Schema) -> None:
        if self._is_parquet:
            self._writer = _parquet_writer(self._passing, schema)
        else:
            self._stream = self._passing.open("wb")
            names = ",".join(schema.names)
            self._stream.write((("\ufeff" if self.marked else "") + names + "\n").encode())
            options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
            self._writer = pa_csv.CSVWriter(
                self._stream, _decoded_schema(schema), write_options=options
            )


def _parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Dictionary pages only for words: keys, times and amounts do not repeat enough."""
    words = [column.name for column in schema if pa.types.is_dictionary(column.type)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=words or False,
        store_schema=False,  # words read back as plain text, whatever they were in memory
    )


def _decoded(rows: pa.Table) -> pa.Table:
    return pa.table([plain(column) for column in rows.columns], names=rows.column_names)


def _decoded_schema(schema: pa.Schema) -> pa.Schema:
    kinds = [
        pa.string() if pa.types.is_dictionary(column.type) else column.type for column in schema
    ]
    return pa.schema(list(zip(schema.names, kinds, strict=True)))
