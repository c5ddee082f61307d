"""The step that stages a release."""

from __future__ import annotations

from datetime import UTC

from regulars import __version__
from regulars.core.step_results import StepResult, StepStatus
from regulars.features.explored_customers import write_explored
from regulars.features.tables import read_score_cutoff
from regulars.flows.context import RunContext
from regulars.flows.releasing import write_churn_files, write_reports
from regulars.flows.releasing_scoring import write_scoring
from regulars.ingest.batch_records import synthetic_batches
from regulars.ingest.quality.cleaning_report import write_quality_files
from regulars.ml.lifecycle.champions import fitting_champion
from regulars.release.event_store import EventStore
from regulars.release.event_tables import write_events
from regulars.release.project_facts import ReleaseManifest, ReleasePart
from regulars.release.staged_tables import Report, write_run_steps, write_tables
from regulars.warehouse.run_tables import mirror_runs


def stage(context: RunContext) -> StepResult:
    """Write the serving tables and what explains them into a new release."""
    project, warehouse, releases = context.project, context.warehouse, context.releases
    folder = releases.prepare(context.run_id)
    mirror_runs(warehouse, context.ledger)
    rows = write_tables(warehouse, folder, report=_report(context))
    store, days = EventStore(project.state), project.release.event_days
    events, files = write_events(warehouse, store, folder, days=days, run_id=context.run_id)
    rows |= events
    rows |= write_explored(warehouse, folder)
    write_run_steps(context.ledger.newest_results(), folder)
    write_quality_files(project, warehouse, folder)
    fallbacks = _fallback_sources(context)
    write_reports(context, folder, fallback_sources=fallbacks)
    score_date = read_score_cutoff(warehouse).as_of
    champion = fitting_champion(project, context.estimators.index, score_date=score_date)
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
            not_yet_computed=_not_yet_computed(context, has_champion=champion is not None),
        )
    )
    store.keep(files)
    return StepResult(counts={"tables": len(rows), "rows": sum(rows.values())})


def _not_yet_computed(context: RunContext, *, has_champion: bool) -> tuple[ReleasePart, ...]:
    """What a quick run left to the next run, and no earlier estimator stands in for."""
    deferred = {
        record.step
        for record in context.ledger.newest_results()
        if record.status == StepStatus.DEFERRED
    }
    parts: dict[ReleasePart, bool] = {
        "churn_score": "train" in deferred and not has_champion,
        "customer_values": "value" in deferred,
    }
    return tuple(part for part, is_missing in parts.items() if is_missing)


def _fallback_sources(context: RunContext) -> tuple[str, ...]:
    """The sources whose rows are synthetic because they failed."""
    return tuple(sorted(set(synthetic_batches(context.warehouse).values())))


def _report(context: RunContext) -> Report:
    return lambda table, share: context.progress.detail(table, share=share)
