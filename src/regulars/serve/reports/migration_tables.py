"""Where customers went within a quarter, and which cohorts came back, shaped for tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.core.calendar import PERIODS_PER_QUARTER
from regulars.insights.migration import CohortMonth, Migration, Move, migration, migration_dates
from regulars.insights.release_reading import Reading

QUARTER_DAYS = PERIODS_PER_QUARTER["day"]
MONTHS = 12


@dataclass(frozen=True)
class MoveRow:
    """Customers who were in one segment: how many, and where they are, in the order of columns."""

    origin: str
    customers: int
    cells: tuple[Move | None, ...]


@dataclass(frozen=True)
class CohortRow:
    """First buyers of one month, and the share that bought in each month after; None: not yet."""

    cohort: date
    customers: int
    shares: tuple[float | None, ...]


def quarter_migration(reading: Reading) -> Migration | None:
    """Moves up to the newest date from the one closest to a quarter before; None without two."""
    dates = migration_dates(reading)
    if len(dates) < 2:
        return None
    last = dates[-1]
    first = min(dates[:-1], key=lambda day: (abs((last - day).days - QUARTER_DAYS), day))
    return migration(reading, first, to_as_of=last)


def move_rows(segment_migration: Migration) -> tuple[MoveRow, ...]:
    """One row per segment that customers came from."""
    at = {(move.origin, move.destination): move for move in segment_migration.moves}
    rows = []
    for origin in segment_migration.order:
        cells = tuple(
            at.get((origin, destination)) for destination in destinations(segment_migration)
        )
        customers = sum(cell.customers for cell in cells if cell is not None)
        if customers:
            rows.append(MoveRow(origin, customers, cells))
    return tuple(rows)


def destinations(segment_migration: Migration) -> tuple[str, ...]:
    """Segments that anybody is in at the later date, in the project's order."""
    reached = {move.destination for move in segment_migration.moves}
    return tuple(segment for segment in segment_migration.order if segment in reached)


def largest_moves(segment_migration: Migration, *, limit: int = 3) -> tuple[Move, ...]:
    """The moves between segments that most customers made."""
    left = [
        move
        for move in segment_migration.moves
        if move.origin != move.destination and move.origin in destinations(segment_migration)
    ]
    return tuple(
        sorted(left, key=lambda move: (-move.customers, move.origin, move.destination))[:limit]
    )


def cohort_rows(cohort_months: tuple[CohortMonth, ...]) -> tuple[CohortRow, ...]:
    """One row per cohort, oldest first, MONTHS months after the first at most."""
    last = min(MONTHS, max((cohort_month.months for cohort_month in cohort_months), default=0))
    rows = []
    for cohort in sorted({cohort_month.cohort for cohort_month in cohort_months}):
        mine = {
            cohort_month.months: cohort_month
            for cohort_month in cohort_months
            if cohort_month.cohort == cohort
        }
        size = next(iter(mine.values())).cohort_customers
        shares = tuple(
            mine[month].retention if month in mine else None for month in range(1, last + 1)
        )
        rows.append(CohortRow(cohort, size, shares))
    return tuple(rows)
