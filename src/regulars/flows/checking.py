"""Run the checks of the warehouse on their own, and look at the rows that fail one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from regulars.core.errors import DataError
from regulars.core.lock import project_lock
from regulars.core.names import nearest
from regulars.core.progress import Silent
from regulars.core.settings import Project
from regulars.flows.context import RunContext
from regulars.warehouse.checks import write_checks
from regulars.warehouse.dbt import NodeResult, compiled_sql


def run_checks(project: Project, *, clock: Callable[[], datetime]) -> list[NodeResult]:
    """Every test of the dbt project on the tables as they are now."""
    now = clock()
    with project_lock(project.state, command="regulars check", now=now):
        context = RunContext(project, now.strftime("%Y%m%dT%H%M%S"), now, Silent())
        try:
            results = context.dbt.test()
            write_checks(context.warehouse, context.run_id, results)
            return results
        finally:
            context.close()


def failing_rows(project: Project, name: str, *, limit: int) -> list[dict[str, Any]]:
    """Rows that fail a check of the last run. Raises DataError for a name that never ran."""
    known = compiled_sql(project.state)
    if name not in known:
        near = nearest(name, known)
        raise DataError(
            f"there is no check '{name}'" + (f"; did you mean '{near}'?" if near else ""),
            hint="`regulars check` runs all checks and names them.",
        )
    context = RunContext(project, "show", datetime.now(UTC), Silent(), exclusive=False)
    try:
        query = f"select * from ({known[name].read_text('utf-8')}) as failing limit {int(limit)}"
        rows: list[dict[str, Any]] = context.warehouse.arrow(query).to_pylist()
        return rows
    finally:
        context.close()
