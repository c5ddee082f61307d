"""The statements by which an owner lets a user do what a run does, and no more, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regulars.core.errors import SettingsError
from regulars.core.settings import EngineSettings
from regulars.warehouse.engines.postgres_connection import parameters


def run_grants(settings: EngineSettings) -> Iterator[str]:
    """Statements for the user of `engine.url`. Raises SettingsError where it names nobody."""
    database, user = _named(settings)
    yield f"create role {user} login;  -- and a password: \\password"
    yield f"revoke all on database {database} from public;"
    # It owns the schemas that it creates, and so everything in them; of others it sees nothing.
    yield f"grant connect, temporary, create on database {database} to {user};"


def reading_grants(settings: EngineSettings, reader: str, layers: Sequence[str]) -> Iterator[str]:
    """Statements that let a role read these layers: what is there, and what later runs make."""
    database, user = _named(settings)
    role = _quoted(reader)
    yield f"grant connect on database {database} to {role};"
    for layer in layers:
        schema = _quoted(settings.schema_prefix + layer)
        yield f"grant usage on schema {schema} to {role};"
        yield f"grant select on all tables in schema {schema} to {role};"
        # Runs make tables anew, and a new table has no grants of its own.
        yield (
            f"alter default privileges for role {user} in schema {schema} "
            f"grant select on tables to {role};"
        )


def _named(settings: EngineSettings) -> tuple[str, str]:
    parts = parameters(str(settings.url))
    for name, words in (("dbname", "no database"), ("user", "no user")):
        if not parts.get(name):
            raise SettingsError(f"engine.url names {words}", where="engine.url")
    return _quoted(parts["dbname"]), _quoted(parts["user"])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
