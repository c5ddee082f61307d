"""The verb that writes what an administrator grants."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("grants")(grants_command)


def grants_command(
    engine: Annotated[str, typer.Argument(help="The engine of the project: postgres, snowflake.")],
    reader: Annotated[
        str | None,
        typer.Option("--reader", help="A role that may read gold and serving, and nothing else."),
    ] = None,
) -> None:
    """Write the SQL that lets the project's user do what a run does; nothing is executed."""
    from regulars.core.errors import SettingsError
    from regulars.warehouse.granting import grants

    settings = read_project(state.options.project).engine
    if engine != settings.type:
        raise SettingsError(f"the engine of this project is {settings.type}", where="engine.type")
    statements = grants(settings, reader=reader)
    typer.echo(json.dumps(statements, indent=2) if state.options.as_json else "\n".join(statements))
