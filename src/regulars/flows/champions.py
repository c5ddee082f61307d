"""Champions by hand: promote one, go back to the one before, and what became of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.core.step_results import Reason, StepOutcome, StepResult, StepStatus
from regulars.features.churn_definition import ChurnDefinition, definition_sentence
from regulars.flows.releasing import training_summaries
from regulars.flows.session import Clock, session
from regulars.ml.registry import EstimatorRecord, Registry


def promote(project: Project, estimator_id: str, *, clock: Clock) -> EstimatorRecord:
    """Make an estimator the champion.

    Raises SettingsError where it was trained for another churn definition.
    """
    registry = Registry(project.state)
    record = registry.index.record(estimator_id)
    definition = ChurnDefinition.of(project)
    if definition is None or record.definition_key != definition.key:
        trained_for = definition_sentence(record.definition) if record.definition else "not known"
        raise SettingsError(
            f"{estimator_id} was trained for another churn definition: {trained_for}",
            where=str(project.file),
            hint="Only an estimator of today's churn definition can score today's customers.",
        )
    with _changed_champion(project, "regulars churn promote", clock) as at:
        registry.promote(estimator_id, at=at, why="promoted by hand", cause="by_hand")
    return registry.index.record(estimator_id)


def roll_back(project: Project, *, clock: Clock) -> EstimatorRecord:
    """Make the champion before this one the champion again."""
    registry = Registry(project.state)
    with _changed_champion(project, "regulars churn rollback", clock) as at:
        return registry.roll_back(at=at)


def history(project: Project) -> dict[str, Any]:
    """Estimators, newest first, promotions, and how scores fared; readable during a run."""
    registry = Registry(project.state)
    index = registry.index
    return {
        "champion": index.champion,
        "estimators": [one.model_dump(mode="json") for one in training_summaries(index)],
        "promotions": [
            {"estimator_id": one.estimator_id, "before": one.before, "at": one.at, "why": one.why}
            for one in reversed(index.promotions)
        ],
        "realised": registry.note("realised") or [],
        "drift": (registry.note("scoring") or {}).get("drift"),
    }


@contextmanager
def _changed_champion(project: Project, command: str, clock: Clock) -> Iterator[str]:
    """Holds the project; the scores of before do not hold any more once the champion changed."""
    with session(project, command, clock) as held:
        now, ledger = held.context.started_at.astimezone(UTC), held.context.ledger
        yield now.isoformat(timespec="seconds")
        step = ledger.start_step(held.context.run_id, step="score", fingerprint="", now=now)
        result = StepResult(reason=Reason.CHAMPION_CHANGED)
        outcome = StepOutcome(
            name="score", status=StepStatus.INTERRUPTED, seconds=0.0, result=result
        )
        ledger.end_step(step, outcome, now=now)
