"""Was anything lost, and is the data good enough? Row accounts, rejections, columns, checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from regulars.insights.release_reading import Reading


@dataclass(frozen=True)
class Reconciliation:
    """Rows of one entity: read = kept + rejected + merged."""

    entity: str
    read: int
    kept: int
    rejected: int
    merged: int
    is_balanced: bool


@dataclass(frozen=True)
class Rejection:
    """One reason why rows of an entity are not in the tables; `share` is of the rows read.

    `disposition` is rejected, or merged (into a row of the same key). `entity` is None for lines
    that could not be split into fields.
    """

    entity: str | None
    source: str
    disposition: str
    reason: str
    rows: int
    share: float | None


@dataclass(frozen=True)
class ColumnQuality:
    """Values of one mapped column among the rows kept: empty ones, and ones not understood."""

    entity: str
    column: str
    rows: int
    missing: int
    unreadable: int

    @property
    def poor(self) -> bool:
        """Whether any value is not there."""
        return self.missing + self.unreadable > 0


@dataclass(frozen=True)
class CheckResults:
    """Checks of the newest run: how many passed, and those that did not, by name and status.

    Checks with status info are in neither.
    """

    passed: int
    others: tuple[tuple[str, str], ...]


def reconciliation(reading: Reading) -> tuple[Reconciliation, ...]:
    """One answer per entity, the largest first."""
    return tuple(
        Reconciliation(**row)
        for row in reading.rows(
            """
            select
                entity,
                read_rows as "read",
                kept_rows as kept,
                rejected_rows as rejected,
                merged_rows as merged,
                is_balanced
            from row_reconciliation
            order by read_rows desc, entity
            """
        )
    )


def rejections(reading: Reading) -> tuple[Rejection, ...]:
    """Every reason with its rows, most rows first."""
    return tuple(
        Rejection(**row)
        for row in reading.rows(
            """
            with reasons as (
                select entity, source_name, disposition, reason, count(*) as rows
                from rejected_rows
                group by entity, source_name, disposition, reason
            )
            select
                reasons.entity,
                reasons.source_name as source,
                reasons.disposition,
                reasons.reason,
                reasons.rows,
                reasons.rows / nullif(row_reconciliation.read_rows, 0) as share
            from reasons
            left join row_reconciliation
                on reasons.entity = row_reconciliation.entity
            order by reasons.rows desc, reasons.entity, reasons.source_name, reasons.reason
            """
        )
    )


def column_quality(reading: Reading) -> tuple[ColumnQuality, ...]:
    """Every mapped column, the worst first."""
    return tuple(
        ColumnQuality(**row)
        for row in reading.rows(
            """
            select entity, column_name as "column", rows, missing, unreadable
            from column_profile
            order by unreadable desc, missing desc, entity, column_name
            """
        )
    )


def checks(reading: Reading) -> CheckResults:
    """How the checks of the cleaned tables went."""
    rows = reading.rows("select name, status from checks order by name")
    not_passed = [row for row in rows if row["status"] not in ("pass", "info")]
    return CheckResults(
        sum(row["status"] == "pass" for row in rows),
        tuple((row["name"], row["status"]) for row in not_passed),
    )


_BAD_FIRST = "case status when 'error' then 0 when 'fail' then 0 when 'warn' then 1 else 2 end"


@dataclass(frozen=True)
class CheckLine:
    """One check of the newest run; `failures` are rows that break it, None if not counted."""

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
