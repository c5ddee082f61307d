"""The step that stages a release."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars import __version__
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.exploring import write_explored
from regulars.flows.learning import fitting_champion
from regulars.flows.releasing import write_churn_files, write_reports
from regulars.flows.releasing_events import write_events
from regulars.flows.releasing_scoring import write_scoring
from regulars.ingest.ledger import synthetic_batches
from regulars.ingest.quality.report import write_quality_files
from regulars.release.project_facts import ReleaseManifest
from regulars.warehouse.run_tables import mirror_runs

# What people and programs may see, and the order of its rows: the same data gives the same bytes.
_TABLES = {
    "customer_360_profile": ("serving", "customer_id"),
    "customer_scored": ("serving", "customer_id"),
    "fct_customer_rfm": ("gold", "customer_id"),
    "model_runs": ("ml", "estimator_id"),
    "customer_value": ("ml", "customer_id"),
    "time_to_churn": ("ml", "customer_id"),
    "kpi_by_period": ("gold", "month"),
    "segment_migration": ("gold", "from_as_of, to_as_of, from_segment, to_segment"),
    "cohort_retention": ("gold", "cohort_month, months_since"),
    "customer_spending_metrics": ("gold", "customer_id"),
    "monthly_customer_spending": ("gold", "customer_id, month"),
    "customer_clusters": ("ml", "as_of, customer_id"),
    "dim_category": ("gold", "category_id"),
    "row_reconciliation": ("gold", "entity"),
    "rejected_rows": ("silver", "source_name, batch_id, file_name, row_number"),
    "column_profile": ("ops", "entity, column_name"),
    "batches": ("ops", "landed_at, batch_id"),
    "batch_files": ("ops", "batch_id, file"),
    "checks": ("ops", "name"),
    "check_summary": ("ops", "checked_at, run_id"),
    "table_history": ("ops", "checked_at, entity"),
    "layer_counts": ("ops", "counted_at, entity, layer"),
    "cutoffs": ("ops", "as_of"),
}


def stage(context: RunContext) -> StepResult:
    """Write the serving tables and what explains them into a new release."""
    project, warehouse, releases = context.project, context.warehouse, context.releases
    folder = releases.prepare(context.run_id)
    mirror_runs(warehouse, context.ledger)
    rows = {}
    for at, (table, (layer, order)) in enumerate(_TABLES.items()):
        context.progress.detail(table, share=at / len(_TABLES))
        query = f"select * from {warehouse.relation(layer, table)} order by {order}"
        rows[table] = warehouse.export_parquet(query, folder / f"{table}.parquet")
    rows |= write_events(context, folder)
    rows |= write_explored(warehouse, folder)
    _write_run_steps(context, folder)
    write_quality_files(project, warehouse, folder)
    fallbacks = _fallback_sources(context)
    write_reports(context, folder, fallback_sources=fallbacks)
    champion = fitting_champion(context) if project.churn else None
    if champion is not None:
        write_churn_files(context, champion, folder)
        write_scoring(context, champion, folder)
    as_of = warehouse.rows(
        f"select cast(as_of as date) from {warehouse.relation('ops', 'run_context')}"
    )[0][0]
    releases.seal(
        ReleaseManifest(
            release_id=context.run_id,
            run_id=context.run_id,
            project=project.project,
            created_at=context.started_at.astimezone(UTC).isoformat(timespec="seconds"),
            as_of=str(as_of),
            tables=rows,
            version=__version__,
            fallback_sources=fallbacks,
        )
    )
    return StepResult(counts={"tables": len(rows), "rows": sum(rows.values())})


def _fallback_sources(context: RunContext) -> tuple[str, ...]:
    """The sources whose rows are synthetic because they failed."""
    return tuple(sorted(set(synthetic_batches(context.warehouse).values())))


def _write_run_steps(context: RunContext, folder: Path) -> None:
    """How each step's newest result came about: also of those that this run skipped."""
    done = context.ledger.newest_results()
    columns = {
        "step": [record.step for record in done],
        "run_id": [record.run_id for record in done],
        "ended_at": [record.ended_at for record in done],
        "seconds": pa.array([record.seconds for record in done], pa.float64()),
        "result": [record.result_json for record in done],
    }
    pq.write_table(pa.table(columns), folder / "run_steps.parquet")
