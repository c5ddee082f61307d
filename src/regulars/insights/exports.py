"""A target list as a file: CSV for spreadsheets and mailers, Parquet for programs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from regulars.insights.audiences import Audience, export_batches
from regulars.insights.reading import Reading


def csv_chunks(
    reading: Reading, audience: Audience, *, show_personal: bool = False
) -> Iterator[bytes]:
    """The list as UTF-8 CSV, piece by piece; the header comes first, also of an empty list.

    The filters are checked before the first piece is asked for.
    """
    schema, batches = export_batches(reading, audience, show_personal=show_personal)
    return _written(schema, batches)


def write_target_list(
    reading: Reading, audience: Audience, *, path: Path, show_personal: bool = False
) -> int:
    """Write the list to a file, Parquet where its name says so and else CSV; how many customers.

    The file is there whole or not at all.
    """
    schema, batches = export_batches(reading, audience, show_personal=show_personal)
    draft = path.with_name(f"{path.name}.new")
    written = 0
    with _writer(draft, schema, as_parquet=path.suffix == ".parquet") as writer:
        for batch in batches:
            writer.write_batch(batch)
            written += batch.num_rows
    draft.replace(path)
    return written


def _writer(path: Path, schema: pa.Schema, *, as_parquet: bool) -> pq.ParquetWriter | csv.CSVWriter:
    return pq.ParquetWriter(path, schema) if as_parquet else csv.CSVWriter(path, schema)


def _written(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    buffer = io.BytesIO()
    with csv.CSVWriter(buffer, schema) as writer:
        yield _taken(buffer)
        for batch in batches:
            writer.write_batch(batch)
            yield _taken(buffer)


def _taken(buffer: io.BytesIO) -> bytes:
    piece = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return piece
