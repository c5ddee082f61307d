"""Verbs for programs: serve the API, and the keys that open it."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.alerting import note_event
from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.errors import SettingsError


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("serve")(serve_command)
    keys = Verbs(help="Create, list and revoke API keys.")
    keys.callback(invoke_without_command=True)(keys_command)
    keys.command("create")(keys_create)
    keys.command("list")(keys_list)
    keys.command("revoke")(keys_revoke)
    keys.command("roles")(keys_roles)
    app.add_typer(keys, name="keys")


def serve_command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 8000,
    rate: Annotated[
        float, typer.Option(min=0, help="Requests per second and caller; 0 means no limit.")
    ] = 50.0,
    burst: Annotated[int, typer.Option(min=1, help="Largest burst of requests per caller.")] = 100,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Timeout of one request, in seconds.")
    ] = 30.0,
    cors: Annotated[
        list[str],
        typer.Option(
            "--cors", help="Origin of a web site whose pages may call the API; repeatable."
        ),
    ] = [],  # noqa: B006  typer reads a list here and never changes it
) -> None:
    """Serve the HTTP API: customers, segments, churn, value, campaigns and scores."""
    from regulars.serve.api.server import check_before_serving, serve

    project = read_project(state.options.project)
    check_before_serving(project, host)
    from regulars.serve.api.app import Options, create_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    options = Options(rate=rate, burst=burst, seconds=seconds, origins=tuple(cors))
    app = create_app(project, now=_now, options=options)
    shown = f"[{host}]" if ":" in host else host

    def started() -> None:
        dependencies, batcher = app.state.dependencies, app.state.batcher
        batcher.warm(dependencies.current.reading()[1])
        needed = "with a key" if dependencies.keys.are_needed else "without a key, masked"
        typer.echo(f"http://{shown}:{port}/ answers about {project.project} ({needed})")
        typer.echo(f"http://{shown}:{port}/docs says what there is; Ctrl-C stops")

    serve(app, host=host, port=port, started=started)


def keys_command(context: typer.Context) -> None:
    """Create, list and revoke API keys."""
    if context.invoked_subcommand is None:
        keys_list()


def keys_create(
    name: Annotated[
        str, typer.Argument(help="Name of the person or program that will use the key.")
    ],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            help="Scope of the key: read, personal, score or admin; repeatable; read by default.",
        ),
    ] = [],  # noqa: B006  typer reads a list here and never changes it
    role: Annotated[
        str | None,
        typer.Option(help="Role that stands for scopes: `regulars keys roles` lists them."),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|DAYS",
            help="First day (UTC) on which the key no longer works, as 2027-01-31, or a number "
            "of days from now, as 90d.",
        ),
    ] = None,
) -> None:
    """Create an API key. It is shown only once; the project stores a digest of it."""
    from regulars.serve.api.keys import Keys
    from regulars.serve.api.roles import scopes_of

    if role is not None and scope:
        raise SettingsError("--role and --scope exclude each other", hint="Leave out one of them.")
    scopes = scopes_of(role) if role else (scope or ["read"])
    project = read_project(state.options.project)
    expires_at = None if expires is None else _expiry(expires)
    key, text = Keys(project.state).create(name, scopes=scopes, at=_now(), expires_at=expires_at)
    note_event(project, "access", f"key {key.key_id}", "key_created", scopes=list(key.scopes))
    if state.options.as_json:
        fields = {"key_id": key.key_id, "scopes": key.scopes, "expires_at": key.expires_at}
        print_json({**fields, "key": text})
        return
    typer.echo(text)
    until = f" It works until {key.expires_at}." if key.expires_at else ""
    typer.echo(
        f"Keep it: it is not shown again. Scopes: {', '.join(key.scopes)}.{until} "
        f"`regulars keys revoke {key.key_id}` takes it back.",
        err=True,
    )


def keys_list() -> None:
    """List all API keys that were ever created, without their secrets."""
    from regulars.serve.api.keys import Keys

    stored = Keys(read_project(state.options.project).state)
    keys = stored.all()
    if state.options.as_json:
        fields = ("key_id", "name", "scopes", "created_at", "expires_at", "revoked_at")
        print_json([{field: getattr(key, field) for field in fields} for key in keys])
        return
    if stored.are_lost:
        typer.echo(
            f"The file of keys is gone ({stored.file}): no key works. Restore it from a backup, "
            "or create keys with `regulars keys create`."
        )
        return
    if not keys:
        typer.echo("There are no keys: callers on this machine are answered without one.")
        return
    columns = ["id", "name", "scopes", "created", "expires", "revoked"]
    table = answer_table(columns, drop=["created"])
    for key in keys:
        times = (key.created_at, key.expires_at, key.revoked_at)
        add_row(table, key.key_id, key.name, ", ".join(key.scopes), *times)
    print_table(answer_console(), table)


def keys_roles() -> None:
    """List the roles that a key can have, and what each may do."""
    from regulars.serve.api.roles import ROLES

    if state.options.as_json:
        print_json({name: {"scopes": role.scopes} for name, role in ROLES.items()})
        return
    table = answer_table(["role", "scopes", "may see and do"])
    for name, role in ROLES.items():
        add_row(table, name, ", ".join(role.scopes), role.meaning)
    print_table(answer_console(), table)


def keys_revoke(
    key_id: Annotated[
        str, typer.Argument(metavar="ID", help="Key ID, as `regulars keys list` shows it.")
    ],
) -> None:
    """Revoke an API key at once, also on a running server."""
    from regulars.serve.api.keys import Keys

    project = read_project(state.options.project)
    key = Keys(project.state).revoke(key_id, at=_now())
    note_event(project, "access", f"key {key.key_id}", "key_revoked")
    if state.options.as_json:
        print_json({"key_id": key.key_id, "name": key.name, "revoked_at": key.revoked_at})
        return
    typer.echo(f"The key {key.key_id} ({key.name}) works no more.")


def _expiry(text: str) -> str:
    """`2027-01-31` or `90d` -> the time from which a key no longer works."""
    try:
        if text.endswith("d"):
            moment = datetime.fromisoformat(_now()) + timedelta(days=int(text.removesuffix("d")))
        else:
            moment = datetime.combine(date.fromisoformat(text), time(), UTC)
    except (ValueError, OverflowError):
        raise SettingsError(
            f"--expires {text}: this is neither a date nor a number of days",
            hint="Write a date, as 2027-01-31, or days from now, as 90d.",
        ) from None
    if moment <= datetime.fromisoformat(_now()):
        raise SettingsError(
            f"--expires {text}: the key would never work", hint="Name a day in the future."
        )
    return moment.isoformat(timespec="seconds")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
