"""Land and clean a project as a run does, without the models and tests that no score reads.

The same SQL makes the same tables: only what dbt would parse and then leave alone is missing.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from regulars.core.progress import Silent
from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse

WANTED = (
    "dim_customer", "fct_transactions", "fct_interactions", "fct_touches", "row_reconciliation",
    "fct_customer_periods",
)  # fmt: skip
REFERENCE = re.compile(r"ref\('(\w+)'")


@contextlib.contextmanager
def cleaned(project: Project, *, now: datetime) -> Iterator[Warehouse]:
    """The warehouse of a project after landing and cleaning; the errors are those of a run."""
    from dbt_common.tests import enable_test_caching

    from regulars.features.tables import write_run_context
    from regulars.flows.run import RunRequest, run
    from regulars.flows.transforming import write_dbt_project
    from regulars.ingest.increments import plan_build
    from regulars.ingest.mapped_columns import check_mapping
    from regulars.ingest.quality.judging import data_findings
    from regulars.ingest.quality.plausibility import stop_for_implausible
    from regulars.ingest.quality.reconciliation import stop_for_unusable_rows
    from regulars.warehouse.opening import open_warehouse

    enable_test_caching()  # dbt's own macros are parsed once per process
    run(project, RunRequest(plots=False, only=["land"]), progress=Silent(), clock=lambda: now)
    warehouse = open_warehouse(project)
    try:
        check_mapping(project, warehouse)
        write_run_context(warehouse, run_id="score", started_at=now, as_of=None)
        plan_build(project, warehouse, shape="")
        dbt = write_dbt_project(project, warehouse)
        _leave_out(project.state / "dbt")
        dbt.build(["silver", *WANTED])
        stop_for_unusable_rows(warehouse)
        stop_for_implausible(data_findings(project, warehouse, now=now, as_of=None))
        yield warehouse
    finally:
        warehouse.close()


def _leave_out(folder: Path) -> None:
    models = {path.stem: path for path in folder.rglob("models/**/*.sql")}
    kept: set[str] = set()
    waiting = [*WANTED, *(name for name, path in models.items() if "silver" in path.parts)]
    while waiting:
        name = waiting.pop()
        if name in models and name not in kept:
            kept.add(name)
            waiting += REFERENCE.findall(models[name].read_text("utf-8"))
    for name, path in models.items():
        if name not in kept:
            path.unlink()
            path.with_suffix(".yml").unlink(missing_ok=True)
    for path in folder.rglob("models/**/*.yml"):
        content = yaml.safe_load(path.read_text("utf-8"))
        path.write_text(yaml.safe_dump(_untested(content), sort_keys=False), "utf-8")


def _untested(content: Any) -> Any:
    if isinstance(content, dict):
        return {
            key: _untested(value)
            for key, value in content.items()
            if key not in ("data_tests", "unit_tests", "description")
        }
    return [_untested(value) for value in content] if isinstance(content, list) else content
