"""The statements by which an administrator lets a role do what a run does, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regulars.core.errors import SettingsError
from regulars.core.settings import EngineSettings
from regulars.warehouse.engines.snowflake_connection import SESSION
from regulars.warehouse.engines.snowflake_dialect import SNOWFLAKE


def run_grants(settings: EngineSettings) -> Iterator[str]:
    """Statements for `engine.role`. Raises SettingsError where role or warehouse is not named."""
    role, database, warehouse = _named(settings)
    user = _quoted(str(settings.user))
    yield f"create role if not exists {role};"
    yield f"grant usage on warehouse {warehouse} to role {role};"
    # It owns the schemas that it creates, and so everything in them; other schemas it cannot see.
    yield f"grant usage, create schema on database {database} to role {role};"
    yield f"grant role {role} to user {user};"
    session = " ".join(f"{name} = {_value(value)}" for name, value in SESSION.items())
    # dbt's own connections have no settings but those of the user.
    yield f"alter user {user} set default_role = {role} {session};"


def reading_grants(settings: EngineSettings, reader: str, layers: Sequence[str]) -> Iterator[str]:
    """Statements that let a role read these layers: what is there, and what later runs make."""
    _, database, warehouse = _named(settings)
    role = _quoted(reader)
    yield f"create role if not exists {role};"
    yield f"grant usage on warehouse {warehouse} to role {role};"
    yield f"grant usage on database {database} to role {role};"
    for layer in layers:
        schema = f"{database}.{SNOWFLAKE.quote(settings.schema_prefix + layer)}"
        yield f"grant usage on schema {schema} to role {role};"
        for kind in ("tables", "views"):
            yield f"grant select on all {kind} in schema {schema} to role {role};"
            yield f"grant select on future {kind} in schema {schema} to role {role};"


def _named(settings: EngineSettings) -> tuple[str, str, str]:
    for name in ("role", "warehouse"):
        if not getattr(settings, name):
            raise SettingsError(f"engine.{name} is not set", where="engine")
    names = (settings.role, settings.database, settings.warehouse)
    role, database, warehouse = (_quoted(str(name)) for name in names)
    return role, database, warehouse


def _quoted(name: str) -> str:
    """A name as the driver understands it in a project file: in capitals unless it is quoted."""
    return name if name.startswith('"') else f'"{name.upper()}"'


def _value(value: object) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"
