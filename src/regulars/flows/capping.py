"""Compute bounds of caps from the cleaned tables and write them into the project file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.core.settings.cap_writing import write_caps
from regulars.features.as_of import find_reach
from regulars.flows.session import session
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
    with session(project, "regulars caps", clock) as held:
        warehouse = held.context.warehouse
        if not warehouse.columns("gold", "row_reconciliation"):
            raise DataError(
                "there is no data to compute caps from",
                hint="Run `regulars run --steps land,clean` first.",
            )
        day = find_reach(project, warehouse, as_of=as_of).as_of
        caps = [
            compute_cap(warehouse, entity, column, iqr=iqr, as_of=day)
            for entity, column, iqr in wanted
        ]
        if write:
            write_caps(project.file, {(cap.entity, cap.column): cap.bounds for cap in caps})
    return day, caps
