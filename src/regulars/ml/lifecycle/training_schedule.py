"""Whether an estimator is trained now: what changed, what the schedule says, how scores fared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulars.core.settings import ChurnSettings
from regulars.ml.estimator_index import EstimatorRecord, Index
from regulars.ml.lifecycle.backtests import realised_auc
from regulars.release.churn_report import BacktestedScore

_DAYS_BETWEEN_TRAININGS = {"weekly": 7, "monthly": 30}


class DueReason(StrEnum):
    """Why an estimator is trained now, or is not."""

    NO_CHAMPION = "no_champion"  # none in use has this churn definition and these inputs
    LOW_SCORE = "low_score"  # an earlier score of the champion ranked worse than is allowed
    CHANGED = "changed"  # data, code or settings
    SAME_ORIGIN = "same_origin"  # an estimator made from the same is there
    BY_HAND_ONLY = "by_hand_only"
    RECENT = "recent"  # the schedule asks for no training yet


@dataclass(frozen=True)
class LowScore:
    """The newest backtest of the champion: its ROC AUC is below the bound of the settings."""

    as_of: str
    roc_auc: float
    bound: float


@dataclass(frozen=True)
class Due:
    """Whether to train, and why.

    `same` is the estimator made from the same data, code and settings, `age_days` the age of the
    newest training, each where it plays a part.
    """

    is_due: bool
    reason: DueReason
    same: EstimatorRecord | None = None
    age_days: int | None = None
    schedule: str = ""


def training_due(
    churn: ChurnSettings,
    index: Index,
    *,
    made_from: str,
    champion: EstimatorRecord | None,
    backtests: Sequence[BacktestedScore],
    now: datetime,
) -> Due:
    """Whether an estimator made from this would be new and is wanted now.

    `champion` is the one in use where it has today's churn definition and today's inputs.
    """
    same = record_made_from(index, made_from)
    if same is not None:
        # Training is deterministic: the same estimator would come out, and the same verdict.
        return Due(False, DueReason.SAME_ORIGIN, same=same)
    if champion is None:
        return Due(True, DueReason.NO_CHAMPION)
    if churn.retrain == "manual":
        return Due(False, DueReason.BY_HAND_ONLY)
    if low_score(churn, champion, backtests) is not None:
        return Due(True, DueReason.LOW_SCORE)
    age = (
        now - datetime.fromisoformat(max(estimator.trained_at for estimator in index.estimators))
    ).days
    wait = _DAYS_BETWEEN_TRAININGS.get(churn.retrain, 0)
    if 0 <= age < wait:  # a training by a clock that was ahead must not put off the next ones
        return Due(False, DueReason.RECENT, age_days=age, schedule=churn.retrain)
    return Due(True, DueReason.CHANGED)


def record_made_from(index: Index, made_from: str) -> EstimatorRecord | None:
    """The newest estimator made from the same data, code and settings that can still serve."""
    same = (
        estimator for estimator in reversed(index.estimators) if estimator.made_from == made_from
    )
    # A rejected one needs no files: it says that the same training need not be repeated.
    return next(
        (estimator for estimator in same if estimator.kept or estimator.status == "rejected"), None
    )


def low_score(
    churn: ChurnSettings, champion: EstimatorRecord, backtests: Sequence[BacktestedScore]
) -> LowScore | None:
    """The newest backtest of the champion where it ranked worse than the settings allow."""
    own = [backtest for backtest in backtests if backtest.estimator_id == champion.estimator_id]
    auc = realised_auc(own[-1]) if own else None
    if auc is None or auc >= churn.retrain_below:
        return None
    return LowScore(own[-1].as_of, auc, churn.retrain_below)
