"""Excel workbooks: one sheet, every cell as text, through a Parquet file in the workspace."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import MissingExtra, RegularsError, SettingsError, SourceError
from regulars.core.names import nearest, unique_names
from regulars.core.settings import Source
from regulars.ingest.sources.decoding import check_ratio
from regulars.ingest.sources.dialects import has_header
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.scans import TEXT, Scan, literal

_ROWS_AT_ONCE = 20_000
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")


def excel_scan(file: FoundFile, source: Source, *, workspace: Path) -> Scan:
    """How to read a sheet; dates become ISO text, whole numbers lose their `.0`."""
    workspace.mkdir(parents=True, exist_ok=True)
    target = workspace / "sheet.parquet"
    rows = (row for row in _sheet_rows(file, source.sheet) if any(cell is not None for cell in row))
    first = next(rows, None)
    if first is None:
        raise SourceError("the sheet is empty", where=file.name, hint="Name another `sheet`.")
    header = has_header(source)
    names = unique_names(source.columns or _names(first, header=header))
    _write(_with_first(first, rows, header=header), names, target=target)
    read = f"read_parquet({literal(target)}, file_row_number = true)"
    sql = f"select * exclude (file_row_number), file_row_number + 1 as _row_number from {read}"
    return Scan(dict.fromkeys(names, TEXT), sql)


def _sheet_rows(file: FoundFile, sheet: str | None) -> Iterator[tuple[Any, ...]]:
    try:
        import openpyxl
    except ImportError:
        raise MissingExtra("openpyxl (for Excel files)", extra="excel") from None
    try:
        _check_workbook(file)
        with (
            file.path.open("rb") as stream,
            closing(openpyxl.load_workbook(stream, read_only=True, data_only=True)) as book,
        ):
            yield from book[_sheet_name(book.sheetnames, sheet)].iter_rows(values_only=True)
    except RegularsError:
        raise
    except Exception as error:  # a damaged part fails in any part of the reader, also half-way
        raise SourceError(f"is not a readable Excel workbook: {error}", where=file.name) from None


def _check_workbook(file: FoundFile) -> None:
    with file.path.open("rb") as stream:
        if stream.read(8) == _COMPOUND_FILE:
            raise SourceError(
                "is protected by a password, or a workbook of the old format (.xls)",
                where=file.name,
                hint="Save it as .xlsx without a password.",
            )
    with zipfile.ZipFile(file.path) as archive:
        check_ratio(file, sum(part.file_size for part in archive.infolist()))


def _sheet_name(names: list[str], wanted: str | None) -> str:
    if wanted is None or wanted in names:
        return wanted or names[0]
    near = nearest(wanted, names)
    raise SettingsError(
        f"the workbook has no sheet '{wanted}'" + (f"; did you mean '{near}'?" if near else ""),
        hint=f"The sheets are: {', '.join(names)}.",
    )


def _names(first: tuple[Any, ...], *, header: bool) -> list[str]:
    if header:
        return [_text(cell) or "" for cell in first]
    return [f"column_{number}" for number in range(1, len(first) + 1)]


def _with_first(
    first: tuple[Any, ...], rows: Iterator[tuple[Any, ...]], *, header: bool
) -> Iterator[tuple[Any, ...]]:
    if not header:
        yield first
    yield from rows


def _write(rows: Iterator[tuple[Any, ...]], names: list[str], *, target: Path) -> None:
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(target, schema) as writer:
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            cells = [
                [_text(row[at]) if at < len(row) else None for row in block]
                for at in range(len(names))
            ]
            arrays = [pa.array(column, pa.string()) for column in cells]
            writer.write_table(pa.table(arrays, schema=schema))


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
