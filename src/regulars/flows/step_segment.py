"""The step that scores customers by RFM, names segments, and clusters where that is asked for."""

from __future__ import annotations

from regulars.core.errors import NotEnoughData
from regulars.core.step_results import StepResult, StepWarning, WarningKind
from regulars.features.as_of import find_reach
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.step_models import SEGMENTS
from regulars.flows.transforming import build_and_test_models
from regulars.segments.clusters import cluster_customers
from regulars.segments.history_dates import segment_dates, write_segment_dates
from regulars.warehouse.compatibility_views import create_familiar_views


def segment(context: RunContext) -> StepResult:
    """Score, name and cluster customers."""
    _write_dates(context)
    build_and_test_models(context, SEGMENTS)
    clusters = _cluster(context)
    create_familiar_views(context.warehouse)
    segments, customers = context.warehouse.rows(
        "select count(distinct segment), count(*) "
        f"from {context.warehouse.relation('gold', 'customer_segments')}"
    )[0]
    counts = {"customers": customers, "segments": segments, **clusters.counts}
    return clusters.model_copy(update={"counts": counts})


def _write_dates(context: RunContext) -> None:
    project, warehouse = context.project, context.warehouse
    reach = find_reach(project, warehouse, as_of=context.as_of)
    cutoffs = [cutoff.as_of for cutoff in read_cutoffs(warehouse)]
    dates = segment_dates(
        project, as_of=reach.as_of, cutoffs=cutoffs, first_event=reach.first_event
    )
    write_segment_dates(warehouse, dates)


def _cluster(context: RunContext) -> StepResult:
    """Clusters beside the segments; too few customers for them are no failure of the step."""
    try:
        trial = cluster_customers(
            context.project,
            context.warehouse,
            run_id=context.run_id,
            report=lambda text, share: context.progress.detail(text, share=share),
        )
    except NotEnoughData as lack:
        warning = StepWarning(kind=WarningKind.NO_CLUSTERS, detail=lack.what)
        return StepResult(warnings=(warning,))
    if trial is None:
        return StepResult()
    facts = {"agreement": trial.agreement, "silhouette": trial.silhouette}
    return StepResult(counts={"clusters": trial.clusters}, facts=facts)
