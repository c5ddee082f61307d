"""The step that trains the churn estimator, where one is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from regulars.core.step_results import Fact, Reason, StepResult, StepWarning, WarningKind
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.tables import read_score_cutoff
from regulars.flows.context import RunContext
from regulars.flows.future_check import future_check
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.backtests import ScoreHistory
from regulars.ml.lifecycle.champions import fitting_champion
from regulars.ml.lifecycle.records import write_model_runs
from regulars.ml.lifecycle.training_data import read_training_data
from regulars.ml.lifecycle.training_schedule import Due
from regulars.ml.lifecycle.training_service import (
    TrainingOutcome,
    TrainingService,
    TrainingStatus,
)
from regulars.ml.registry import Registry
from regulars.release.score_cautions import cautions_of

_REASONS = {
    TrainingStatus.NOT_DUE: Reason.NOT_DUE,
    TrainingStatus.NOT_ENOUGH_DATA: Reason.NOT_ENOUGH_DATA,
    TrainingStatus.REJECTED: Reason.REJECTED,
}


def train_churn(context: RunContext) -> StepResult:
    """Train, judge, and promote where every gate is passed."""
    project, warehouse, registry = context.project, context.warehouse, context.estimators
    churn, definition = project.churn, ChurnDefinition.of(project)
    if churn is None or definition is None:
        return StepResult(reason=Reason.NO_CHURN)
    data = read_training_data(project, warehouse, as_of=context.as_of)
    score_date = read_score_cutoff(warehouse).as_of
    backtests = ScoreHistory(registry, warehouse, definition).backtest_due(as_of=score_date)
    service = TrainingService(
        project,
        registry,
        run_id=context.run_id,
        started_at=context.started_at,
        score_date=score_date,
        looks_ahead=lambda: _looks_ahead(context),
        report=context.progress.detail,
    )
    try:
        outcome = service.train(churn, data, backtests, forced=context.options.retrain)
    finally:
        write_model_runs(registry, warehouse)
    result = _step_result(outcome)
    return result.model_copy(
        update={"warnings": (*result.warnings, *_cautions(registry, outcome.champion))}
    )


def defer_training(context: RunContext) -> StepResult:
    """Train nothing now; the champion, where one fits, still scores customers."""
    project, registry = context.project, context.estimators
    if project.churn is None:
        return StepResult(reason=Reason.NO_CHURN)
    score_date = read_score_cutoff(context.warehouse).as_of
    champion = fitting_champion(project, registry.index, score_date=score_date)
    facts: dict[str, Fact] = {"champion": champion.estimator_id} if champion else {}
    return StepResult(reason=Reason.DEFERRED, facts=facts)


def _cautions(registry: Registry, champion: EstimatorRecord | None) -> list[StepWarning]:
    """What must be read beside figures of the estimator in use, also where none was trained."""
    if champion is None:
        return []
    return [
        StepWarning(
            kind=WarningKind.SCORE_CAUTION,
            subject=caution.input,
            facts=caution.model_dump(mode="json", exclude={"sentence"}),
        )
        for caution in cautions_of(registry.report_of(champion.estimator_id))
    ]


def _looks_ahead(context: RunContext) -> Mapping[str, str] | None:
    check = future_check(context)
    checks_future = context.project.leakage.check_future
    invariance = check.known_or_examined() if checks_future else check.known()
    return None if invariance is None else invariance.refusals


def _step_result(outcome: TrainingOutcome) -> StepResult:
    record, champion, facts = outcome.record, outcome.champion, _facts(outcome)
    if outcome.status is TrainingStatus.PROMOTED and record is not None:
        return StepResult(facts={**facts, "shipped": record.shipped, "verdict": record.verdict})
    reason = _REASONS[outcome.status]
    if champion is None:
        return StepResult(reason=reason, facts=facts)
    warnings = [
        StepWarning(
            kind=WarningKind.LOW_REALISED_SCORE, subject=champion.estimator_id, facts=asdict(low)
        )
        for low in (outcome.low_score,)
        if low is not None
    ]
    facts["champion"] = champion.estimator_id
    return StepResult(reason=reason, facts=facts, warnings=tuple(warnings))


def _facts(outcome: TrainingOutcome) -> dict[str, Fact]:
    record = outcome.record
    if record is None:
        return {"detail": outcome.lack} if outcome.due is None else _due_facts(outcome.due)
    facts: dict[str, Fact] = {
        "estimator_id": record.estimator_id,
        "roc_auc": record.metric("roc_auc"),
        "calibration_error": record.metric("calibration_error"),
    }
    return facts if record.status != "rejected" else {**facts, "detail": record.because}


def _due_facts(due: Due) -> dict[str, Fact]:
    same = due.same
    facts: dict[str, Fact] = {"age_days": due.age_days, "schedule": due.schedule}
    if same is not None:
        facts = {"same": same.estimator_id, "status": same.status, "because": same.because}
    return {"due": due.reason, **facts}
