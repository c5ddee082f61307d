"""The steps that the warehouse does: land, clean, check, features, segment."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from regulars.core.errors import DataError, TransformError
from regulars.core.fingerprints import code_fingerprint, fingerprint
from regulars.core.step_results import Reason, StepResult, StepWarning, WarningKind
from regulars.features.as_of import find_reach
from regulars.features.cutoffs import make_cutoffs
from regulars.features.tables import read_as_of, read_cutoffs, write_cutoffs, write_run_context
from regulars.flows.context import RunContext
from regulars.flows.reviewing import dates_to_review
from regulars.ingest.checking import check_mapping
from regulars.ingest.increments import plan_build
from regulars.ingest.landing import fingerprint as deliveries_fingerprint
from regulars.ingest.landing import land
from regulars.ingest.ledger import current_batches
from regulars.ingest.quality.floor import without_floors
from regulars.segments.clusters import cluster_customers
from regulars.segments.dates import segment_dates, write_segment_dates
from regulars.warehouse.checks import write_model_times
from regulars.warehouse.dbt import NodeResult
from regulars.warehouse.familiar import create_familiar_views
from regulars.warehouse.opening import warehouse_place
from regulars.warehouse.protocol import Warehouse

CLEANED = ["silver", "dim_customer", "fct_transactions", "fct_interactions", "fct_touches",
            "fct_customer_periods", "row_reconciliation"]  # fmt: skip
_FEATURES = ["customer_features", "churn_labels", "ml_training_data", "kpi_by_period"]
_SEGMENTS = ["fct_customer_rfm", "customer_segments", "customer_segment_history",
             "segment_migration", "cohort_retention", "monthly_customer_spending",
             "customer_spending_metrics", "dim_date", "dim_category"]  # fmt: skip
# How patiently a source is asked decides nothing about its rows.
_ASKING = {"timeout", "retries", "retry_delay", "on_failure", "headers"}
# What of the churn settings decides outcomes; the rest is for learning and money.
_OUTCOME = {
    "kind",
    "horizon",
    "gap",
    "activity_window",
    "decline_below",
    "cutoff_step",
    "max_cutoffs",
}


def deliveries(context: RunContext) -> Any:
    """What the sources hold now, by size and time of their files, and where the warehouse is."""
    project = context.project
    return [deliveries_fingerprint(project), warehouse_place(project)]


def land_sources(context: RunContext) -> StepResult:
    """Land every source; counts the rows that came."""
    project = context.project
    landed = land(
        without_floors(project) if context.accept_shrink else project,
        context.warehouse,
        now=context.started_at,
        report=lambda text, share: context.progress.detail(text, share=share),
    )
    return StepResult(
        reason=None if landed.anything_new else Reason.NOTHING_NEW,
        counts={
            "rows": landed.rows,
            "sources": len(landed.sources),
            "malformed_lines": landed.malformed,
        },
        warnings=tuple(
            StepWarning(
                kind=WarningKind.SOURCE_FAILED, subject=source.source, detail=source.failure
            )
            for source in landed.sources
            if source.failure
        ),
        # What the steps after landing are made from: the batches that count, and where they are.
        output_fingerprint=fingerprint(
            current_batches(context.warehouse), warehouse_place(project)
        ),
    )


def always_run_reason(context: RunContext) -> str | None:
    """Why landing cannot be skipped unseen: sources that must be asked what they have."""
    remote = [name for name, source in context.project.sources.items() if source.is_remote]
    return f"asks {', '.join(remote)} what is new" if remote else None


def mapping_settings(context: RunContext) -> Any:
    """Settings that decide what a clean row is."""
    # Windows are for features; the values that get columns of their own are for the rollup too.
    names = {"entities", "timezone", "currency", "grain", "sources", "features"}
    return context.project.model_dump(
        mode="json",
        include=names,
        exclude={"features": {"windows"}, "sources": {"__all__": _ASKING}},
    )


def clean(context: RunContext) -> StepResult:
    """Build silver and the facts; counts how every row was accounted for."""
    warehouse = context.warehouse
    check_mapping(context.project, warehouse)
    started = context.started_at.astimezone(UTC)
    # The as-of date stays until features find a new one: no table ever reads an empty one.
    as_of = read_as_of(warehouse)
    write_run_context(warehouse, run_id=context.run_id, started_at=started, as_of=as_of)
    build = plan_build(context.project, warehouse, shape=_shape(context))
    built = _build(context, CLEANED, tests=False, full=build.full)
    write_model_times(warehouse, built)
    build.done(warehouse)
    _refuse_nothing(warehouse)
    read, kept, rejected, merged = warehouse.rows(
        "select sum(read_rows), sum(kept_rows), sum(rejected_rows), sum(merged_rows) "
        f"from {warehouse.relation('gold', 'row_reconciliation')}"
    )[0]
    return StepResult(
        counts={
            "read": int(read),
            "kept": int(kept),
            "rejected": int(rejected),
            "merged": int(merged),
            "new_deliveries": len(build.new),
        },
        facts={"is_full_build": build.full, "build": build.words},
    )


def _refuse_nothing(warehouse: Warehouse) -> None:
    """Raise DataError where rows came and none of them can be used: the mapping must be wrong."""
    reconciliation = warehouse.relation("gold", "row_reconciliation")
    empty = warehouse.rows(
        f"select entity, read_rows from {reconciliation} where read_rows > 0 and kept_rows = 0"
    )
    if not empty:
        return
    entity, read = empty[0]
    reason, rows = warehouse.rows(
        f"select reason, count(*) from {warehouse.relation('silver', 'rejected_rows')} "
        "where entity = ? group by reason order by 2 desc, 1 limit 1",
        [entity],
    )[0]
    raise DataError(
        f"none of the {read:,} rows of {entity} can be used; of {rows:,}: {reason}",
        where=f"entities.{entity}",
        hint="Check the columns that are mapped; the last release stays as it is.",
    )


def _shape(context: RunContext) -> str:
    """What the cleaned tables are made by, besides the rows: settings, columns, code."""
    project, warehouse = context.project, context.warehouse
    return fingerprint(
        mapping_settings(context),
        {name: warehouse.columns("bronze", name) for name in project.sources},
        [code_fingerprint(room) for room in ("transform", "ingest", "features/catalogue.yaml")],
    )


def _told(result: NodeResult) -> str:
    rows = f" ({result.failures:,} rows)" if result.failures else ""
    return f"{result.name}{rows}"


def feature_settings(context: RunContext) -> Any:
    """Settings that decide features, outcomes and the dates they are computed at."""
    project = context.project
    return [
        project.model_dump(mode="json", include={"features", "grain", "as_of"}),
        project.churn and project.churn.model_dump(mode="json", include=_OUTCOME),
        context.as_of,
    ]


def build_features(context: RunContext) -> StepResult:
    """Find the as-of date and cutoffs, then build features and outcomes at all of them."""
    project, warehouse = context.project, context.warehouse
    reach = find_reach(project, warehouse, as_of=context.as_of)
    cutoffs = make_cutoffs(
        project,
        as_of=reach.as_of,
        first_event=reach.first_event,
        review=dates_to_review(context, as_of=reach.as_of),
    )
    write_run_context(
        warehouse,
        run_id=context.run_id,
        started_at=context.started_at.astimezone(UTC),
        as_of=reach.as_of,
    )
    write_cutoffs(warehouse, cutoffs)
    _build(context, _FEATURES)
    customers, columns = (
        warehouse.rows(
            f"select count(*) from {warehouse.relation('gold', 'customer_features')} "
            f"where as_of = timestamp '{reach.as_of} 00:00:00'"
        )[0][0],
        len(warehouse.columns("gold", "customer_features")) - 2,
    )
    return StepResult(
        counts={"features": columns, "customers": customers, "cutoffs": len(cutoffs)},
        facts={"as_of": str(reach.as_of), "as_of_source": reach.because},
    )


def segment_settings(context: RunContext) -> Any:
    """Settings that decide scores and names."""
    return context.project.model_dump(mode="json", include={"segments"})


def segment(context: RunContext) -> StepResult:
    """Score, name and cluster customers."""
    project, warehouse = context.project, context.warehouse
    reach = find_reach(project, warehouse, as_of=context.as_of)
    cutoffs = [one.as_of for one in read_cutoffs(warehouse)]
    write_segment_dates(
        warehouse,
        segment_dates(project, as_of=reach.as_of, cutoffs=cutoffs, first_event=reach.first_event),
    )
    _build(context, _SEGMENTS)
    clusters = cluster_customers(
        project,
        warehouse,
        run_id=context.run_id,
        report=lambda text, share: context.progress.detail(text, share=share),
    )
    create_familiar_views(warehouse)
    segments, customers = warehouse.rows(
        "select count(distinct segment), count(*) "
        f"from {warehouse.relation('gold', 'customer_segments')}"
    )[0]
    return StepResult(
        counts={"customers": customers, "segments": segments}, facts={"clusters": clusters}
    )


def build_serving(context: RunContext) -> None:
    """Build the serving tables: the only pass that may read what estimators wrote."""
    _build(context, ["serving"])


def _build(
    context: RunContext, select: list[str], *, tests: bool = True, full: bool = True
) -> list[NodeResult]:
    results = context.dbt.build(select, tests=tests, full=full, report=model_progress(context))
    failed = [one for one in results if one.kind == "test" and one.status in ("fail", "error")]
    if failed:
        raise TransformError(f"the check {_told(failed[0])} failed")
    return results


def model_progress(context: RunContext) -> Any:
    """What tells the run's progress which model or test is being worked on."""

    def tell(text: str, index: int, total: int) -> None:
        name = text.rsplit(maxsplit=1)[-1]
        context.progress.detail(name, share=index / max(total, 1))

    return tell
