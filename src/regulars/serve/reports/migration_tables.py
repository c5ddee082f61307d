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
    first = min(dates[:-1], key=lambda one: (abs((last - one).days - QUARTER_DAYS), one))
    return migration(reading, first, to_as_of=last)


def move_rows(found: Migration) -> tuple[MoveRow, ...]:
    """One row per segment that customers came from."""
    at = {(one.origin, one.destination): one for one in found.moves}
    rows = []
    for origin in found.order:
        cells = tuple(at.get((origin, destination)) for destination in destinations(found))
        customers = sum(one.customers for one in cells if one is not None)
        if customers:
            rows.append(MoveRow(origin, customers, cells))
    return tuple(rows)


def destinations(found: Migration) -> tuple[str, ...]:
    """Segments that anybody is in at the later date, in the project's order."""
    reached = {one.destination for one in found.moves}
    return tuple(one for one in found.order if one in reached)


def largest_moves(found: Migration, *, most: int = 3) -> tuple[Move, ...]:
    """The moves between segments that most customers made."""
    left = [
        one
        for one in found.moves
        if one.origin != one.destination and one.origin in destinations(found)
    ]
    return tuple(sorted(left, key=lambda one: (-one.customers, one.origin, one.destination))[:most])


def cohort_rows(found: tuple[CohortMonth, ...]) -> tuple[CohortRow, ...]:
    """One row per cohort, oldest first, MONTHS months after the first at most."""
    last = min(MONTHS, max((one.months for one in found), default=0))
    rows = []
    for cohort in sorted({one.cohort for one in found}):
        mine = {one.months: one for one in found if one.cohort == cohort}
        size = next(iter(mine.values())).cohort_customers
        shares = tuple(
            mine[month].retention if month in mine else None for month in range(1, last + 1)
        )
        rows.append(CohortRow(cohort, size, shares))
    return tuple(rows)
