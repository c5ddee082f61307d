"""The step that scores customers by RFM, names segments, and clusters where that is asked for."""

from __future__ import annotations

from regulars.core.step_results import StepResult
from regulars.features.as_of import find_reach
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.flows.transforming import SEGMENTS, build_models
from regulars.segments.clusters import cluster_customers
from regulars.segments.dates import segment_dates, write_segment_dates
from regulars.warehouse.familiar import create_familiar_views


def segment(context: RunContext) -> StepResult:
    """Score, name and cluster customers."""
    project, warehouse = context.project, context.warehouse
    reach = find_reach(project, warehouse, as_of=context.as_of)
    cutoffs = [cutoff.as_of for cutoff in read_cutoffs(warehouse)]
    dates = segment_dates(
        project, as_of=reach.as_of, cutoffs=cutoffs, first_event=reach.first_event
    )
    write_segment_dates(warehouse, dates)
    build_models(context, SEGMENTS)
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
