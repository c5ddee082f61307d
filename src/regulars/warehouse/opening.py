"""Open the warehouse that a project file names."""

from __future__ import annotations

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse


def open_warehouse(
    project: Project, *, exclusive: bool = True, run_id: str | None = None
) -> Warehouse:
    """The project's warehouse; `exclusive` keeps other writers out of it, on any machine.

    `run_id` is what the history of queries of a server says of them.

    Raises EngineError where it cannot be reached, LockedError where another run holds it.
    """
    engine = project.engine
    if engine.type == "duckdb":
        from regulars.warehouse.engines.duckdb import DuckDBWarehouse

        return DuckDBWarehouse(
            project.root / engine.path,
            schema_prefix=engine.schema_prefix,
            threads=engine.threads,
            memory_limit=engine.memory_limit,
            file_folder=project.state,
        )
    if engine.type == "spark":
        from regulars.warehouse.engines.spark import SparkWarehouse

        return SparkWarehouse(
            project.root / engine.path,
            project.root / engine.location,
            master=engine.master,
            options=engine.options,
            schema_prefix=engine.schema_prefix,
            threads=engine.threads,
            memory_limit=engine.memory_limit,
        )
    if engine.type == "snowflake":
        from regulars.warehouse.engines.snowflake import SnowflakeWarehouse
        from regulars.warehouse.engines.snowflake_connection import Account

        return SnowflakeWarehouse(
            Account.of(engine, run_id=run_id),
            schema_prefix=engine.schema_prefix,
            threads=engine.threads,
            memory_limit=engine.memory_limit,
        )
    if engine.url:
        from regulars.warehouse.engines.postgres import PostgresWarehouse

        return PostgresWarehouse(
            engine.url,
            schema_prefix=engine.schema_prefix,
            threads=engine.threads,
            memory_limit=engine.memory_limit,
            exclusive=exclusive,
        )
    raise SettingsError(f"engine.type '{engine.type}' needs engine.url")


def warehouse_exists(project: Project) -> bool:
    """Whether anything was landed in the warehouse; a server must answer to say so."""
    if project.engine.type in ("duckdb", "spark"):
        return (project.root / project.engine.path).exists()
    warehouse = open_warehouse(project, exclusive=False)
    try:
        return bool(warehouse.columns("ops", "batches"))
    finally:
        warehouse.close()


def warehouse_place(project: Project) -> list[str]:
    """Where the warehouse is, without a password: a new one does not make anything stale."""
    engine = project.engine
    if engine.type == "spark":
        return ["spark", engine.path, engine.location, engine.schema_prefix]
    if engine.type == "snowflake":
        names = [engine.account, engine.database, engine.schema_prefix]
        return ["snowflake", *(name or "" for name in names)]
    if engine.type != "duckdb" and engine.url:
        from regulars.warehouse.engines.postgres_connection import place

        return ["postgres", place(engine.url), engine.schema_prefix]
    return ["duckdb", engine.path, engine.schema_prefix]
