"""The check step: tests of the transformation, checks of the data, what they found over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from regulars.core.errors import DataError, TransformError
from regulars.core.lock import project_lock
from regulars.core.names import nearest
from regulars.core.progress import Silent
from regulars.core.settings import Project
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.quality_files import mirror_runs
from regulars.flows.transforming import CLEANED, model_progress
from regulars.ingest.quality.accounts import check_accounts, read_accounts
from regulars.ingest.quality.findings import Finding, summarise, with_settings
from regulars.ingest.quality.freshness import check_freshness
from regulars.ingest.quality.loads import verify_loads
from regulars.ingest.quality.measuring import measure
from regulars.ingest.quality.recording import record
from regulars.ingest.quality.relations import check_relations
from regulars.ingest.quality.values import check_values
from regulars.warehouse.checks import check_names, read_history, rows_sql
from regulars.warehouse.dbt import NodeResult, compiled_sql


def check_settings(context: RunContext) -> Any:
    """Thresholds, severities, whether strictness would stop, and whether nothing came for long.

    Deliveries grow old though nothing changes: the check runs again once they are too old.
    """
    checks = context.project.checks.model_dump(mode="json", exclude={"expect"})
    last = context.ledger.last_result("check")
    errors = last.result.counts.get("errors", 0) if last and last.result else 0
    return [checks, context.strict and errors > 0, _is_aged(context)]


def _is_aged(context: RunContext) -> bool:
    """Whether nothing came since a landing that is too long ago."""
    from regulars.flows.steps import STEPS, fingerprint_of

    landed, first = context.ledger.last_result("land"), context.ledger.first_result("land")
    if landed is None or first is None or first.ended_at is None:
        return False
    nothing_new = landed.fingerprint == fingerprint_of(STEPS[0], [], context)
    age = context.started_at - datetime.fromisoformat(first.ended_at)
    return nothing_new and age > timedelta(days=context.project.checks.fresh_days)


def check(context: RunContext) -> StepResult:
    """Test the cleaned tables and check the data in them.

    Raises TransformError where a test of the transformation fails, and in strict mode DataError
    where a check of severity error does; both name it.
    """
    mirror_runs(context)
    results = context.dbt.test(CLEANED, report=model_progress(context))
    findings = [*_tests(results), *judge(context)]
    summary = record(context.project, context.warehouse, context.run_id, findings,
                     at=context.started_at)  # fmt: skip
    _stop_for_tests(results)
    if context.strict or context.project.checks.strict:
        _stop_for_errors(findings)
    return StepResult(
        counts={
            "checks": summary.total_checks,
            "passed": summary.passed,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.info,
        }
    )


def judge(context: RunContext) -> list[Finding]:
    """The checks of the data, with the severities of the project file."""
    project, warehouse = context.project, context.warehouse
    accounts = read_accounts(project, warehouse)
    found = [
        *check_values(project, warehouse, measure(project, warehouse)),
        *check_accounts(project, warehouse, accounts),
        *check_relations(project, warehouse),
        *check_freshness(
            project, warehouse, now=context.started_at, as_of=context.as_of or project.as_of
        ),
    ]
    return with_settings(found, project.checks)


def _tests(results: Iterable[NodeResult]) -> list[Finding]:
    """Tests of the dbt project as findings; their rows are found by their compiled SQL."""
    return [
        Finding(
            one.name,
            "test",
            "warning" if one.status == "warn" else "error",
            one.status in ("pass", "skipped"),
            one.message,
            failures=one.failures,
            seconds=one.seconds,
        )
        for one in results
    ]


def _stop_for_tests(results: list[NodeResult]) -> None:
    failed = [one for one in results if one.status in ("fail", "error")]
    if failed:
        rows = f" ({failed[0].failures:,} rows)" if failed[0].failures else ""
        raise TransformError(
            f"{len(failed)} of {len(results)} checks failed, first {failed[0].name}{rows}",
            hint="All of them: `regulars check`. The rows: `regulars check --show NAME`.",
        )


def _stop_for_errors(findings: list[Finding]) -> None:
    errors = [one for one in findings if not one.passed and one.severity == "error"]
    if errors:
        raise DataError(
            f"the check {errors[0].name} failed: {errors[0].message}"
            + (f"; {len(errors) - 1} more failed" if len(errors) > 1 else ""),
            hint=f"The rows: `regulars check --show {errors[0].name}`. Strict mode stopped the "
            "run; the last release stays as it is.",
        )


def run_checks(
    project: Project, *, clock: Callable[[], datetime], verify: bool = False
) -> list[Finding]:
    """Every test of the dbt project and every check of the data on the tables as they are now.

    `verify` judges only whether customers and transactions were loaded whole.
    """
    now = clock()
    with project_lock(project.state, command="regulars check", now=now):
        context = RunContext(project, now.strftime("%Y%m%dT%H%M%S"), now, Silent())
        try:
            _need_tables(context)
            if verify:
                return _verify(context)
            findings = [*_tests(context.dbt.test(_made(context))), *judge(context)]
            record(project, context.warehouse, context.run_id, findings, at=now)
            return findings
        finally:
            context.close()


def _made(context: RunContext) -> list[str]:
    """The models that have been built by now: the others have no rows to test yet."""
    built = {name for layer in ("gold", "serving") for name in context.warehouse.tables(layer)}
    return [*CLEANED, *sorted(built - set(CLEANED))]


def _verify(context: RunContext) -> list[Finding]:
    project, warehouse = context.project, context.warehouse
    found = verify_loads(
        project,
        warehouse,
        accounts=read_accounts(project, warehouse),
        measures=measure(project, warehouse),
    )
    return with_settings(found, project.checks)


def _need_tables(context: RunContext) -> None:
    if not context.warehouse.columns("gold", "row_reconciliation"):
        raise DataError(
            "there is nothing to check yet", hint="Run `regulars run` (or --steps land,clean)."
        )


def failing_rows(project: Project, name: str, *, limit: int) -> list[dict[str, Any]]:
    """Rows that fail a check of the last run. Raises DataError for a name that never ran."""
    context = RunContext(project, "show", datetime.now(UTC), Silent(), exclusive=False)
    try:
        query = rows_sql(context.warehouse, name) or _compiled(context, name)
        if query is None:
            return []
        rows = context.warehouse.arrow(f"select * from ({query}) as failing limit {int(limit)}")
        found: list[dict[str, Any]] = rows.to_pylist()
        return found
    finally:
        context.close()


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


def summary_of(findings: list[Finding]) -> dict[str, Any]:
    """What all checks say, as JSON holds it."""
    return asdict(summarise(findings))


def history(project: Project) -> dict[str, list[dict[str, Any]]]:
    """The lines that runs left: of all checks, and of every table."""
    context = RunContext(project, "history", datetime.now(UTC), Silent(), exclusive=False)
    try:
        return {
            "checks": read_history(context.warehouse, "check_summary"),
            "tables": read_history(context.warehouse, "table_history"),
        }
    finally:
        context.close()
