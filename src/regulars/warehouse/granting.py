"""What an administrator grants, on the engines where somebody must."""

from __future__ import annotations

from regulars.core.errors import SettingsError
from regulars.core.settings import EngineSettings

# What others may see of a project: no raw rows, and nothing on the way from them.
READ_LAYERS = ("gold", "serving")


def grants(settings: EngineSettings, *, reader: str | None = None) -> list[str]:
    """SQL statements in order: for who runs the project, or for a role `reader` that reads it.

    Raises SettingsError for an engine without grants, and where the settings name too little.
    """
    if settings.type == "postgres":
        from regulars.warehouse.engines import postgres_grants as engine
    elif settings.type == "snowflake":
        from regulars.warehouse.engines import snowflake_grants as engine  # type: ignore[no-redef]
    else:
        raise SettingsError(f"there is nothing to grant on {settings.type}", where="engine.type")
    if reader is None:
        return list(engine.run_grants(settings))
    return list(engine.reading_grants(settings, reader, READ_LAYERS))
