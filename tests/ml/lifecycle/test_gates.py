"""Gates: a candidate replaces the champion only where its test says so."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from regulars.core.settings import GateSettings
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.evaluation import Estimate
from regulars.ml.lifecycle.gates import (
    Comparison,
    compared_with,
    is_certainly_worse,
    judge_gates,
    needed_of,
    rejections,
    shipping_row,
)
from regulars.ml.log_odds import log_odds, probability
from regulars.release.evaluation_facts import JudgedGate
from tests.ml.lifecycle.conftest import shuffled


def judged(
    trained: TrainedChurn, frame: Frame, champion: TrainedChurn | None = None, **needed: float
) -> tuple[JudgedGate, ...]:
    return judge_gates(trained, needed=needed, champion=champion, frame=frame)


def test_the_first_candidate_has_nobody_to_be_compared_with(
    good: TrainedChurn, snapshot: Frame
) -> None:
    gates = judged(good, snapshot)
    assert [gate.name for gate in gates] == ["beats the base rate"]
    assert rejections(gates) == ""


def test_the_same_score_again_is_not_worse(good: TrainedChurn, snapshot: Frame) -> None:
    gates = judged(good, snapshot, champion=good)
    assert all(gate.passed for gate in gates)
    assert "on the same test: ROC AUC +0.000" in gates[1].reason


def test_a_surely_worse_candidate_is_rejected_with_the_reason(
    good: TrainedChurn, snapshot: Frame
) -> None:
    worse = shuffled(good)
    assert "not worse than the champion: on the same test" in rejections(
        judged(worse, snapshot, champion=good)
    )
    assert rejections(judged(good, snapshot, champion=worse)) == ""


def too_sure(trained: TrainedChurn) -> TrainedChurn:
    """The same order of customers with log-odds three times as large."""
    odds = log_odds(trained.tested["churn_probability"].to_numpy())
    place = trained.tested.schema.get_field_index("churn_probability")
    column = pa.array(probability(3 * odds))
    return replace(trained, tested=trained.tested.set_column(place, "churn_probability", column))


def test_an_equal_ranking_with_a_worse_log_loss_is_rejected(
    good: TrainedChurn, snapshot: Frame
) -> None:
    _, gate = judged(too_sure(good), snapshot, champion=good)
    assert "ROC AUC +0.000 (+0.000 to +0.000)" in gate.reason
    assert not gate.passed
    _, gate = judged(good, snapshot, champion=too_sure(good))
    assert gate.passed


def figure(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high)


@pytest.mark.parametrize(
    ("auc", "log_loss", "worse"),
    [
        (figure(-0.02, -0.01), figure(-0.01, 0.01), True),
        (figure(-0.01, 0.01), figure(-0.02, -0.01), True),
        (figure(-0.02, -0.01), figure(0.01, 0.02), False),
        (figure(0.01, 0.02), figure(-0.02, -0.01), False),
        (figure(-0.02, 0.0), figure(-0.02, 0.0), False),
        (figure(0.0, 0.0), figure(0.0, 0.0), False),
    ],
)
def test_worse_means_beyond_noise_in_one_figure_and_not_better_in_the_other(
    auc: Estimate, log_loss: Estimate, worse: bool
) -> None:
    assert is_certainly_worse({"roc_auc": auc, "log_loss": log_loss}) is worse


def test_a_project_may_leave_the_comparison_out(good: TrainedChurn, snapshot: Frame) -> None:
    gates = judge_gates(shuffled(good), needed={}, champion=good, frame=snapshot, compared=False)
    assert [gate.name for gate in gates] == ["beats the base rate"]


def test_customers_are_matched_by_name_and_not_by_row(good: TrainedChurn, snapshot: Frame) -> None:
    turned = replace(good, tested=good.tested.take(list(range(good.tested.num_rows))[::-1]))
    gates = judged(turned, snapshot, champion=good)
    assert "ROC AUC +0.000 (+0.000 to +0.000)" in gates[1].reason


def test_a_champion_of_another_question_is_no_rival(good: TrainedChurn, snapshot: Frame) -> None:
    other = replace(
        good, problem=replace(good.problem, definition=ChurnDefinition("silence", horizon=90))
    )
    assert all(gate.passed for gate in judged(shuffled(good), snapshot, champion=other))


@pytest.mark.parametrize("metric", ["roc_auc", "precision", "recall", "f1", "accuracy"])
def test_a_figure_at_the_border_passes_and_one_below_it_does_not(
    good: TrainedChurn, snapshot: Frame, metric: str
) -> None:
    reached = shipping_row(good).metrics[metric].value
    assert judged(good, snapshot, **{metric: reached})[-1].passed
    assert not judged(good, snapshot, **{metric: reached + 1e-9})[-1].passed


def test_calibration_error_is_a_gate_from_above(good: TrainedChurn, snapshot: Frame) -> None:
    reached = shipping_row(good).metrics["calibration_error"].value
    assert judged(good, snapshot, calibration_error=reached)[-1].passed
    assert not judged(good, snapshot, calibration_error=reached - 1e-9)[-1].passed


def test_a_score_without_signal_does_not_replace_one_with_it(
    good: TrainedChurn, snapshot: Frame
) -> None:
    nothing = replace(good, verdict=replace(good.verdict, ships="base_rate"), shipped="base_rate")
    assert "beats the base rate" in rejections(judged(nothing, snapshot, champion=good))
    assert rejections(judged(nothing, snapshot)) == ""


def test_a_champion_that_saw_the_test_is_compared_by_intervals_only(
    silent_at: tuple[TrainedChurn, TrainedChurn, Frame],
) -> None:
    earlier, later, frame = silent_at
    gate = judged(later, frame, champion=earlier)[1]
    assert gate.passed
    assert "has learned from outcomes of this one" in gate.reason


def test_the_best_honest_comparison_is_taken(
    good: TrainedChurn, snapshot: Frame, silent_at: tuple[TrainedChurn, TrainedChurn, Frame]
) -> None:
    earlier, later, frame = silent_at
    assert compared_with(good, good, frame=snapshot).by is Comparison.SAME_TEST
    assert compared_with(later, earlier, frame=frame).by is Comparison.OWN_TESTS
    assert later.plan is not None
    before_the_test = replace(later.plan, test=None)
    known_before = compared_with(later, replace(earlier, plan=before_the_test), frame=frame)
    assert known_before.by is Comparison.RESCORED
    assert known_before.scores is not None
    assert known_before.scores.shape == (later.tested.num_rows,)


def test_only_gates_that_are_set_are_asked() -> None:
    assert needed_of(GateSettings(f1=0.5, recall=0.4).model_dump()) == {
        "f1": 0.5, "recall": 0.4,
    }  # fmt: skip
