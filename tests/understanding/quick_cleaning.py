"""Land and clean a project as a run does, and judge what came out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from regulars.core.progress import Silent
from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse


@contextlib.contextmanager
def cleaned(project: Project, *, now: datetime) -> Iterator[Warehouse]:
    """The warehouse of a project after landing and cleaning; the errors are those of a run."""
    from regulars.flows.run import RunRequest, run
    from regulars.ingest.quality.judging import data_findings
    from regulars.ingest.quality.plausibility import stop_for_implausible
    from regulars.warehouse.opening import open_warehouse

    wanted = RunRequest(plots=False, only=["land", "clean"])
    run(project, wanted, progress=Silent(), clock=lambda: now)
    warehouse = open_warehouse(project)
    try:
        stop_for_implausible(data_findings(project, warehouse, now=now, as_of=None))
        yield warehouse
    finally:
        warehouse.close()
