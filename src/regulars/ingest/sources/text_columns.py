"""Text in columns: fields of fixed widths, or apart by white space; read whole, split in SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from regulars.core.errors import SettingsError
from regulars.core.names import unique_names
from regulars.core.settings import Source
from regulars.ingest.sources.decoding import plain_text, wrong_encoding
from regulars.ingest.sources.dialects import has_header, sample_text
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.lines import count_lines, with_plain_line_ends
from regulars.ingest.sources.outside_lines import table_text
from regulars.ingest.sources.scans import TEXT, MalformedRow, Scan, ScanResult, literal, quoted
from regulars.warehouse.protocol import Warehouse


@dataclass(frozen=True)
class _Split:
    """The columns, an SQL condition of a sound line, and the SQL of every field."""

    names: list[str]
    sound: str
    fields: list[str]
    reason: str
    labels: dict[str, str] = field(default_factory=dict)


def text_columns_scan(
    file: FoundFile, source: Source, *, warehouse: Warehouse, workspace: Path
) -> Scan:
    """How to read a fixed-width or whitespace file; every field is text, trimmed."""
    plain = plain_text(file, encoding=source.encoding, workspace=workspace)
    text = table_text(plain, source, name=file.name, workspace=workspace)
    path = text.path
    if count_lines(path).mixed:
        path = with_plain_line_ends(path, workspace=workspace)
    try:
        split = (_by_width if source.format == "fixed" else _by_space)(path, source)
    except UnicodeDecodeError:
        raise wrong_encoding(file, source.encoding, workspace=workspace) from None
    records = text_records(path, header=has_header(source))
    columns = ", ".join(
        f"{field} as {quoted(name)}" for field, name in zip(split.fields, split.names, strict=True)
    )
    sql = f"select {columns}, _row_number from {records} where {split.sound}"

    def inspect(_rows: int) -> ScanResult:
        left_out = warehouse.scan(
            f"select _row_number, _line from {records} where not ({split.sound}) order by 1"
        )
        return ScanResult(
            [
                MalformedRow(int(row), f"line {line + text.shift:,}: {split.reason}")
                for row, line in left_out
            ]
        )

    return Scan(dict.fromkeys(split.names, TEXT), sql, inspect, split.labels, outside=text.outside)


def text_records(path: Path, *, header: bool) -> str:
    """A query of the lines that are not blank, numbered.

    The separator is a sign that no text file holds.
    """
    read = (
        f"read_csv({literal(path)}, auto_detect = false, delim = chr(1), quote = '', escape = '', "
        "header = false, columns = {'line': 'VARCHAR'}, strict_mode = false, null_padding = true)"
    )
    return (
        "(select line, _line, row_number() over () as _row_number from "
        f"(select line, row_number() over () as _line from {read}) "
        f"where trim(line) <> ''{' and _line > 1' if header else ''})"
    )


def _by_space(path: Path, source: Source) -> _Split:
    first = sample_text(path).split("\n", 1)[0].split()
    numbered = [f"column_{number}" for number in range(1, len(first) + 1)]
    names = unique_names(source.columns or (first if has_header(source) else numbered))
    parts = r"regexp_split_to_array(trim(line, E' \t\r'), '\s+')"
    return _Split(
        names,
        f"len({parts}) = {len(names)}",
        [f"{parts}[{number}]" for number in range(1, len(names) + 1)],
        f"not {len(names)} fields",
        dict(zip(names, first, strict=False)) if has_header(source) else {},
    )


def _by_width(path: Path, source: Source) -> _Split:
    sample_text(path)
    if not source.widths:
        raise SettingsError(
            "a source of format 'fixed' needs 'columns' and 'widths'",
            hint="For example: columns: [id, date, amount], widths: [6, 9, 10].",
        )
    ends = list(accumulate(source.widths))
    return _Split(
        unique_names(source.columns),
        f"length(rtrim(line, E' \\t\\r')) <= {ends[-1]}",
        [
            f"nullif(trim(substr(line, {end - width + 1}, {width}), E' \\t\\r'), '')"
            for end, width in zip(ends, source.widths, strict=True)
        ],
        f"longer than the {ends[-1]} characters of all fields",
    )
