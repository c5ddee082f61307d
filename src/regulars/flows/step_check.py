"""The step that tests the tables, and judges whether the data is good enough."""

from __future__ import annotations

from regulars.core.step_results import StepResult
from regulars.flows.check_events import record_check_events
from regulars.flows.context import RunContext
from regulars.flows.step_models import CLEANED
from regulars.flows.transforming import run_model_tests
from regulars.ingest.quality.judging import (
    data_findings,
    node_findings,
    stop_for_errors,
    stop_for_tests,
)
from regulars.ingest.quality.plausibility import stop_for_implausible
from regulars.ingest.quality.recording import record
from regulars.warehouse.run_tables import mirror_runs


def check(context: RunContext) -> StepResult:
    """Test the cleaned tables and check the data in them.

    Raises TransformError where a test of the transformation fails, and DataError where the tables
    are such as no company has, in strict mode where any check of severity error fails.
    """
    project, warehouse, now = context.project, context.warehouse, context.started_at
    mirror_runs(warehouse, context.ledger)
    results = run_model_tests(context, CLEANED)
    findings = node_findings(results)
    findings += data_findings(project, warehouse, now=now, as_of=context.as_of)
    summary = record(project, warehouse, context.run_id, findings, at=now)
    record_check_events(context, findings)
    stop_for_tests(results)
    stop_for_implausible(findings)
    if context.options.strict or project.checks.strict:
        stop_for_errors(findings)
    return StepResult(
        counts={
            "checks": summary.total_checks,
            "passed": summary.passed,
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.info,
        }
    )
