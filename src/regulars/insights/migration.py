"""Where do customers go? Moves between segments from one date to another, and cohorts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.core.errors import DataError
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import NO_SEGMENT


@dataclass(frozen=True)
class Move:
    """Customers who were in one segment and are in another; `share` of all who came from there."""

    origin: str
    destination: str
    customers: int
    share: float


@dataclass(frozen=True)
class Migration:
    """All moves between two dates; `order` names the segments, the best first.

    `stayed` are in the segment they came from, `first_bought` had not bought at the first date.
    """

    from_as_of: date
    to_as_of: date
    order: tuple[str, ...]
    moves: tuple[Move, ...]

    @property
    def customers(self) -> int:
        """Everybody who had bought before the later date."""
        return sum(move.customers for move in self.moves)

    @property
    def stayed(self) -> int:
        """Customers whose segment is the same."""
        return sum(move.customers for move in self.moves if move.origin == move.destination)

    @property
    def first_bought(self) -> int:
        """Customers whose first purchase lies between the dates."""
        return sum(move.customers for move in self.moves if move.origin == NO_SEGMENT)

    @property
    def moved(self) -> int:
        """Customers who changed from one segment to another."""
        return self.customers - self.stayed - self.first_bought


@dataclass(frozen=True)
class SegmentSize:
    """How many customers were in a segment at a date."""

    as_of: date
    segment: str
    customers: int


@dataclass(frozen=True)
class CohortMonth:
    """Of the customers who first bought in `cohort`, those who bought `months` later."""

    cohort: date
    months: int
    cohort_customers: int
    customers: int
    retention: float


def migration_dates(reading: Reading) -> tuple[date, ...]:
    """Dates that segments are known at, oldest first; empty without at least two."""
    if not reading.has("segment_migration"):
        return ()
    rows = reading.rows(
        "select distinct cast(unnest([from_as_of, to_as_of]) as date) as as_of "
        "from segment_migration order by 1"
    )
    return tuple(row["as_of"] for row in rows)


def migration(reading: Reading, from_as_of: date, *, to_as_of: date) -> Migration:
    """Moves between two dates. Raises DataError where segments are not known at one of them."""
    rows = reading.rows(
        """
        select from_segment as origin, to_segment as destination, customers, share
        from segment_migration
        where cast(from_as_of as date) = ? and cast(to_as_of as date) = ?
        order by from_segment, to_segment
        """,
        [from_as_of, to_as_of],
    )
    if not rows:
        known = ", ".join(str(as_of) for as_of in migration_dates(reading)) or "none"
        raise DataError(
            f"there are no moves from {from_as_of} to {to_as_of}",
            where="segment migration",
            hint=f"Choose an earlier and a later date of these: {known}.",
        )
    moves = tuple(Move(**row) for row in rows)
    return Migration(from_as_of, to_as_of, _order(reading, moves), moves)


def segment_sizes(reading: Reading) -> tuple[SegmentSize, ...]:
    """Customers per segment at every known date, oldest first."""
    if not migration_dates(reading):
        return ()
    rows = reading.rows(
        """
        with dates as (
            select min(from_as_of) as first_date, max(to_as_of) as last_date
            from segment_migration
        ),
        ending as (
            select to_as_of as as_of, to_segment as segment, customers
            from segment_migration
            cross join dates
            where from_as_of = first_date
        ),
        starting as (
            select from_as_of as as_of, from_segment as segment, customers
            from segment_migration
            cross join dates
            where from_as_of = first_date and to_as_of = last_date and from_segment <> ?
        )
        select
            cast(as_of as date) as as_of,
            segment,
            cast(sum(customers) as bigint) as customers
        from (select * from ending union all select * from starting)
        group by as_of, segment
        order by as_of, segment
        """,
        [NO_SEGMENT],
    )
    return tuple(SegmentSize(**row) for row in rows)


def cohorts(reading: Reading, *, limit: int = 24) -> tuple[CohortMonth, ...]:
    """The newest cohorts of first buyers and how many came back, month by month."""
    if not reading.has("cohort_retention"):
        return ()
    rows = reading.rows(
        """
        select
            cohort_month as cohort, months_since as months, cohort_customers, customers, retention
        from cohort_retention
        where
            cohort_customers > 0
            and cohort_month in (
                select cohort_month
                from cohort_retention
                where cohort_customers > 0
                group by 1
                order by 1 desc
                limit ?
            )
        order by cohort_month, months_since
        """,
        [limit],
    )
    return tuple(CohortMonth(**row) for row in rows)


def _order(reading: Reading, moves: tuple[Move, ...]) -> tuple[str, ...]:
    """The project's order of segments, then any others, then those who had not bought."""
    segments = {move.origin for move in moves} | {move.destination for move in moves}
    known = [segment for segment in reading.project.segment_order if segment in segments]
    unlisted = sorted(segments - set(known) - {NO_SEGMENT})
    return (*known, *unlisted, *((NO_SEGMENT,) if NO_SEGMENT in segments else ()))
