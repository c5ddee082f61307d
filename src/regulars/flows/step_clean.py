"""The step that makes typed, cleaned, canonical rows, and accounts for every one of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC

from regulars.core.fingerprints import fingerprint
from regulars.core.settings.staleness_groups import CLEAN_SETTINGS, settings_in
from regulars.core.step_results import StepResult
from regulars.features.tables import read_as_of, write_run_context
from regulars.flows.context import RunContext
from regulars.flows.step_code import step_code
from regulars.flows.step_models import CLEANED
from regulars.flows.transforming import build_models
from regulars.ingest.increments import Build, FullBuild, forget_built, plan_build
from regulars.ingest.mapped_columns import check_mapping
from regulars.ingest.older_rows import changes_older_rows
from regulars.ingest.quality.reconciliation import reconciled_rows, stop_for_unusable_rows
from regulars.warehouse.check_tables import write_model_times


def clean(context: RunContext) -> StepResult:
    """Build silver and the facts, all of them or what new deliveries touch."""
    warehouse, started = context.warehouse, context.started_at.astimezone(UTC)
    check_mapping(context.project, warehouse)
    # The as-of date stays until features find a new one: no table ever reads an empty one.
    as_of = read_as_of(warehouse)
    write_run_context(warehouse, run_id=context.run_id, started_at=started, as_of=as_of)
    build = plan_build(context.project, warehouse, shape=_shape(context))
    build.begin(warehouse)
    build = _built(context, build)
    build.done(warehouse, run_id=context.run_id)
    stop_for_unusable_rows(warehouse)
    return StepResult(
        counts={**asdict(reconciled_rows(warehouse)), "new_deliveries": len(build.new)},
        facts={"full_build": build.full, "entity": build.entity},
    )


def _built(context: RunContext, build: Build) -> Build:
    """Build the tables; all of them where new deliveries prove to change rows that were in."""
    results = build_models(context, CLEANED, full=build.full is not None)
    if build.full is None and changes_older_rows(context.project, context.warehouse, new=build.new):
        build = replace(build, full=FullBuild.ROWS_REPLACED)
        forget_built(context.warehouse)  # a run that is killed now begins anew
        results = build_models(context, CLEANED, full=True)
    write_model_times(context.warehouse, results)
    return build


def _shape(context: RunContext) -> str:
    """What the cleaned tables are made by, besides the rows: settings, columns, code."""
    project, warehouse = context.project, context.warehouse
    return fingerprint(
        settings_in(project, CLEAN_SETTINGS),
        {name: warehouse.columns("bronze", name) for name in project.sources},
        step_code(__name__, CLEANED),
    )
