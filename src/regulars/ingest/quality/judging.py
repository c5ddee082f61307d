"""All checks of a project's data together, and what stops a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from regulars.core.errors import DataError, TransformError
from regulars.core.settings import Project
from regulars.ingest.quality.accounts import check_accounts, read_accounts
from regulars.ingest.quality.between_tables import check_relations
from regulars.ingest.quality.findings import Finding, with_settings
from regulars.ingest.quality.freshness import check_freshness
from regulars.ingest.quality.loads import verify_loads
from regulars.ingest.quality.measuring import measure
from regulars.ingest.quality.plausibility import check_plausibility, with_waivers
from regulars.ingest.quality.values import check_values
from regulars.warehouse.node_results import NodeResult
from regulars.warehouse.protocol import Warehouse


def data_findings(
    project: Project, warehouse: Warehouse, *, now: datetime, as_of: date | None
) -> list[Finding]:
    """The checks of the data, with the severities of the project file."""
    measures, accounts = measure(project, warehouse), read_accounts(project, warehouse)
    findings = [
        *check_values(project, warehouse, measures),
        *check_accounts(project, warehouse, accounts),
        *check_relations(project, warehouse),
        *check_freshness(project, warehouse, now=now, as_of=as_of or project.as_of),
    ]
    # No severity silences these: a waiver has a name and a reason.
    today = as_of or project.as_of or now.date()
    judged = check_plausibility(
        project, warehouse, measures=measures, accounts=accounts, today=today
    )
    plausible = with_waivers(judged, project)
    return [*with_settings(findings, project.checks), *plausible]


def load_findings(project: Project, warehouse: Warehouse) -> list[Finding]:
    """Whether customers and transactions were loaded whole."""
    findings = verify_loads(
        project,
        warehouse,
        accounts=read_accounts(project, warehouse),
        measures=measure(project, warehouse),
    )
    return with_settings(findings, project.checks)


def node_findings(results: Iterable[NodeResult]) -> list[Finding]:
    """Tests of the dbt project as findings; their rows are found by their compiled SQL."""
    return [
        Finding(
            result.name,
            "test",
            "warning" if result.status == "warn" else "error",
            result.status in ("pass", "skipped"),
            result.message,
            failures=result.failures,
            seconds=result.seconds,
        )
        for result in results
    ]


def stop_for_tests(results: Sequence[NodeResult]) -> None:
    """Raise TransformError where a test of the transformation failed."""
    failed = [result for result in results if result.status in ("fail", "error")]
    if failed:
        rows = f" ({failed[0].failures:,} rows)" if failed[0].failures else ""
        raise TransformError(
            f"{len(failed)} of {len(results)} checks failed, first {failed[0].name}{rows}",
            hint="All of them: `regulars check`. The rows: `regulars check --show NAME`.",
        )


def stop_for_errors(findings: Iterable[Finding]) -> None:
    """Raise DataError where a check of severity error failed."""
    errors = [finding for finding in findings if not finding.passed and finding.severity == "error"]
    if errors:
        raise DataError(
            f"the check {errors[0].name} failed: {errors[0].message}"
            + (f"; {len(errors) - 1} more failed" if len(errors) > 1 else ""),
            hint=f"The rows: `regulars check --show {errors[0].name}`. Strict mode stopped the "
            "run; the last release stays as it is.",
        )
