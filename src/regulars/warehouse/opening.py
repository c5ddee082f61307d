"""Open the warehouse that a project file names."""

from __future__ import annotations

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse


def open_warehouse(project: Project) -> Warehouse:
    """The project's warehouse, open for writing."""
    engine = project.engine
    if engine.type == "duckdb":
        from regulars.warehouse.engines.duckdb import DuckDBWarehouse

        return DuckDBWarehouse(
            project.root / engine.path,
            schema_prefix=engine.schema_prefix,
            threads=engine.threads,
            memory_limit=engine.memory_limit,
        )
    raise SettingsError(f"engine.type '{engine.type}' is not available yet")


def warehouse_exists(project: Project) -> bool:
    """Whether there is a warehouse to read; a server is there as soon as it answers."""
    return project.engine.type != "duckdb" or (project.root / project.engine.path).exists()
