"""One look at a file: the tables in it, how each is read, and its columns; never the whole file."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from regulars.core.errors import SourceError
from regulars.core.names import snake_case
from regulars.core.settings import Source
from regulars.ingest.inference.alphabets import LATIN
from regulars.ingest.inference.table_frames import NumberedRow, TableFrame, find_frame
from regulars.ingest.inference.text_encodings import TextEncoding, agreed_encoding, find_encoding
from regulars.ingest.sources.decoding import unpacked
from regulars.ingest.sources.dialects import SAMPLE_BYTES, sniffed_delimiter
from regulars.ingest.sources.files import COMPRESSED, FoundFile, file_format, format_by_name
from regulars.ingest.sources.json_records import json_rows
from regulars.ingest.sources.workbooks import opened_workbook, sheet_rows

_TAIL_BYTES = 1 << 16
_TAIL_ROWS = 40
_HEAD_ROWS = 400
_BELOW = 10**9  # the number of a line far down
_TABLE_SHARE = 0.8  # of the lines have as many fields as most


@dataclass(frozen=True)
class LeftOut:
    """What around a table is no data of it: a title, a line of totals."""

    where: str
    what: str


@dataclass(frozen=True)
class FileLook:
    """A table in a file, how it is read, and what tells it from tables of another shape."""

    file: FoundFile
    kind: str
    columns: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    ascii_only: bool = False
    sheet: str | None = None  # of a workbook that has several
    left_out: LeftOut | None = None

    @property
    def is_headless(self) -> bool:
        """Whether nothing in the file names its columns."""
        return "columns" in self.settings


def in_one_encoding(looks: list[FileLook]) -> list[FileLook]:
    """The tables of a folder, its files read in the code page that fits all of them."""
    stated = {look.file: str(look.settings.get("encoding")) for look in looks}
    agreed = agreed_encoding(stated)
    if agreed is None:
        return looks
    return [
        again
        for look in looks
        for again in (
            looks_at(look.file, encoding=TextEncoding(agreed))
            if stated[look.file] in LATIN and stated[look.file] != agreed
            else [look]
        )
    ]


def looks_at(file: FoundFile, *, encoding: TextEncoding | None = None) -> list[FileLook]:
    """The tables that a file holds; SourceError where it holds none."""
    if file.size == 0:
        raise SourceError("the file is empty", where=file.name)
    kind = file_format(file.path, Source(path=file.name))
    if kind == "parquet":
        return [FileLook(file, kind, tuple(_parquet_names(file)), _stated(file, kind))]
    if kind == "excel":
        return _sheets(file)
    encoding = encoding or find_encoding(file)
    head, tail = _texts(file, encoding.name)
    if not head.strip():
        raise SourceError("the file is empty", where=file.name)
    settings: dict[str, Any] = {} if encoding.name == "utf-8" else {"encoding": encoding.name}
    if kind == "json" or (format_by_name(file.path) is None and head.lstrip()[:1] in ("{", "[")):
        names = _json_names(head, file)
        return [FileLook(file, "json", names, settings | _stated(file, "json"))]
    return [_text_look(file, head, tail, settings, ascii_only=encoding.ascii_only)]


def _stated(file: FoundFile, kind: str) -> dict[str, Any]:
    return {} if format_by_name(file.path) == kind else {"format": kind}


def _text_look(
    file: FoundFile, head: str, tail: str, settings: dict[str, Any], *, ascii_only: bool
) -> FileLook:
    delimiter = sniffed_delimiter(head, quote='"')
    rows = list(islice(_records(head, delimiter), _HEAD_ROWS))
    if _is_table(rows):
        last = list(
            deque(_records(tail or head, delimiter, first=_BELOW if tail else 1), _TAIL_ROWS)
        )
        stated = {"delimiter": delimiter} if delimiter != "," else {}
        return _framed(
            file, "text", rows=rows, last=last, settings=settings | stated, ascii_only=ascii_only
        )
    lines = [
        NumberedRow(number, line.split())
        for number, line in enumerate(head.splitlines(), start=1)
        if line.strip()
    ]
    widths = {len(line.fields) for line in lines}
    if len(lines) > 1 and len(widths) == 1 and widths != {1}:
        settings = {"format": "whitespace", **settings}
        return _framed(file, "space", rows=lines, last=[], settings=settings, ascii_only=ascii_only)
    raise SourceError("is no table: its lines have no fields in common", where=file.name)


def _is_table(rows: Sequence[NumberedRow]) -> bool:
    """Whether most lines have the same number of fields, titles and totals apart."""
    widths = [len(row.fields) for row in rows if any(cell.strip() for cell in row.fields)]
    while widths and widths[0] == 1:
        widths.pop(0)
    while widths and widths[-1] == 1:
        widths.pop()
    if not widths:
        return False
    width, number = Counter(widths).most_common(1)[0]
    return width > 1 and number >= _TABLE_SHARE * len(widths) - (2 if len(widths) < 20 else 0)


def _framed(
    file: FoundFile,
    kind: str,
    *,
    rows: Sequence[NumberedRow],
    last: Sequence[NumberedRow],
    settings: dict[str, Any],
    ascii_only: bool = True,
    sheet: str | None = None,
) -> FileLook:
    frame = find_frame(rows, last)
    if frame is None:
        raise SourceError("the file is empty", where=file.name)
    settings, names = settings | frame.settings, tuple(map(snake_case, _trimmed(frame)))
    if frame.is_headless:
        numbered = [f"column_{number}" for number in range(1, len(names) + 1)]
        settings, names = {**settings, "columns": numbered}, tuple(numbered)
    return FileLook(file, kind, names, settings, ascii_only, sheet, _left_out(file, frame, sheet))


def _trimmed(frame: TableFrame) -> list[str]:
    return [str(cell).strip() for cell in frame.header]


def _left_out(file: FoundFile, frame: TableFrame, sheet: str | None) -> LeftOut | None:
    """What is left out around a table, for people."""
    left_out = []
    if frame.skip:
        left_out.append(f"{frame.skip:,} lines above the header")
    if frame.header_rows > 1:
        left_out.append(f"{frame.header_rows - 1:,} rows below it that describe columns")
    if frame.totals:
        left_out.append(
            "last rows that begin with " + ", ".join(t or "nothing" for t in frame.totals)
        )
    where = file.path.name + (f", sheet '{sheet}'" if sheet else "")
    return LeftOut(where, "; ".join(left_out)) if left_out else None


def _texts(file: FoundFile, encoding: str) -> tuple[str, str]:
    """The beginning of a file, and its end where that is further down and can be reached."""
    with unpacked(file) as stream:
        head = stream.read(SAMPLE_BYTES)
        is_whole = not stream.read(1)
    tail = b""
    if not is_whole and file.path.suffix.lower() not in COMPRESSED:
        with file.path.open("rb") as plain:
            plain.seek(-min(_TAIL_BYTES, file.size - SAMPLE_BYTES), io.SEEK_END)
            tail = plain.read()
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).removeprefix("\ufeff")
    text = text if is_whole else text[: text.rfind("\n") + 1] or text
    wide = encoding.startswith("utf-16")
    end = "" if wide else tail.decode(encoding, errors="replace").partition("\n")[2]
    return text, end


def _records(text: str, delimiter: str, *, first: int = 1) -> Iterator[NumberedRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = first
    with suppress(csv.Error):  # an unclosed quote runs to the end of the sample
        for fields in reader:
            yield NumberedRow(begins, fields)
            begins = first + reader.line_num


def _sheets(file: FoundFile) -> list[FileLook]:
    """A look at every sheet of a workbook that holds anything."""
    looks: list[FileLook] = []
    empty: list[str] = []
    stated = _stated(file, "excel")
    with opened_workbook(file) as book:
        names = book.sheet_names
        for name in names:
            rows = (
                NumberedRow(number, [cell or "" for cell in row])
                for number, row in enumerate(sheet_rows(book, name), start=1)
            )
            head = list(islice(rows, _HEAD_ROWS))
            last = list(deque(rows, _TAIL_ROWS)) or head[-_TAIL_ROWS:]
            if not any(any(row.fields) for row in head):
                empty.append(name)
                continue
            sheet = name if len(names) > 1 else None
            looks.append(_framed(file, "excel", rows=head, last=last, settings=stated, sheet=sheet))
    if not looks:
        raise SourceError("the sheet is empty", where=file.name)
    return looks


def _parquet_names(file: FoundFile) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return [snake_case(name) for name in pq.read_schema(file.path).names]
    except (OSError, pa.ArrowException) as error:
        what = str(error).split("\n", 1)[0]
        raise SourceError(f"is not a readable Parquet file: {what}", where=file.name) from None


def _json_names(head: str, file: FoundFile) -> tuple[str, ...]:
    """The fields of the first objects, those of objects inside them one level down."""
    names: dict[str, None] = {}
    for value in islice(_json_objects(head), _HEAD_ROWS):
        for key, inner in value.items():
            if isinstance(inner, dict):
                names |= dict.fromkeys(snake_case(f"{key}_{part}") for part in inner)
            else:
                names[snake_case(key)] = None
    if not names:
        raise SourceError("holds no JSON objects with fields", where=file.name)
    return tuple(names)


def _json_objects(head: str) -> Iterator[dict[str, Any]]:
    with suppress(ValueError):
        value = json.loads(head)
        wrapped = json_rows(value)
        values = value if isinstance(value, list) else value[wrapped] if wrapped else [value]
        yield from (inner for inner in values if isinstance(inner, dict))
        return
    decoder, place = json.JSONDecoder(), head.find("{")
    with suppress(ValueError):
        while place >= 0:
            value, end = decoder.raw_decode(head, place)
            yield value
            place = head.find("{", end)
