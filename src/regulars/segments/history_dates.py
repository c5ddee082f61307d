"""The dates at which segments are named: the run's own, its cutoffs, and steps back from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

import pyarrow as pa

from regulars.core.calendar import PERIODS_PER_MONTH, add_periods, period_start
from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.segments.segment_rules import rules_need_features
from regulars.warehouse.protocol import Warehouse


def segment_dates(
    project: Project, *, as_of: date, cutoffs: Sequence[date], first_event: date | None
) -> list[date]:
    """Dates to name segments at, oldest first; all lie on borders of the grain.

    Rules over features reach as far as features do, which is the cutoffs. Raises SettingsError
    for a date of the project file that is no border, or none before the as-of date.
    """
    if rules_need_features(project):
        return sorted({as_of, *cutoffs})
    requested = [_checked(day, project, as_of=as_of) for day in project.segments.dates]
    back = [
        add_periods(as_of, -number * PERIODS_PER_MONTH[project.grain], grain=project.grain)
        for number in range(1, project.segments.history + 1)
    ]
    past = [day for day in back if first_event is not None and day > first_event]
    return sorted({as_of, *cutoffs, *past, *requested})


def _checked(day: date, project: Project, *, as_of: date) -> date:
    border = period_start(day, grain=project.grain)
    if border != day:
        raise SettingsError(
            f"segments.dates: {day} is not the first day of a {project.grain}",
            where=str(project.file),
            hint=f"Use {border}.",
        )
    if day > as_of:
        raise SettingsError(
            f"segments.dates: {day} is after the as-of date {as_of}", where=str(project.file)
        )
    return day


def write_segment_dates(warehouse: Warehouse, dates: Sequence[date]) -> None:
    """One row per date; the history of segments reads it."""
    moments = [datetime.combine(day, time()) for day in dates]
    warehouse.replace_table(
        "ops", "segment_dates", pa.table({"as_of": pa.array(moments, pa.timestamp("us"))})
    )
