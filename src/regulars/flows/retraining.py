"""Whether a run learns anew: what changed, what the schedule says, and what came true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulars.core.calendar import WINDOW_DAYS_PER_PERIOD
from regulars.core.settings import ChurnSettings
from regulars.ml.lifecycle.realised import Realised
from regulars.ml.registry import EstimatorRecord, Index

_DAYS = {
    "weekly": WINDOW_DAYS_PER_PERIOD["week"],
    "monthly": WINDOW_DAYS_PER_PERIOD["month"],
}


@dataclass(frozen=True)
class Due:
    """Whether to train, and why in words."""

    train: bool
    because: str


def training_due(
    churn: ChurnSettings,
    index: Index,
    *,
    made_from: str,
    champion: EstimatorRecord | None,
    series: Sequence[Realised],
    now: datetime,
) -> Due:
    """Whether an estimator made from this would be new and is wanted now.

    `champion` is the one in use where it answers today's question with today's inputs.
    """
    same = made_before(index, made_from)
    if same is not None:
        said = f" ({same.status}: {same.because})" if same.status == "rejected" else ""
        return Due(False, f"data, code and settings are those of {same.estimator_id}{said}")
    if champion is None:
        return Due(True, "no estimator in use answers this question")
    low = fallen(churn, champion, series)
    if low and churn.retrain != "manual":
        return Due(True, low)
    if churn.retrain == "manual":
        return Due(False, f"trained by hand only{'; ' + low if low else ''}")
    days = _DAYS.get(churn.retrain)
    age = (now - datetime.fromisoformat(_newest(index))).days
    if days is not None and age < days:
        return Due(False, f"trained {age} days ago, {churn.retrain} is enough")
    return Due(True, "data, code or settings changed")


def made_before(index: Index, made_from: str) -> EstimatorRecord | None:
    """The newest estimator made from the same data, code and settings that is there still."""
    found = (one for one in reversed(index.estimators) if one.made_from == made_from)
    return next((one for one in found if one.kept or one.status == "rejected"), None)


def fallen(churn: ChurnSettings, champion: EstimatorRecord, series: Sequence[Realised]) -> str:
    """A warning where the newest score of the champion that came due ranked badly; else empty."""
    own = [one for one in series if one.estimator_id == champion.estimator_id]
    auc = own[-1].roc_auc if own else None
    if auc is None or auc >= churn.retrain_below:
        return ""
    return (
        f"the scores of {own[-1].as_of} reached a realised ROC AUC of {auc:.2f}, "
        f"below {churn.retrain_below:g}"
    )


def _newest(index: Index) -> str:
    return max(one.trained_at for one in index.estimators)
