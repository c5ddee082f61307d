"""Champions by hand: promote one, go back to the one before, and what became of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from regulars import __version__
from regulars.core.errors import SettingsError
from regulars.core.lock import project_lock
from regulars.core.settings import Project
from regulars.core.step_results import Reason, StepResult, StepStatus
from regulars.features.churn_definition import ChurnDefinition, definition_sentence
from regulars.flows.releasing import training_summaries
from regulars.ml.registry import EstimatorRecord, Registry
from regulars.warehouse.ledger import Ledger

Clock = Callable[[], datetime]


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
    now = clock().astimezone(UTC)
    with project_lock(project.state, command=command, now=now):
        yield now.isoformat(timespec="seconds")
        ledger, run_id = Ledger(project.state), f"{now:%Y%m%dT%H%M%S.%f}"[:-3]
        ledger.start_run(run_id, command=command, now=now, version=__version__)
        step = ledger.start_step(run_id, step="score", fingerprint="", now=now)
        ledger.end_step(
            step,
            status=StepStatus.INTERRUPTED,
            now=now,
            seconds=0.0,
            result=StepResult(reason=Reason.CHAMPION_CHANGED),
        )
        ledger.end_run(run_id, status="done", now=now, as_of=None, error=None)
