"""Compute bounds of caps from the cleaned tables and write them into the project file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from regulars.core.errors import DataError
from regulars.core.lock import project_lock
from regulars.core.progress import Silent
from regulars.core.settings import Project
from regulars.core.settings.writing import write_caps
from regulars.features.as_of import find_reach
from regulars.flows.context import RunContext
from regulars.ingest.quality.caps import ComputedCap, compute_cap, wanted_caps


def set_caps(
    project: Project,
    asked: Mapping[str, float],
    *,
    as_of: date | None,
    write: bool,
    clock: Callable[[], datetime],
) -> tuple[date, list[ComputedCap]]:
    """The as-of date and the bounds, which are written into the project file if `write`.

    Raises DataError where nothing was cleaned yet.
    """
    wanted = wanted_caps(project, asked)
    now = clock()
    with project_lock(project.state, command="regulars caps", now=now):
        context = RunContext(project, "caps", now, Silent())
        try:
            if not context.warehouse.columns("gold", "row_reconciliation"):
                raise DataError(
                    "there is no data to compute caps from",
                    hint="Run `regulars run --steps land,clean` first.",
                )
            day = find_reach(project, context.warehouse, as_of=as_of).as_of
            found = [
                compute_cap(context.warehouse, entity, column, iqr=iqr, as_of=day)
                for entity, column, iqr in wanted
            ]
        finally:
            context.close()
        if write:
            write_caps(project.file, {(one.entity, one.column): one.bounds for one in found})
    return day, found
