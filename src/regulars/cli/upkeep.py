"""Verbs that look after a project: check, caps, features, release, upload, docs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli import state
from regulars.cli.alerting import note_event
from regulars.cli.capping import caps_command
from regulars.cli.checking import check_command
from regulars.cli.global_options import Verbs
from regulars.cli.inputs import features_command
from regulars.cli.project_reading import read_project
from regulars.core.counts import several
from regulars.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regulars.core.settings import Project
    from regulars.flows.sending import SentFile
    from regulars.ingest.sources.uploading import Uploaded
    from regulars.release.release_store import Releases


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("check")(check_command)
    app.command("caps")(caps_command)
    app.command("features")(features_command)
    release = Verbs(help="List releases and go back to an older one.")
    release.callback(invoke_without_command=True)(release_command)
    release.command("list")(release_list)
    release.command("rollback")(release_rollback)
    release.command("send")(release_send)
    app.add_typer(release, name="release")
    app.command("upload")(upload_command)
    app.command("docs")(docs_command)


def release_command(context: typer.Context) -> None:
    """List releases and go back to an older one."""
    if context.invoked_subcommand is None:
        release_list()


def release_list() -> None:
    """List all releases, newest first; * marks the current one."""
    from regulars.release.release_store import Releases

    releases = Releases(_project().state)
    current = releases.current_id() if releases.is_published else None
    sealed = releases.sealed()
    for damaged in releases.damaged():
        typer.echo(f"release {damaged} cannot be read: its manifest is damaged", err=True)
    if state.options.as_json:
        typer.echo(json.dumps([release.model_dump(mode="json") for release in sealed], indent=2))
        return
    for release in sealed:
        mark = "*" if release.release_id == current else " "
        rows = sum(release.tables.values())
        typer.echo(f"{mark} {release.release_id}  as of {release.as_of}  {several(rows, 'row')}")


def release_rollback(
    release_id: Annotated[
        str | None,
        typer.Argument(help="Release ID; by default the release before the current one."),
    ] = None,
) -> None:
    """Make an older release the current one."""
    from regulars.release.release_store import Releases

    project = _project()
    releases = Releases(project.state)
    target = release_id or _release_before(releases)
    releases.publish(target)
    note_event(project, "release", target, "rolled_back")
    if state.options.as_json:
        typer.echo(json.dumps({"release_id": target}))
        return
    typer.echo(f"release {target} is current now")


def release_send(
    target: Annotated[str, typer.Argument(help="Target, written as s3://bucket/prefix.")],
    glue: Annotated[
        str | None,
        typer.Option("--glue", help="Database of AWS Glue that is to have the tables, for Athena."),
    ] = None,
) -> None:
    """Copy the current release to an object store; files that are there are not sent again."""
    from regulars.flows.sending import send_release

    _say_sent(send_release(_project(), target, database=glue))


def _release_before(releases: Releases) -> str:
    older = releases.older()
    if not older:
        raise SettingsError(
            "there is no release before the current one",
            hint="`regulars release list` names all.",
        )
    return older[0].release_id


def upload_command(
    target: Annotated[str, typer.Argument(help="Target, written as s3://bucket/prefix.")],
) -> None:
    """Copy the raw files of all sources to an object store; existing files are not sent again."""
    from regulars.ingest.sources.uploading import upload_files

    _say_sent(upload_files(_project(), target))


def _say_sent(files: Iterable[Uploaded | SentFile]) -> None:
    """Say of each file whether it had to be sent, as soon as it is there."""
    sent_or_there = []
    for file in files:
        sent_or_there.append(file)
        if not state.options.as_json:
            typer.echo(f"{'sent   ' if file.sent else 'there  '} {file.uri} ({file.size:,} bytes)")
    if state.options.as_json:
        typer.echo(json.dumps([file.__dict__ for file in sent_or_there], indent=2))
        return
    typer.echo(
        f"{sum(file.sent for file in sent_or_there)} of {several(len(sent_or_there), 'file')} sent"
    )


def docs_command(
    topic: Annotated[
        str,
        typer.Argument(
            help="settings, schema (the JSON schema of settings) or transform (the dbt folder)."
        ),
    ],
) -> None:
    """Print the reference of the settings, their JSON schema, or the folder of the dbt project."""
    if topic == "schema":
        from regulars.core.settings.editor_schema import editor_schema

        typer.echo(json.dumps(editor_schema(), indent=2))
    elif topic == "settings":
        from regulars.core.settings.reference import settings_reference

        typer.echo(settings_reference())
    elif topic == "transform":
        from regulars.warehouse.dbt_folder import package_folder

        typer.echo(str(package_folder()))
    else:
        raise SettingsError(
            f"there are no docs on '{topic}'", hint="Topics: settings, schema, transform."
        )


def _project() -> Project:
    return read_project(state.options.project)
