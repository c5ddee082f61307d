"""Lines of a file that are not of its table: titles above, descriptions of columns, totals below.

A source states them (`skip`, `header_rows`, `totals`); here they are taken out and kept on record.
"""

from __future__ import annotations

import csv
import itertools
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from regulars.core.errors import SourceError
from regulars.core.settings import Source
from regulars.ingest.sources.decoding import CHUNK
from regulars.ingest.sources.dialects import (
    SAMPLE_BYTES,
    has_header,
    sniffed_delimiter,
    stated_delimiter,
)
from regulars.ingest.sources.lines import count_lines
from regulars.ingest.sources.scans import OutsideLine, OutsidePart

_TAIL = 1 << 16  # bytes below which totals are looked for
_TEXT = 200  # signs of a line that are kept


@dataclass(frozen=True)
class TableText:
    """A text file that is a table and nothing else, and the lines that were left out of it.

    `shift` is what line numbers of the table have to be added to be those of the file.
    """

    path: Path
    outside: tuple[OutsideLine, ...] = ()
    shift: int = 0


def table_text(path: Path, source: Source, *, name: str, workspace: Path) -> TableText:
    """The table in a UTF-8 file: the file itself where nothing stands around the table."""
    described = source.header_rows - 1 if has_header(source) else 0
    if not (source.skip or described or source.totals):
        return TableText(path)
    outside: list[OutsideLine] = []
    workspace.mkdir(parents=True, exist_ok=True)
    target = workspace / "table.txt"
    with path.open("rb") as stream, target.open("wb") as out:
        outside += _read_lines(stream, source.skip, first=1, part=OutsidePart.TITLE)
        if described:
            header = _header(stream, source)
            out.writelines(header)
            first = source.skip + len(header) + 1
            outside += _read_lines(stream, described, first=first, part=OutsidePart.DESCRIPTION)
        start = stream.tell()
        end, totals = _totals(stream, source, path=path, start=start)
        if end <= start and not described:
            raise SourceError(
                f"has no table below the {source.skip:,} lines that the source skips", where=name
            )
        _copy(stream, out, start=start, end=end)
    return TableText(target, (*outside, *totals), source.skip + described)


def is_total(fields: Sequence[str | None], totals: Sequence[str]) -> bool:
    """Whether a row is one of those below the table, by the first filled of its fields."""
    filled = [text for field in fields if (text := (field or "").strip())]
    if not filled:
        return False
    for total in totals:
        if not total:
            if not (fields[0] or "").strip() and 2 * len(filled) <= len(fields):
                return True
        elif filled[0].casefold().startswith(total.strip().casefold()):
            return True
    return False


def _read_lines(
    stream: IO[bytes], count: int, *, first: int, part: OutsidePart
) -> list[OutsideLine]:
    lines = itertools.islice(iter(stream.readline, b""), count)
    return [OutsideLine(first + at, part, _text(line)) for at, line in enumerate(lines)]


def _header(stream: IO[bytes], source: Source) -> list[bytes]:
    """The lines of the first record: a name may go over several."""
    lines = [stream.readline()]
    quote = source.quote.encode()
    while quote and sum(line.count(quote) for line in lines) % 2:
        line = stream.readline()
        if not line:
            break
        lines.append(line)
    return lines


def _totals(
    stream: IO[bytes], source: Source, *, path: Path, start: int
) -> tuple[int, list[OutsideLine]]:
    """Where the table ends, and the lines below it."""
    size = path.stat().st_size
    if not source.totals:
        return size, []
    split = _splitter(stream, source, start=start)
    begin = max(start, size - _TAIL)
    stream.seek(begin)
    lines = stream.read().splitlines(keepends=True)
    if begin > start and lines:
        lines = lines[1:]  # it may have begun before
    number, end, place = count_lines(path).lines, size, size
    outside: list[OutsideLine] = []
    for line in reversed(lines):
        place -= len(line)
        text = line.decode("utf-8", errors="replace").strip("\r\n")
        if text.strip():
            if not is_total(split(text), source.totals):
                break
            outside.append(OutsideLine(number, OutsidePart.TOTAL, _text(line)))
            end = place
        number -= 1
    return end, outside[::-1]


def _splitter(stream: IO[bytes], source: Source, *, start: int) -> _Splitter:
    if source.format == "whitespace":
        return _Splitter(None, source.quote)
    stream.seek(start)
    sample = stream.read(SAMPLE_BYTES).decode("utf-8", errors="replace")
    delimiter = stated_delimiter(source) or sniffed_delimiter(sample, quote=source.quote)
    return _Splitter(delimiter, source.quote)


@dataclass(frozen=True)
class _Splitter:
    """Splits a line into fields; white space does where there is no delimiter."""

    delimiter: str | None
    quote: str

    def __call__(self, text: str) -> list[str]:
        if self.delimiter is None:
            return text.split()
        if len(self.delimiter) > 1 or not self.quote:
            return text.split(self.delimiter)
        return next(csv.reader([text], delimiter=self.delimiter, quotechar=self.quote), [])


def _copy(stream: IO[bytes], out: IO[bytes], *, start: int, end: int) -> None:
    stream.seek(start)
    if end == os.fstat(stream.fileno()).st_size:
        shutil.copyfileobj(stream, out, CHUNK)
        return
    left = end - start
    while left > 0 and (chunk := stream.read(min(CHUNK, left))):
        out.write(chunk)
        left -= len(chunk)


def _text(line: bytes) -> str:
    return line.decode("utf-8-sig", errors="replace").strip()[:_TEXT]
