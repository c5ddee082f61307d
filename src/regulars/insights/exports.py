"""A target list as a file: CSV for spreadsheets and mailers, Parquet for programs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import DataError
from regulars.core.spreadsheets import CsvWriter
from regulars.insights.audiences import Audience, export_batches
from regulars.insights.release_reading import Reading

_KINDS = (".csv", ".parquet")


def csv_chunks(
    reading: Reading, audience: Audience, *, show_personal: bool = False
) -> Iterator[bytes]:
    """The list as UTF-8 CSV, piece by piece; the header comes first, also of an empty list.

    The filters are checked before the first piece is asked for.
    """
    schema, batches = export_batches(reading, audience, show_personal=show_personal)
    return _written(schema, batches)


def parquet_chunks(
    reading: Reading, audience: Audience, *, show_personal: bool = False
) -> Iterator[bytes]:
    """The list as Parquet, piece by piece."""
    schema, batches = export_batches(reading, audience, show_personal=show_personal)
    return _written(schema, batches, as_parquet=True)


def write_target_list(
    reading: Reading, audience: Audience, *, path: Path, show_personal: bool = False
) -> int:
    """Write the list to a file, CSV or Parquet as its name says; how many customers.

    The file is there whole or not at all. Raises DataError for another kind of file, and where its
    folder does not exist.
    """
    if path.suffix not in _KINDS:
        raise DataError(
            "a contact list is written as .csv or .parquet", where=str(path), hint="Rename it."
        )
    if not path.parent.is_dir():
        raise DataError("there is no such folder", where=str(path.parent))
    schema, batches = export_batches(reading, audience, show_personal=show_personal)
    draft = path.with_name(f"{path.name}.new")
    written = 0
    with _writer(draft, schema, as_parquet=path.suffix == ".parquet") as writer:
        for batch in batches:
            writer.write_batch(batch)
            written += batch.num_rows
    draft.replace(path)
    return written


def _writer(target: Any, schema: pa.Schema, *, as_parquet: bool) -> pq.ParquetWriter | CsvWriter:
    return pq.ParquetWriter(target, schema) if as_parquet else CsvWriter(target, schema)


def _written(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch], *, as_parquet: bool = False
) -> Iterator[bytes]:
    pipe = _Pipe()
    with _writer(pipe, schema, as_parquet=as_parquet) as writer:
        yield pipe.taken()
        for batch in batches:
            writer.write_batch(batch)
            yield pipe.taken()
    yield pipe.taken()


class _Pipe(io.RawIOBase):
    """A file that forgets what was taken out of it, and knows how long it would be."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._length += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._length

    def taken(self) -> bytes:
        """All that was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
