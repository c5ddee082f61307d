"""The verb that writes files for schedulers, orchestrators and clusters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.console import print_json
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.errors import SettingsError
from regulars.core.names import nearest


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("deploy")(deploy_command)


def deploy_command(
    target: Annotated[
        str,
        typer.Argument(
            help="cron, systemd, github-actions, compose, kubernetes, prefect, airflow or "
            "terraform."
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write to; by default deploy/TARGET in the project."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace files that were changed since.")
    ] = False,
) -> None:
    """Write the files that let another program run this project on its schedule."""
    from regulars.flows.deployment.targets import TARGETS, deployed_files, secret_names, write_files

    if target not in TARGETS:
        near = nearest(target, TARGETS)
        raise SettingsError(
            f"there is no target '{target}'" + (f"; did you mean '{near}'?" if near else ""),
            hint=f"Targets: {', '.join(TARGETS)}.",
        )
    project = read_project(state.options.project)
    folder = out or project.root / "deploy" / target
    try:
        written = write_files(deployed_files(project, target), folder, replace=replace)
    except FileExistsError as error:
        raise SettingsError(
            "this file was changed, or another version wrote it",
            where=str(error),
            hint="Look at it; --replace writes it anew.",
        ) from None
    secrets = secret_names(project)
    if state.options.as_json:
        print_json({"files": [str(path) for path in written], "secrets": secrets})
        return
    for path in written:
        typer.echo(path)
    typer.echo(f"Checked by the tests of regulars: {TARGETS[target].checked}", err=True)
    if secrets:
        typer.echo(f"It needs the environment variables {', '.join(secrets)}.", err=True)
