"""Where SQL runs: the section `engine` of the project file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import Field, model_validator

from regulars.core.errors import SettingsError
from regulars.core.settings.sources import Setting

EngineName = Literal["duckdb", "postgres", "snowflake", "spark"]
# What an engine cannot do without, and what it says where that is missing.
_NEEDED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "postgres": (("url",), "a server needs an address: postgresql://user:${PGPASSWORD}@host/db"),
    "snowflake": (("account", "user", "database"), "Snowflake needs account, user and database"),
}


class EngineSettings(Setting):
    """Where SQL runs."""

    type: EngineName = "duckdb"
    path: str = Field(
        default=".regulars/warehouse.duckdb",
        description="DuckDB file; with Spark, that of the catalogue and the records of runs.",
    )
    url: str | None = Field(default=None, description="PostgreSQL: postgresql://user@host/db.")
    account: str | None = Field(default=None, description="Snowflake: ORGANISATION-ACCOUNT.")
    user: str | None = Field(default=None, description="Snowflake: who connects.")
    database: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][A-Za-z0-9_$]*$",
        description="Snowflake: the database that the schemas are in.",
    )
    warehouse: str | None = Field(default=None, description="Snowflake: what computes.")
    role: str | None = Field(default=None, description="Snowflake: the role, where not the usual.")
    host: str | None = Field(
        default=None, description="Snowflake: the server, where the account does not name it."
    )
    port: int | None = Field(
        default=None, ge=1, le=65535, description="Snowflake: the port of that server."
    )
    protocol: Literal["http", "https"] | None = Field(
        default=None, description="Snowflake: how that server is spoken to."
    )
    master: str = Field(
        default="local[2]", description="Spark: local[2], or the address spark://host:7077."
    )
    location: str = Field(
        default=".regulars/spark",
        description="Spark: the folder of the Parquet files; all workers must see it.",
    )
    options: dict[str, str] = Field(
        default={}, description="Spark: settings of the session, such as spark.executor.memory."
    )
    schema_prefix: str = Field(
        default="", pattern=r"^([a-z][a-z0-9_]*)?$", description="Put before every schema name."
    )
    threads: int = Field(default=2, ge=1, le=256)
    memory_limit: str = Field(default="4GB", description="Most memory DuckDB may use.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> EngineSettings:
        names, message = _NEEDED.get(self.type, ((), ""))
        for name in names:
            if not getattr(self, name):
                raise ValueError(f"{name}: {message}")
        return self


def engine_text(engine: str, environment: Mapping[str, str]) -> str:
    """Lines of a project file that choose an engine: settings are named after its variables.

    The database of `snowflake` is `${SNOWFLAKE_DATABASE}`, and so on for each variable that is
    set. Raises SettingsError for an engine that there is not.
    """
    if engine not in get_args(EngineName):
        raise SettingsError(
            f"there is no engine '{engine}'",
            hint=f"Choose one of {', '.join(get_args(EngineName))}.",
        )
    if engine == EngineSettings().type:
        return ""
    prefix = f"{engine.upper()}_"
    lines = [
        f"  {name}: ${{{prefix}{name.upper()}}}"
        for name in EngineSettings.model_fields
        if name != "type" and prefix + name.upper() in environment
    ]
    return "\n".join(["\nengine:", f"  type: {engine}", *lines, ""])
