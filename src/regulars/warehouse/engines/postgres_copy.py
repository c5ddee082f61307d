"""Rows between Arrow and PostgreSQL as CSV, which COPY reads and writes faster than statements."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import csv

_BLOCK = 4 << 20
_WRITING = csv.WriteOptions(include_header=False, quoting_style="all_valid")


def copied_in(batch: pa.RecordBatch) -> bytes:
    """Rows as COPY reads them: null is nothing at all, empty text is two quotes.

    PostgreSQL cannot hold the character NUL in a text, so it is left out.
    """
    sink = pa.BufferOutputStream()
    csv.write_csv(batch, sink, _WRITING)
    written: bytes = sink.getvalue().to_pybytes()
    return written.replace(b"\x00", b"") if b"\x00" in written else written


def copied_out(copy: Any, schema: pa.Schema, *, rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of at most `rows` rows from a running COPY to stdout."""
    stream = _CopyStream(copy)
    if stream.is_empty:
        return
    reader = csv.open_csv(
        stream,
        csv.ReadOptions(column_names=schema.names, block_size=_BLOCK),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    for batch in reader:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


class _CopyStream(io.RawIOBase):
    """A running COPY as a file: the driver gives row by row, Arrow reads in blocks."""

    def __init__(self, copy: Any) -> None:
        super().__init__()
        self._parts = iter(copy)
        self._rest = bytes(next(self._parts, b""))
        self.is_empty = not self._rest

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        room = len(target)
        parts, length = [self._rest], len(self._rest)
        while length < room:
            part = next(self._parts, None)
            if part is None:
                break
            parts.append(part)
            length += len(part)
        gathered = b"".join(parts)
        given = gathered[:room]
        target[: len(given)] = given
        self._rest = gathered[room:]
        return len(given)
