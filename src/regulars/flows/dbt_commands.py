"""dbt's own commands on a project: its profile, variables and folders, one writer at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from regulars.core.errors import DataError
from regulars.core.lock import project_lock
from regulars.core.settings import Project
from regulars.flows.session import Clock
from regulars.flows.transforming import write_dbt_project
from regulars.warehouse.opening import open_warehouse, warehouse_exists


def run_dbt(
    project: Project, arguments: Sequence[str], *, clock: Clock, folder: Path | None = None
) -> int:
    """Write the project's dbt folder as a run would, and run dbt there; its exit code.

    `folder` is a dbt project of the company's own that lists the project's among its packages.
    Raises DataError where a source was never landed: its models could not be written.
    """
    with project_lock(project.state, command="regulars dbt", now=clock()):
        landed = warehouse_exists(project)
        if landed:
            warehouse = open_warehouse(project)
            try:
                landed = all(warehouse.columns("bronze", name) for name in project.sources)
                dbt = write_dbt_project(project, warehouse) if landed else None
            finally:
                warehouse.close()
        if not landed or dbt is None:
            raise DataError(
                "nothing has been landed yet, so there are no columns to write models for",
                hint="Run `regulars run` (or --steps land,clean) first.",
            )
        return dbt.run_command(arguments, folder=folder)
