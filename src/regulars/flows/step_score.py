"""The step that scores customers with the champion, and builds the serving tables from that."""

from __future__ import annotations

import pyarrow as pa

from regulars.core.step_results import Reason, StepResult, StepWarning, WarningKind
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.customer_values import values_today
from regulars.features.reading import read_population
from regulars.features.tables import read_score_cutoff
from regulars.flows.context import RunContext
from regulars.flows.step_models import SERVING
from regulars.flows.transforming import build_and_test_models
from regulars.ml.churn.customer_scores import PREDICTIONS
from regulars.ml.lifecycle.backtests import ScoreHistory
from regulars.ml.lifecycle.champion_scores import champion_scores
from regulars.ml.lifecycle.champions import fitting_champion
from regulars.ml.lifecycle.records import write_model_runs
from regulars.release.churn_report import DriftReport
from regulars.release.contact_costs import ContactCosts


def score_customers(context: RunContext) -> StepResult:
    """Write a prediction for everybody eligible, then the serving tables."""
    predictions, result = _scored(context)
    write_model_runs(context.estimators, context.warehouse)
    context.warehouse.replace_table("ml", "churn_predictions", predictions)
    build_and_test_models(context, SERVING)
    return result.model_copy(update={"counts": {"customers": predictions.num_rows}})


def _scored(context: RunContext) -> tuple[pa.Table, StepResult]:
    project, warehouse, registry = context.project, context.warehouse, context.estimators
    churn, definition = project.churn, ChurnDefinition.of(project)
    nobody = PREDICTIONS.empty_table()
    cutoff = read_score_cutoff(warehouse)
    champion = fitting_champion(project, registry.index, score_date=cutoff.as_of)
    if champion is None or churn is None or definition is None:
        return nobody, StepResult(reason=Reason.NO_CHAMPION)
    frame = read_population(project, warehouse, as_of=cutoff.as_of)
    if not len(frame):
        return nobody, StepResult()
    scores = champion_scores(
        registry,
        champion,
        frame,
        costs=ContactCosts.of(project.contacts),
        cutoff=cutoff,
        values=values_today(project, warehouse, as_of=cutoff.as_of),
        report=context.progress.detail,
    )
    if definition.horizon is not None:
        # Scores of labels without a window can never be backtested: there is nothing to wait for.
        history = ScoreHistory(registry, warehouse, definition)
        history.store(scores.predictions, estimator_id=champion.estimator_id, cutoff=cutoff)
    facts = {"estimator_id": champion.estimator_id, "inputs": len(scores.drift.inputs)}
    return scores.predictions, StepResult(facts=facts, warnings=_warnings(scores.drift))


def _warnings(drift: DriftReport) -> tuple[StepWarning, ...]:
    return tuple(
        StepWarning(kind=WarningKind.DRIFT, subject=line.input, facts={"psi": line.psi})
        for line in drift.major
    )
