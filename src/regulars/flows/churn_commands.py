"""The churn score outside of a run: audit, compare, split, promote, roll back, look back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.core.errors import SettingsError
from regulars.core.progress import Progress
from regulars.core.settings import Project
from regulars.core.step_results import Reason, StepOutcome, StepResult, StepStatus
from regulars.features.reading import read_labelled
from regulars.flows.future_check import future_check
from regulars.flows.session import Clock, session, view
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.leakage import Audit
from regulars.ml.leakage.future_deletion import Invariance
from regulars.ml.lifecycle.backtests import stored_backtests
from regulars.ml.lifecycle.champion_scores import last_scoring
from regulars.ml.lifecycle.champions import check_definition
from regulars.ml.lifecycle.records import training_summaries
from regulars.ml.lifecycle.training_data import (
    check_shares,
    read_training_data,
    training_problem,
    write_parts,
)
from regulars.ml.registry import Registry
from regulars.ml.selection import Ranking, rank_inputs
from regulars.warehouse.opening import warehouse_exists

if TYPE_CHECKING:
    from regulars.ml.churn.comparison import Compared

NO_FUTURE = "no past cutoff has a future to delete: outcomes without dates, or a short history"


@dataclass(frozen=True)
class AuditAnswer:
    """All inputs with their verdicts, and what deleting the future showed (None: nothing to)."""

    audit: Audit
    invariance: Invariance | None

    @property
    def words(self) -> str:
        """What was done about the future."""
        return self.invariance.words if self.invariance else NO_FUTURE

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        from regulars.ml.churn.training_report import audited_inputs

        return {
            "refused": [line.input for line in self.audit.refused],
            "future": self.invariance.to_json() if self.invariance else None,
            "words": self.words,
            "inputs": [line.model_dump(mode="json") for line in audited_inputs(self.audit)],
        }


def audit_project(project: Project, *, progress: Progress, clock: Clock) -> AuditAnswer:
    """Delete the future of a past cutoff, compare, and judge every input. Trains nothing.

    Raises SettingsError where there are no features yet or no churn is defined.
    """
    from regulars.ml.churn.evaluating import audit_churn

    _need_features(project)
    with session(project, "regulars churn audit", clock, progress=progress) as held:
        context = held.context
        invariance = future_check(context).examine()
        data = read_training_data(project, context.warehouse, as_of=context.as_of)
        looks_ahead = None if invariance is None else invariance.refusals
        index = context.estimators.index
        problem = training_problem(project, data, looks_ahead=looks_ahead, index=index)
        return AuditAnswer(audit_churn(problem, data.frame, data.windows), invariance)


def compare_project(
    project: Project, *, balance: bool, progress: Progress, clock: Clock
) -> list[Compared]:
    """Compare estimators or ways to balance classes on folds of customers, without the test cutoff.

    Trains nothing that scores.
    """
    from regulars.ml.churn.comparison import balances_compared, compare, estimators_compared
    from regulars.ml.churn.evaluating import rows_before_the_test

    _need_features(project)
    with session(project, "regulars churn compare", clock, progress=progress) as held:
        context = held.context
        data = read_training_data(project, context.warehouse, as_of=context.as_of)
        known = future_check(context).known()
        looks_ahead = None if known is None else known.refusals
        index = context.estimators.index
        problem = training_problem(project, data, looks_ahead=looks_ahead, index=index)
    rows = rows_before_the_test(problem, data.frame, data.windows)
    candidates = balances_compared(problem.seed) if balance else estimators_compared(problem)
    return compare(rows, candidates, report=progress.detail, seed=problem.seed)


def write_splits(
    project: Project, folder: Path, *, shares: Sequence[int], clock: Clock
) -> dict[str, tuple[int, float]]:
    """Write train, validation and test as Parquet for training elsewhere; rows and churn share.

    Raises SettingsError for shares that do not add up to 100, and where nothing ran yet.
    """
    _need_features(project)
    check_shares(shares)
    with view(project, clock) as context:
        frame = read_labelled(project, context.warehouse)
    return write_parts(frame, folder, shares=shares)


def rank_project(project: Project, *, method: str, top: int, clock: Clock) -> Ranking:
    """Rank inputs by rows of training cutoffs only: those of the test stay unseen.

    Raises SettingsError before there are features, or where the project defines no churn.
    """
    unmade = SettingsError(
        "there are no features with outcomes yet",
        where=str(project.root),
        hint="Define `churn` in regulars.yaml and `regulars run --steps land,clean,features`.",
    )
    if project.churn is None or not warehouse_exists(project):
        raise unmade
    with view(project, clock) as context:
        if not context.warehouse.columns("gold", "ml_training_data"):
            raise unmade
        data = read_training_data(project, context.warehouse, as_of=context.as_of)
    return rank_inputs(data.rows_before_the_test.sorted(), method=method, top=top)


def promote(project: Project, estimator_id: str, *, clock: Clock) -> EstimatorRecord:
    """Make an estimator the champion.

    Raises SettingsError where it was trained for another churn definition.
    """
    registry = Registry(project.state)
    check_definition(project, registry.index.record(estimator_id))
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
    index, scoring = registry.index, last_scoring(registry)
    return {
        "champion": index.champion,
        "estimators": [summary.model_dump(mode="json") for summary in training_summaries(index)],
        "promotions": [
            {
                "estimator_id": promotion.estimator_id,
                "before": promotion.before,
                "at": promotion.at,
                "why": promotion.why,
            }
            for promotion in reversed(index.promotions)
        ],
        "backtests": [backtest.model_dump(mode="json") for backtest in stored_backtests(registry)],
        "drift": scoring.drift.model_dump(mode="json") if scoring else None,
    }


def _need_features(project: Project) -> None:
    if project.churn is None or not warehouse_exists(project):
        raise SettingsError(
            "there is nothing to look at yet",
            where=str(project.file),
            hint="`regulars run` first; the project file must define churn.",
        )


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
