"""Samples of large files: their beginning, their end, and blocks between, read at their places.

A block is some hundred rows that stand together, so that keys which repeat in neighbouring rows are
seen to repeat. How often a key repeats in all rows follows from how often it does in the sample.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.settings import Source
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.sources.decoding import unpacked
from regulars.ingest.sources.dialects import has_header
from regulars.ingest.sources.files import COMPRESSED, FoundFile, file_format

SAMPLE_BYTES = 6_000_000  # of a table
SAMPLE_ROWS = 100_000  # of a table that knows its rows
MOST_FILES = 64
_HEAD_SHARE = 0.25
_BLOCKS = 64
PACKED = 5  # text shrinks to a fifth or less


@dataclass(frozen=True)
class FileSample:
    """A file to read in place of a larger one, and the share of it that was taken."""

    file: FoundFile
    share: float


def chosen_files(files: tuple[FoundFile, ...]) -> tuple[FoundFile, ...]:
    """The files of a delivery that a sample is taken from: all, or some at even distances."""
    if len(files) <= MOST_FILES:
        return files
    step = (len(files) - 1) / (MOST_FILES - 1)
    return tuple(files[round(number * step)] for number in range(MOST_FILES))


def sample_file(file: FoundFile, source: Source, *, part: float, folder: Path) -> FileSample:
    """A sample of a file that is `part` of its table's; formats that cannot be cut are whole."""
    kind = file_format(file.path, source)
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "parquet":
        return _parquet_sample(file, rows=max(int(SAMPLE_ROWS * part), 1_000), folder=folder)
    if kind == "excel" or (kind == "json" and _is_array(file)):
        return FileSample(file, 1.0)
    size = max(int(SAMPLE_BYTES * part), 200_000)
    if file.path.suffix.lower() in COMPRESSED:
        return _head_sample(file, size=size, folder=folder)
    if file.size <= 2 * size or source.encoding.lower().startswith("utf-16"):
        return FileSample(file, 1.0)
    return _text_sample(file, source, size=size, folder=folder)


def scaled(column: Column, *, factor: float) -> Column:
    """A column of a sample with the counts that all rows would give, and what it covers."""
    if factor <= 1 or not column.filled:
        return column
    filled = round(column.filled * factor)
    distinct = _all_distinct(column.distinct, column.filled, factor)
    rows = round(column.rows * factor)
    if column.rows == column.filled == column.distinct:
        filled = distinct = rows
    return replace(
        column,
        rows=rows,
        filled=filled,
        distinct=distinct,
        values=tuple((value, round(n * factor)) for value, n in column.values),
        parse_errors=round(column.parse_errors * factor),
        coverage=column.distinct / distinct,
    )


def _all_distinct(distinct: int, rows: int, factor: float) -> int:
    """How many values all rows hold, where a sample of `rows` holds `distinct`.

    Of D values that occur m times each, a sample with the share f holds D (1 - (1 - f)^m); D is
    found by bisection.
    """
    share, total = 1 / factor, rows * factor
    low, high = float(distinct), max(total, float(distinct))
    for _ in range(60):
        middle = (low + high) / 2
        expected = middle * (1 - (1 - share) ** (total / middle))
        low, high = (middle, high) if expected < distinct else (low, middle)
    return max(round(low), distinct)


def _is_array(file: FoundFile) -> bool:
    with unpacked(file) as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{"


def _text_sample(file: FoundFile, source: Source, *, size: int, folder: Path) -> FileSample:
    """The lines around the header, the beginning, blocks at even distances, and the end."""
    target = folder / f"sample{file.path.suffix}"
    with file.path.open("rb") as stream, target.open("wb") as out:
        described = source.header_rows if has_header(source) else 0
        out.writelines(itertools.islice(stream, source.skip + described))
        start = stream.tell()
        for place, length in _places(start, file.size, size):
            out.write(_whole_lines(stream, place, length, is_first=place == start))
    taken = target.stat().st_size
    return FileSample(_as_file(file, target), min(taken / file.size, 1.0))


def _places(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    head = int(size * _HEAD_SHARE)
    block = (size - head) // _BLOCKS
    yield start, head
    step = (end - start - head - block) / _BLOCKS
    for number in range(1, _BLOCKS + 1):
        yield int(start + head + number * step), block


def _whole_lines(stream: IO[bytes], place: int, length: int, *, is_first: bool) -> bytes:
    """The lines that begin in a block, all of them whole."""
    stream.seek(place)
    if not is_first:
        stream.readline()
    text = stream.read(length)
    text += stream.readline()
    return text if text.endswith(b"\n") or not text else text + b"\n"


def _head_sample(file: FoundFile, *, size: int, folder: Path) -> FileSample:
    """The beginning of a packed file, which has no places."""
    if file.size * PACKED <= 2 * size:
        return FileSample(file, 1.0)
    inner = file.path.with_suffix("").suffix or ".csv"
    target = folder / f"sample{inner}"
    with unpacked(file) as stream, target.open("wb") as out:
        done = 0
        while done < size and (chunk := stream.read(min(1 << 20, size - done))):
            out.write(chunk)
            done += len(chunk)
        if done < size:  # it was all
            return FileSample(file, 1.0)
    with target.open("rb+") as out:
        text = out.read()
        out.truncate(text.rfind(b"\n") + 1 or len(text))
    return FileSample(_as_file(file, target), min(size / (file.size * PACKED), 1.0))


def _parquet_sample(file: FoundFile, *, rows: int, folder: Path) -> FileSample:
    """Row groups at even distances; a part of each, where they are large."""
    source = pq.ParquetFile(file.path)
    total, groups = source.metadata.num_rows, source.num_row_groups
    if total <= 2 * rows:
        return FileSample(file, 1.0)
    wanted = min(groups, 8)
    numbers = sorted({round(n * (groups - 1) / max(wanted - 1, 1)) for n in range(wanted)})
    target, each, taken = folder / "sample.parquet", rows // len(numbers), 0
    with pq.ParquetWriter(target, source.schema_arrow) as writer:
        for number in numbers:
            left = each
            for batch in source.iter_batches(min(each, 65_536), row_groups=[number]):
                writer.write_table(pa.Table.from_batches([batch[:left]]))
                taken += min(left, batch.num_rows)
                left -= batch.num_rows
                if left <= 0:
                    break
    return FileSample(_as_file(file, target), taken / total)


def _as_file(file: FoundFile, target: Path) -> FoundFile:
    return replace(file, path=target, size=target.stat().st_size)
