"""What did the checks find, now and in earlier runs, and which rows are not used?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from regulars.insights.reading import Reading

_BAD_FIRST = "case status when 'error' then 0 when 'fail' then 0 when 'warn' then 1 else 2 end"


@dataclass(frozen=True)
class CheckLine:
    """One check of the newest run; `failures` are rows that break it, None where none are told."""

    name: str
    kind: str
    table: str
    severity: str
    status: str
    passed: bool
    failures: int | None
    message: str


@dataclass(frozen=True)
class CheckedRun:
    """The checks of one run in a line."""

    run_id: str
    checked_at: datetime
    total: int
    passed: int
    errors: int
    warnings: int
    pass_rate: float | None


@dataclass(frozen=True)
class TableHistory:
    """One entity at one run: its rows, empty values, and rows not used."""

    checked_at: datetime
    entity: str
    rows: int
    nulls: int
    rejected: int
    merged: int


def check_lines(reading: Reading) -> tuple[CheckLine, ...]:
    """Every check of the newest run, those that failed first."""
    if not reading.has("checks"):
        return ()
    known = set(reading.columns("checks"))
    if "kind" not in known:
        return ()
    rows = reading.rows(
        f"""
        select
            name, kind, coalesce(table_name, '') as "table", severity, status, passed, failures,
            coalesce(message, '') as message
        from checks
        order by passed, {_BAD_FIRST}, name
        """
    )
    return tuple(CheckLine(**row) for row in rows)


def check_history(reading: Reading) -> tuple[CheckedRun, ...]:
    """Earlier runs and this one, oldest first."""
    if not reading.has("check_summary"):
        return ()
    rows = reading.rows(
        "select run_id, checked_at, total_checks as total, passed, errors, warnings, pass_rate "
        "from check_summary order by checked_at, run_id"
    )
    return tuple(CheckedRun(**row) for row in rows)


def table_history(reading: Reading) -> tuple[TableHistory, ...]:
    """What each run found in each entity, oldest first."""
    if not reading.has("table_history"):
        return ()
    rows = reading.rows(
        "select checked_at, entity, rows, nulls, rejected, merged from table_history "
        "order by checked_at, entity"
    )
    return tuple(TableHistory(**row) for row in rows)


def rejected_rows(
    reading: Reading, *, entity: str | None = None, reason: str | None = None, limit: int = 500
) -> pa.Table:
    """References to rows that are not used: file and row number, never their values."""
    sql, values = _rejected(entity, reason)
    return reading.arrow(f"{sql} limit {int(limit)}", values)


def rejected_batches(
    reading: Reading, *, entity: str | None = None, reason: str | None = None
) -> Iterator[pa.RecordBatch]:
    """All of them as a stream, for an export."""
    sql, values = _rejected(entity, reason)
    return reading.batches(sql, values)


def _rejected(entity: str | None, reason: str | None) -> tuple[str, list[object]]:
    chosen = {"entity": entity, "reason": reason}
    conditions = [f"{name} = ?" for name, value in chosen.items() if value is not None]
    where = f"where {' and '.join(conditions)} " if conditions else ""
    sql = (
        "select entity, source_name, disposition, reason, "
        "regexp_extract(file_name, '[^/\\\\]*$') as file_name, row_number "
        f"from rejected_rows {where}order by entity, source_name, file_name, row_number"
    )
    return sql, [value for value in chosen.values() if value is not None]
