"""When a run learns anew: what changed, what the schedule says, and what came true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.core.settings import ChurnSettings
from regulars.ml.estimator_index import EstimatorRecord, Index
from regulars.ml.lifecycle.training_schedule import (
    Due,
    DueReason,
    LowScore,
    low_score,
    training_due,
)
from regulars.release.churn_report import BacktestedScore
from regulars.release.evaluation_facts import Figure

FIRST = EstimatorRecord(
    estimator_id="first", run_id="r1", definition=None, as_of="2024-06-01",
    trained_at="2024-06-01T12:00:00+00:00", code_version="1", made_from="old",
    data_fingerprint="d", code_fingerprint="c", recipe="blend", shipped="blend", rows=9,
    churned=4, verdict="good", status="champion",
)  # fmt: skip


def due(
    retrain: str = "always",
    *,
    day: int = 4,
    made_from: str = "new",
    champion: EstimatorRecord | None = FIRST,
    known: EstimatorRecord = FIRST,
    auc: float | None = None,
) -> Due:
    settings: dict[str, Any] = {"kind": "silence", "retrain": retrain}
    return training_due(
        ChurnSettings(**settings),
        Index("first", (known,)),
        made_from=made_from,
        champion=champion,
        backtests=[backtest(auc)] if auc is not None else [],
        now=datetime(2024, 6, day, 12, tzinfo=UTC),
    )


def backtest(auc: float) -> BacktestedScore:
    return BacktestedScore(
        as_of="2024-05-01",
        estimator_id="first",
        outcome_to="2024-05-31",
        customers=50,
        predicted=0.5,
        observed=0.5,
        metrics={"roc_auc": Figure(value=auc)},
    )


def reasons(judged: Due) -> tuple[bool, DueReason]:
    return judged.is_due, judged.reason


def test_new_data_is_learned_from_unless_the_schedule_says_later() -> None:
    assert reasons(due()) == (True, DueReason.CHANGED)
    assert reasons(due("manual")) == (False, DueReason.BY_HAND_ONLY)


def test_the_same_data_code_and_settings_are_not_learned_from_twice() -> None:
    again = due(made_from="old")
    assert reasons(again) == (False, DueReason.SAME_ORIGIN)
    assert again.same == FIRST


def test_what_was_rejected_is_not_tried_again() -> None:
    rejected = replace(FIRST, status="rejected", because="recall too low")
    again = due(made_from="old", champion=None, known=rejected)
    assert not again.is_due
    assert again.same == rejected


@pytest.mark.parametrize(
    ("retrain", "day", "train"),
    [("weekly", 7, False), ("weekly", 8, True), ("monthly", 30, False)],
)
def test_a_schedule_waits_until_the_whole_time_has_passed(
    retrain: str, day: int, train: bool
) -> None:
    assert due(retrain, day=day).is_due is train


def test_without_a_champion_for_this_definition_every_schedule_trains() -> None:
    assert reasons(due("manual", champion=None)) == (True, DueReason.NO_CHAMPION)


@pytest.mark.parametrize(("auc", "train"), [(0.69, True), (0.7, False), (None, False)])
def test_scores_that_did_not_come_true_call_for_training(auc: float | None, train: bool) -> None:
    assert due("monthly", auc=auc).is_due is train


def test_by_hand_means_that_bad_scores_only_warn() -> None:
    assert reasons(due("manual", auc=0.6)) == (False, DueReason.BY_HAND_ONLY)
    settings: dict[str, Any] = {"kind": "silence", "retrain": "manual"}
    weak = low_score(ChurnSettings(**settings), FIRST, [backtest(0.6)])
    assert weak == LowScore("2024-05-01", 0.6, 0.7)
