"""Land the first rows of every file, for a look before the first run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from regulars.core.settings import Project
from regulars.ingest import batch_records
from regulars.ingest.derived import create_derived
from regulars.ingest.landing import SourceLanding
from regulars.ingest.landing_plan import plan_landing
from regulars.ingest.sources.database import first_rows_of_database
from regulars.ingest.sources.files import find_files
from regulars.warehouse.protocol import Warehouse


def land_first_rows(
    project: Project, warehouse: Warehouse, *, root: Path, now: datetime, max_rows: int | None
) -> None:
    """Land the files of every source into an empty warehouse, at most so many rows of each file.

    The files are read as `land` reads them, by the same rules. Databases in files are looked for
    from `root`.
    """
    landed_at = (now.astimezone(UTC) if now.tzinfo else now).replace(tzinfo=None)
    workspace = project.state / "landing"
    batch_records.create_ledger(warehouse)
    for name, source in project.sources.items():
        if source.url is not None or source.path is not None:
            if source.url is not None:
                file = first_rows_of_database(
                    source,
                    root=root,
                    warehouse=warehouse,
                    now=landed_at,
                    folder=workspace / f"delivered_{name}",
                )
                files = [file]
            else:
                files = find_files(project, name)
            if max_rows is not None:  # equal contents land: to compare reads all
                files = [replace(file, content=file.name) for file in files]
            plan = plan_landing(files, [], load=source.load, reading="")
            landing = SourceLanding(
                project, warehouse, name, landed_at, workspace, _say_nothing, True, max_rows
            )
            landing.deliver(plan)
    create_derived(project, warehouse)


def _say_nothing(_message: str, _share: float | None) -> None:
    """No progress is shown."""
