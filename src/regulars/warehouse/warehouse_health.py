"""Whether a warehouse can be read, to its last row where asked for."""

from __future__ import annotations

import os
from pathlib import Path

from regulars.core.errors import EngineError, LockedError
from regulars.core.settings import Project
from regulars.warehouse.engines.duckdb import trouble_of_file
from regulars.warehouse.opening import open_warehouse


def check_warehouse(project: Project, *, contents: bool) -> str | None:
    """What is wrong with the warehouse, as its engine says it; None where nothing is.

    Raises LockedError where another program writes to the file at this moment.
    """
    if project.engine.type == "duckdb":
        path = project.root / project.engine.path
        if _is_written(path):
            raise LockedError("another program holds the warehouse", where=str(path))
        return trouble_of_file(path, contents=contents)
    try:
        warehouse = open_warehouse(project, exclusive=False)
        try:
            warehouse.columns("ops", "batches")
        finally:
            warehouse.close()
    except EngineError as error:
        return error.what
    return None


def _is_written(path: Path) -> bool:
    """Whether another process holds the lock that DuckDB's writers take.

    Closing the file would let go of a lock of this process: nothing here may have it open.
    """
    try:
        import fcntl
    except ImportError:  # Windows: opening the file says so
        return False
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.lockf(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(number)
    return False
