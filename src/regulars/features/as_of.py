"""The moment a run looks back from, and the reach of the data before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from regulars.core.calendar import period_start
from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.features.cutoffs import default_as_of
from regulars.warehouse.protocol import Warehouse

_EVENTS = ("fct_transactions", "fct_interactions", "fct_touches")


class AsOfSource(StrEnum):
    """Where an as-of date came from."""

    ASKED_FOR = "asked_for"
    PROJECT_FILE = "project_file"
    LAST_EVENT = "last_event"  # the end of the last period with an event
    NEWEST_DELIVERY = "newest_delivery"


@dataclass(frozen=True)
class Reach:
    """The as-of date, where it came from, and the first event before it (None without events)."""

    as_of: date
    source: AsOfSource
    first_event: date | None


def find_reach(project: Project, warehouse: Warehouse, *, as_of: date | None) -> Reach:
    """The run's as-of date: as asked for, as in the project file, or the data's own end.

    Raises DataError where an as-of date lies before all data or off the grain's borders.
    """
    first, last = _events(warehouse)
    requested = as_of or project.as_of
    if requested is not None:
        if period_start(requested, grain=project.grain) != requested:
            raise DataError(
                f"as_of {requested} is not the first day of a {project.grain}",
                hint=f"Use {period_start(requested, grain=project.grain)}.",
            )
        if first is not None and requested <= first:
            raise DataError(f"as_of {requested} is not after the first event, {first}")
        return Reach(requested, AsOfSource.ASKED_FOR if as_of else AsOfSource.PROJECT_FILE, first)
    if last is not None:
        end = default_as_of(last, grain=project.grain)
        return Reach(end, AsOfSource.LAST_EVENT, first)
    return Reach(_newest_landing(warehouse), AsOfSource.NEWEST_DELIVERY, None)


def _events(warehouse: Warehouse) -> tuple[date | None, date | None]:
    spans = [
        warehouse.rows(
            "select cast(min(occurred_at) as date), "
            "cast(max(greatest(occurred_at, known_at)) as date) "
            f"from {warehouse.relation('gold', table)}"
        )[0]
        for table in _EVENTS
    ]
    members = warehouse.rows(
        "select cast(min(joined_at) as date), cast(max(greatest(joined_at, left_at)) as date) "
        f"from {warehouse.relation('gold', 'dim_customer')}"
    )[0]
    known = [span for span in spans if span[0] is not None] or [members]
    first = min((span[0] for span in known if span[0] is not None), default=None)
    last = max((span[1] for span in known if span[1] is not None), default=None)
    return first, last


def _newest_landing(warehouse: Warehouse) -> date:
    """The day of the delivery that landed last: its number says which, a clock may go back."""
    rows = warehouse.rows(
        f"select landed_at from {warehouse.relation('ops', 'batches')} as batches "
        "order by coalesce(number, 0) desc, landed_at desc limit 1"
    )
    if not rows or not isinstance(landed := rows[0][0], datetime):
        raise DataError("nothing has been delivered yet", hint="Check the sources' paths.")
    return landed.date()
