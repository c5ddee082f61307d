"""dbt's own commands on a project: its profile, variables and folders, one writer at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.flows.context import RunContext
from regulars.flows.session import Clock, session
from regulars.flows.transforming import project_models
from regulars.warehouse.opening import warehouse_exists


def run_dbt(
    project: Project, arguments: Sequence[str], *, clock: Clock, folder: Path | None = None
) -> int:
    """Write the project's dbt folder as a run would, and run dbt there; its exit code.

    `folder` is a dbt project of the company's own that lists the project's among its packages.
    Raises DataError where a source was never landed: its models could not be written.
    """
    with session(project, "regulars dbt", clock) as held:
        context = held.context
        if not _has_landed(context):
            raise DataError(
                "nothing has been landed yet, so there are no columns to write models for",
                hint="Run `regulars run` (or --steps land,clean) first.",
            )
        dbt = project_models(project, context.warehouse).write_dbt_project(project.state)
        context.close()  # dbt opens the warehouse itself, and a DuckDB file has one writer
        code = dbt.run_command(arguments, folder=folder)
        held.failed = code != 0
        return code


def _has_landed(context: RunContext) -> bool:
    project = context.project
    return warehouse_exists(project) and all(
        context.warehouse.columns("bronze", name) for name in project.sources
    )
