"""A scan: how DuckDB reads one file into rows, and what it had to leave out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from regulars.core.errors import SourceError
from regulars.core.names import unique_names
from regulars.warehouse.protocol import Warehouse

TEXT = "VARCHAR"
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class MalformedRow:
    """A record that could not be split into fields; `row` counts records from 1."""

    row: int
    reason: str


class OutsidePart(StrEnum):
    """Why a line of a file is no row of its table."""

    TITLE = "title"  # above the header
    DESCRIPTION = "description"  # of the columns, below their names
    TOTAL = "total"  # below the table


@dataclass(frozen=True)
class OutsideLine:
    """A line that the source's settings leave out of the table; `line` counts from 1."""

    line: int
    part: OutsidePart
    text: str


@dataclass(frozen=True)
class ScanResult:
    """What a scan came to: the records left out, or how to make a better scan of the same file."""

    malformed: list[MalformedRow]
    better: Callable[[], Scan] | None = None


def _nothing_left_out(_rows: int) -> ScanResult:
    return ScanResult([])


@dataclass(frozen=True)
class Scan:
    """A DuckDB query with the columns (name -> type) and `_row_number`, one row per record.

    `inspect` is called with the number of rows the query gave, right after it ran. `labels` are
    the names of columns as the file writes them, `outside` the lines that are not of the table.
    """

    columns: dict[str, str]
    sql: str
    inspect: Callable[[int], ScanResult] = _nothing_left_out
    labels: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[OutsideLine, ...] = ()


def with_usual_names(scan: Scan, other_names: Mapping[str, Sequence[str]]) -> Scan:
    """The scan of a file whose columns may have other names; a usual name in it stays.

    Names are given as files have them.
    """
    renamed = {
        other: usual
        for usual, alternatives in zip(
            map(_in_warehouse, other_names), other_names.values(), strict=True
        )
        if usual not in scan.columns
        for other in [
            next((name for name in map(_in_warehouse, alternatives) if name in scan.columns), None)
        ]
        if other is not None
    }
    if not renamed:
        return scan
    new = ", ".join(f"{quoted(old)} as {quoted(usual)}" for old, usual in renamed.items())
    old = ", ".join(map(quoted, renamed))

    def inspect(rows: int) -> ScanResult:
        result = scan.inspect(rows)
        better = result.better
        if better is None:
            return result
        return replace(result, better=lambda: with_usual_names(better(), other_names))

    return replace(
        scan,
        columns={renamed.get(name, name): kind for name, kind in scan.columns.items()},
        sql=f"select * exclude ({old}), {new} from ({scan.sql})",
        inspect=inspect,
    )


def _in_warehouse(name: str) -> str:
    return unique_names([name])[0]


def nothing_split(name: str, malformed: Sequence[MalformedRow]) -> SourceError:
    """The error for a file of which not one line is a row."""
    return SourceError(
        f"none of its {len(malformed):,} lines could be split into fields "
        f"(first: {malformed[0].reason})",
        where=name,
        hint="State the source's delimiter, quote or format in regulars.yaml.",
    )


def described(warehouse: Warehouse, sql: str) -> dict[str, str]:
    """The columns of a DuckDB query over files, with their types."""
    return {str(row[0]): str(row[1]) for row in warehouse.scan(f"describe {sql}")}


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def identifier(name: str) -> str:
    """A name in SQL that people read: as it is where that is plain, else in quotes."""
    return name if _PLAIN.fullmatch(name) else quoted(name)


def literal(text: object) -> str:
    """An SQL string."""
    return "'" + str(text).replace("'", "''") + "'"
