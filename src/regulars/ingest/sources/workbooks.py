"""Workbooks (.xlsx, .xls, .xlsb, .ods): sheets as text, through a Parquet file in the workspace.

Several sheets of one source are its rows one after the other, and must have the same columns.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import EmptyFile, RegularsError, SettingsError, SourceError
from regulars.core.names import nearest, unique_names
from regulars.core.settings import Source
from regulars.ingest.sources.decoding import check_ratio
from regulars.ingest.sources.dialects import has_header
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.outside_lines import is_total
from regulars.ingest.sources.scans import TEXT, OutsideLine, OutsidePart, Scan, literal

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_ROWS_AT_ONCE = 20_000
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")

Row = list[str | None]


@dataclass(frozen=True)
class _Sheet:
    """One sheet as a table."""

    labels: list[str]
    names: list[str]
    rows: list[Row]
    outside: list[OutsideLine]


def workbook_scan(file: FoundFile, source: Source, *, workspace: Path) -> Scan:
    """How to read sheets; dates become ISO text, whole numbers lose their `.0`."""
    workspace.mkdir(parents=True, exist_ok=True)
    target = workspace / "sheet.parquet"
    with opened_workbook(file) as book:
        wanted = matching_sheets(book.sheet_names, source.sheet) or _unknown(book, source)
        sheets = [
            _sheet(sheet_rows(book, name), source, where=f"{file.name}, sheet '{name}'")
            for name in wanted
        ]
    filled = [sheet for sheet in sheets if sheet is not None]
    if not filled:
        raise EmptyFile("the sheet is empty", where=file.name, hint="Name another `sheet`.")
    names = list(dict.fromkeys(name for sheet in filled for name in sheet.names))
    for sheet, title in zip(sheets, wanted, strict=True):
        if sheet is not None:
            _check_columns(sheet, filled[0], where=f"{file.name}, sheet '{title}'")
    _write(filled, names, target=target)
    read = f"read_parquet({literal(target)}, file_row_number = true)"
    return Scan(
        dict.fromkeys(names, TEXT),
        f"select * exclude (file_row_number), file_row_number + 1 as _row_number from {read}",
        labels={n: label for s in filled for n, label in zip(s.names, s.labels, strict=True)},
        outside=tuple(line for sheet in filled for line in sheet.outside),
    )


@contextmanager
def opened_workbook(file: FoundFile) -> Iterator[CalamineWorkbook]:
    """A workbook, open; SourceError where it is damaged or protected, also half-way."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        _check_archive(file)
        with CalamineWorkbook.from_path(file.path) as book:
            yield book
    except PasswordError:
        raise _protected(file) from None
    except RegularsError:
        raise
    except Exception as error:  # a damaged part fails in any part of the reader
        raise SourceError(f"is not a readable Excel workbook: {error}", where=file.name) from None


def sheet_rows(book: CalamineWorkbook, name: str) -> Iterator[Row]:
    """The rows of a sheet as text, from its first filled column on; empty ones too."""
    for row in book.get_sheet_by_name(name).iter_rows():
        yield [_text(cell) for cell in row]


def matching_sheets(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The sheets that a source means: those it names or whose names fit; else the first."""
    if not wanted:
        return list(names[:1])
    return [
        name for name in names if any(name == want or fnmatchcase(name, want) for want in wanted)
    ]


def _check_archive(file: FoundFile) -> None:
    with file.path.open("rb") as stream:
        is_old = stream.read(8) == _COMPOUND_FILE
    if is_old:
        # A protected workbook of the new formats is a compound file too.
        if file.path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb"):
            raise _protected(file)
        return
    with zipfile.ZipFile(file.path) as archive:
        check_ratio(file, sum(part.file_size for part in archive.infolist()))


def _protected(file: FoundFile) -> SourceError:
    return SourceError(
        "is protected by a password", where=file.name, hint="Save it without a password."
    )


def _unknown(book: CalamineWorkbook, source: Source) -> list[str]:
    wanted, names = source.sheet[0], book.sheet_names
    near = nearest(wanted, names)
    raise SettingsError(
        f"the workbook has no sheet '{wanted}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The sheets are: {', '.join(names)}.",
    )


def _sheet(rows: Iterator[Row], source: Source, *, where: str) -> _Sheet | None:
    """The table of a sheet; None where the sheet is empty."""
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    outside = [_outside(at, OutsidePart.TITLE) for at in numbered if at[0] <= source.skip]
    numbered = numbered[len(outside) :]
    if not numbered:
        return None
    header = has_header(source)
    first = numbered[0][1]
    labels = [cell or "" for cell in first] if header else _numbered(len(first))
    if source.columns and header and len(first) != len(source.columns):
        raise SourceError(
            f"the source names {len(source.columns)} columns, the sheet has {len(first)}",
            where=where,
            hint="Correct the source's columns in regulars.yaml.",
        )
    start = source.header_rows if header else 0
    outside += [_outside(at, OutsidePart.DESCRIPTION) for at in numbered[1:start]]
    numbered = numbered[start:]
    end = len(numbered)
    while end and is_total(numbered[end - 1][1], source.totals):
        end -= 1
    outside += [_outside(at, OutsidePart.TOTAL) for at in numbered[end:]]
    names = unique_names(source.columns or labels)
    return _Sheet(labels, names, [row for _, row in numbered[:end]], outside)


def _numbered(count: int) -> list[str]:
    return [f"column_{number}" for number in range(1, count + 1)]


def _outside(numbered: tuple[int, Row], part: OutsidePart) -> OutsideLine:
    number, row = numbered
    return OutsideLine(number, part, " ".join(cell for cell in row if cell)[:200])


def _check_columns(sheet: _Sheet, first: _Sheet, *, where: str) -> None:
    """Sheets whose columns differ by more than a few are not one table."""
    shared = set(sheet.names) & set(first.names)
    if len(shared) < min(len(sheet.names), len(first.names)) * 0.8:
        raise SourceError(
            f"has other columns than the first sheet that is read: {', '.join(sheet.names[:8])}",
            where=where,
            hint="Name the sheets of one table in the source's `sheet`; another table is a "
            "source of its own.",
        )


def _write(sheets: list[_Sheet], names: list[str], *, target: Path) -> None:
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(target, schema) as writer:
        rows = chain.from_iterable(_in_order(sheet, names) for sheet in sheets)
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            arrays = [pa.array(column, pa.string()) for column in zip(*block, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))


def _in_order(sheet: _Sheet, names: list[str]) -> Iterator[Row]:
    """The rows with a cell for each of these names."""
    places = {name: at for at, name in enumerate(sheet.names)}
    order = [places.get(name, len(sheet.names)) for name in names]
    for row in sheet.rows:
        cells = [*row[: len(sheet.names)], *[None] * (len(sheet.names) + 1 - len(row))]
        yield [cells[at] if at < len(cells) else None for at in order]


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
