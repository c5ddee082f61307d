"""A scan: how DuckDB reads one file into rows, and what it had to leave out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from regulars.warehouse.protocol import Warehouse

TEXT = "VARCHAR"


@dataclass(frozen=True)
class MalformedRow:
    """A record that could not be split into fields; `row` counts records from 1."""

    row: int
    reason: str


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

    `inspect` is called with the number of rows the query gave, right after it ran.
    """

    columns: dict[str, str]
    sql: str
    inspect: Callable[[int], ScanResult] = _nothing_left_out


def with_usual_names(scan: Scan, other_names: Mapping[str, Sequence[str]]) -> Scan:
    """The scan of a file whose columns may have other names; a usual name in it stays."""
    renamed = {
        other: usual
        for usual, alternatives in other_names.items()
        if usual not in scan.columns
        for other in [next((name for name in alternatives if name in scan.columns), None)]
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

    return Scan(
        {renamed.get(name, name): kind for name, kind in scan.columns.items()},
        f"select * exclude ({old}), {new} from ({scan.sql})",
        inspect,
    )


def described(warehouse: Warehouse, sql: str) -> dict[str, str]:
    """The columns of a DuckDB query over files, with their types."""
    return {str(row[0]): str(row[1]) for row in warehouse.scan(f"describe {sql}")}


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """An SQL string."""
    return "'" + str(text).replace("'", "''") + "'"
