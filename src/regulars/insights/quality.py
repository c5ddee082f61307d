"""Was anything lost? Every delivered row is kept, rejected with a reason, or merged."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.reading import Reading


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

    What is only worth a note (status info) is in neither.
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
    found = reading.rows("select name, status from checks order by name")
    others = [row for row in found if row["status"] not in ("pass", "info")]
    return CheckResults(
        sum(row["status"] == "pass" for row in found),
        tuple((row["name"], row["status"]) for row in others),
    )
