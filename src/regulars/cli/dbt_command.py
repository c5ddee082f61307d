"""The verb that runs dbt on the project's models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.clock import now
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project

_EVERYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}
_OF_DBT = frozenset({"global_debug"})  # `regulars dbt run --debug` is dbt's own option


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("dbt", context_settings=_EVERYTHING, without=_OF_DBT)(dbt_command)


def dbt_command(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="build, run, test, ls, show, docs, deps, ...")],
    project_dir: Annotated[
        Path | None,
        typer.Option(
            "--project-dir",
            help="A dbt project of your own that lists `.regulars/dbt` in its packages.yml.",
        ),
    ] = None,
) -> None:
    """Run a dbt command on the project's models; all further options are dbt's own.

    The profile, the variables and the folders are those of the project. For example
    `regulars dbt build --select +customer_features`, or `regulars dbt docs generate`.
    """
    from regulars.flows.dbt_commands import run_dbt

    code = run_dbt(
        read_project(state.options.project),
        [command, *context.args],
        clock=now,
        folder=project_dir and project_dir.resolve(),
    )
    raise typer.Exit(code)
