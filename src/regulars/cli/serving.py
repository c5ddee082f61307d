"""Verbs for programs: serve the API, and the keys that open it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table
from regulars.core.settings import read_project


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command("serve")(serve_command)
    keys = typer.Typer(help="Keys of the API: create, list, revoke.", no_args_is_help=True)
    keys.command("create")(keys_create)
    keys.command("list")(keys_list)
    keys.command("revoke")(keys_revoke)
    app.add_typer(keys, name="keys")


def serve_command(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port.")] = 8000,
    rate: Annotated[
        float, typer.Option(min=0, help="Requests a second per caller; 0 is no limit.")
    ] = 50.0,
    burst: Annotated[int, typer.Option(min=1, help="Requests at once per caller.")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, help="Longest time for one answer.")] = 30.0,
    cors: Annotated[
        list[str], typer.Option("--cors", help="A site whose pages may call this; repeatable.")
    ] = [],  # noqa: B006  typer reads a list here and never changes it
) -> None:
    """Answer programs: customers, segments, churn, value, campaigns and scores over HTTP."""
    from regulars.serve.api.server import check_before_serving, serve

    project = read_project(state.options.project)
    check_before_serving(project, host)
    from regulars.serve.api.app import Options, create_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    options = Options(rate=rate, burst=burst, seconds=seconds, origins=tuple(cors))
    app = create_app(project, now=_now, options=options)
    shown = f"[{host}]" if ":" in host else host

    def started() -> None:
        doors, desk = app.state.doors, app.state.desk
        desk.warm(doors.current.reading()[1])
        needed = "with a key" if doors.keys.are_needed else "without a key, masked"
        typer.echo(f"http://{shown}:{port}/ answers about {project.project} ({needed})")
        typer.echo(f"http://{shown}:{port}/docs says what there is; Ctrl-C stops")

    serve(app, host=host, port=port, started=started)


def keys_create(
    name: Annotated[str, typer.Argument(help="Who will use it.")],
    scope: Annotated[
        list[str], typer.Option("--scope", help="read, personal, score or admin; repeatable.")
    ] = ["read"],  # noqa: B006  typer reads a list here and never changes it
) -> None:
    """Create a key; its text is shown this once, and only a digest is kept."""
    from regulars.serve.api.keys import Keys

    project = read_project(state.options.project)
    key, text = Keys(project.state).create(name, scopes=scope, at=_now())
    if state.options.as_json:
        print_json({"key_id": key.key_id, "scopes": key.scopes, "key": text})
        return
    typer.echo(text)
    typer.echo(
        f"Keep it: it is not shown again. Scopes: {', '.join(key.scopes)}. "
        f"`regulars keys revoke {key.key_id}` takes it back.",
        err=True,
    )


def keys_list() -> None:
    """Every key that was ever created, without its secret."""
    from regulars.serve.api.keys import Keys

    found = Keys(read_project(state.options.project).state).all()
    if state.options.as_json:
        fields = ("key_id", "name", "scopes", "created_at", "revoked_at")
        print_json([{field: getattr(key, field) for field in fields} for key in found])
        return
    if not found:
        typer.echo("There are no keys: callers on this machine are answered without one.")
        return
    table = answer_table(["id", "name", "scopes", "created", "revoked"])
    for key in found:
        add_row(table, key.key_id, key.name, ", ".join(key.scopes), key.created_at, key.revoked_at)
    print_table(answer_console(), table)


def keys_revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id.")]) -> None:
    """Let a key work no more, at once, also on a server that runs."""
    from regulars.serve.api.keys import Keys

    key = Keys(read_project(state.options.project).state).revoke(key_id, at=_now())
    typer.echo(f"The key {key.key_id} ({key.name}) works no more.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
