"""Checks by hand: all of them on the tables as they are now, their failing rows, earlier runs."""

from __future__ import annotations

from typing import Any

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.core.settings import Project
from regulars.flows.check_events import record_check_events
from regulars.flows.context import RunContext
from regulars.flows.session import Clock, session, view
from regulars.flows.step_models import CLEANED
from regulars.flows.transforming import run_model_tests
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.judging import data_findings, load_findings, node_findings
from regulars.ingest.quality.recording import record
from regulars.warehouse.check_tables import check_names, read_history, rows_sql
from regulars.warehouse.compiled_models import compiled_sql


def run_checks(project: Project, *, clock: Clock, verify: bool = False) -> list[Finding]:
    """Every test of the dbt project and every check of the data on the tables as they are now.

    `verify` judges only whether customers and transactions were loaded whole. Raises DataError
    where nothing was cleaned yet.
    """
    with session(project, "regulars check", clock) as held:
        context, warehouse = held.context, held.context.warehouse
        if not warehouse.columns("gold", "row_reconciliation"):
            raise DataError(
                "there is nothing to check yet", hint="Run `regulars run` (or --steps land,clean)."
            )
        if verify:
            return load_findings(project, warehouse)
        findings = node_findings(run_model_tests(context, _built_models(context)))
        findings += data_findings(project, warehouse, now=context.started_at, as_of=None)
        record(project, warehouse, context.run_id, findings, at=context.started_at)
        record_check_events(context, findings, is_whole=True)
        return findings


def _built_models(context: RunContext) -> list[str]:
    """The models that have been built by now: the others have no rows to test yet."""
    built = {name for layer in ("gold", "serving") for name in context.warehouse.tables(layer)}
    return [*CLEANED, *sorted(built - set(CLEANED))]


def failing_rows(project: Project, name: str, *, limit: int, clock: Clock) -> list[dict[str, Any]]:
    """Rows that fail a check of the last run. Raises DataError for a name that never ran."""
    with view(project, clock) as context:
        query = rows_sql(context.warehouse, name) or _compiled(context, name)
        if query is None:
            return []
        rows = context.warehouse.arrow(f"select * from ({query}) as failing limit {int(limit)}")
        failing: list[dict[str, Any]] = rows.to_pylist()
        return failing


def _compiled(context: RunContext, name: str) -> str | None:
    """The SQL of a test; None for a check of the data that has no rows of its own."""
    tests = compiled_sql(context.project.state)
    known = check_names(context.warehouse)
    if name in tests:
        return tests[name].read_text("utf-8")
    if name in known:
        return None
    near = nearest(name, [*known, *tests])
    raise DataError(
        f"there is no check '{name}'" + (f"; did you mean '{near}'?" if near else ""),
        hint="`regulars check` runs all checks and names them.",
    )


def check_history(project: Project, *, clock: Clock) -> dict[str, list[dict[str, Any]]]:
    """The lines that runs left: of all checks, and of every table."""
    with view(project, clock) as context:
        return {
            "checks": read_history(context.warehouse, "check_summary"),
            "tables": read_history(context.warehouse, "table_history"),
        }
