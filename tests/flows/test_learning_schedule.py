"""When a run learns anew: what changed, what the schedule says, and what came true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.core.settings import ChurnSettings
from regulars.flows.retraining import training_due
from regulars.ml.lifecycle.realised import Realised
from regulars.ml.registry import EstimatorRecord, Index

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
) -> tuple[bool, str]:
    settings: dict[str, Any] = {"kind": "silence", "retrain": retrain}
    metrics = {"roc_auc": {"value": auc, "low": None, "high": None}}
    series = [Realised("2024-05-01", "first", "2024-05-31", 50, 0.5, 0.5, metrics)]
    found = training_due(
        ChurnSettings(**settings),
        Index("first", (known,)),
        made_from=made_from,
        champion=champion,
        series=series if auc is not None else [],
        now=datetime(2024, 6, day, 12, tzinfo=UTC),
    )
    return found.train, found.because


def test_new_data_is_learned_from_unless_the_schedule_says_later() -> None:
    assert due() == (True, "data, code or settings changed")
    assert due("manual") == (False, "trained by hand only")


def test_the_same_data_code_and_settings_are_not_learned_from_twice() -> None:
    assert due(made_from="old") == (False, "data, code and settings are those of first")


def test_what_was_rejected_is_not_tried_again() -> None:
    rejected = replace(FIRST, status="rejected", because="recall too low")
    train, because = due(made_from="old", champion=None, known=rejected)
    assert not train
    assert "rejected: recall too low" in because


@pytest.mark.parametrize(
    ("retrain", "day", "train"),
    [("weekly", 7, False), ("weekly", 8, True), ("monthly", 30, False)],
)
def test_a_schedule_waits_until_the_whole_time_has_passed(
    retrain: str, day: int, train: bool
) -> None:
    assert due(retrain, day=day)[0] is train


def test_without_a_champion_for_this_question_every_schedule_trains() -> None:
    assert due("manual", champion=None) == (True, "no estimator in use answers this question")


@pytest.mark.parametrize(("auc", "train"), [(0.69, True), (0.7, False), (None, False)])
def test_scores_that_did_not_come_true_call_for_training(auc: float | None, train: bool) -> None:
    assert due("monthly", auc=auc)[0] is train


def test_by_hand_means_that_bad_scores_only_warn() -> None:
    train, because = due("manual", auc=0.6)
    assert not train
    assert "realised ROC AUC of 0.60, below 0.7" in because
