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

    @property
    def words(self) -> str:
        """The warning, for people."""
        return (
            f"the scores of {self.as_of} reached a realised ROC AUC of {self.roc_auc:.2f}, "
            f"below {self.bound:g}"
        )


@dataclass(frozen=True)
class Due:
    """Whether to train, and why.

    `same` is the estimator made from the same data, code and settings, `low_score` the weakness of
    the champion, `age_days` the age of the newest training, each where it plays a part.
    """

    is_due: bool
    reason: DueReason
    same: EstimatorRecord | None = None
    low_score: LowScore | None = None
    age_days: int | None = None
    schedule: str = ""

    @property
    def words(self) -> str:
        """The reason, for people."""
        low = self.low_score.words if self.low_score else ""
        if self.reason is DueReason.SAME_ORIGIN and self.same is not None:
            rejected = self.same.status == "rejected"
            why = f" ({self.same.status}: {self.same.because})" if rejected else ""
            return f"data, code and settings are those of {self.same.estimator_id}{why}"
        return {
            DueReason.NO_CHAMPION: "no estimator in use has this churn definition",
            DueReason.LOW_SCORE: low,
            DueReason.BY_HAND_ONLY: f"trained by hand only{'; ' + low if low else ''}",
            DueReason.RECENT: f"trained {self.age_days} days ago, {self.schedule} is enough",
        }.get(self.reason, "data, code or settings changed")


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
    low = low_score(churn, champion, backtests)
    if churn.retrain == "manual":
        return Due(False, DueReason.BY_HAND_ONLY, low_score=low)
    if low is not None:
        return Due(True, DueReason.LOW_SCORE, low_score=low)
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
