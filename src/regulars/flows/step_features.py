"""The step that computes features and outcomes at every cutoff."""

from __future__ import annotations

from datetime import UTC, date

from regulars.core.step_results import StepResult
from regulars.features.as_of import find_reach
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.cutoffs import make_cutoffs
from regulars.features.tables import write_cutoffs, write_run_context
from regulars.flows.context import RunContext
from regulars.flows.step_models import FEATURES
from regulars.flows.transforming import build_and_test_models
from regulars.ml.lifecycle.backtests import ScoreHistory


def build_features(context: RunContext) -> StepResult:
    """Find the as-of date and cutoffs, then build features and outcomes at all of them."""
    project, warehouse = context.project, context.warehouse
    reach = find_reach(project, warehouse, as_of=context.as_of)
    review = _dates_to_backtest(context, as_of=reach.as_of)
    cutoffs = make_cutoffs(project, as_of=reach.as_of, first_event=reach.first_event, review=review)
    started = context.started_at.astimezone(UTC)
    write_run_context(warehouse, run_id=context.run_id, started_at=started, as_of=reach.as_of)
    write_cutoffs(warehouse, cutoffs)
    build_and_test_models(context, FEATURES)
    relation = warehouse.relation("gold", "customer_features")
    customers = warehouse.rows(
        f"select count(*) from {relation} where as_of = timestamp '{reach.as_of} 00:00:00'"
    )[0][0]
    keys = 2
    features = len(warehouse.columns("gold", "customer_features")) - keys
    return StepResult(
        counts={"features": features, "customers": customers, "cutoffs": len(cutoffs)},
        facts={"as_of": str(reach.as_of), "as_of_source": reach.source, "grain": project.grain},
    )


def _dates_to_backtest(context: RunContext, *, as_of: date) -> list[date]:
    """Dates of earlier scorings whose outcome window has closed: outcomes are needed at them."""
    definition = ChurnDefinition.of(context.project)
    if definition is None:
        return []
    history = ScoreHistory(context.estimators, context.warehouse, definition)
    return history.due_dates(as_of=as_of)
