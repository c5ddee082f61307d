"""Records, files and cards: they hold the figures of the test and the reasons of every verdict."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from regulars.features.frames import Frame
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.checks import check_training_data
from regulars.ml.lifecycle.records import (
    MODEL_RUNS,
    Origin,
    data_fingerprint,
    files_of,
    model_runs,
    record_of,
)
from regulars.release.evaluation_facts import JudgedGate

ORIGIN = Origin("r1", "2024-06-22T12:00:00+00:00", "2024-06-22", "1.0", "code", "data", "all", {})
PASSED = JudgedGate(name="beats the base rate", passed=True, reason="stack ranks customers")
FAILED = JudgedGate(name="recall", passed=False, reason="0.300, at least 0.4")


def made(trained: TrainedChurn, frame: Frame, *gates: JudgedGate) -> EstimatorRecord:
    checks = check_training_data(frame)
    return record_of("e1", trained, frame=frame, origin=ORIGIN, checks=checks, gates=gates)


@pytest.fixture(scope="module")
def files(good: TrainedChurn, snapshot: Frame) -> dict[str, str | bytes]:
    return files_of(made(good, snapshot, PASSED), good, frame=snapshot)


def test_a_record_with_a_failed_gate_is_rejected_and_says_why(
    good: TrainedChurn, snapshot: Frame
) -> None:
    assert made(good, snapshot, PASSED).status == "candidate"
    rejected = made(good, snapshot, PASSED, FAILED)
    assert rejected.status == "rejected"
    assert rejected.because == "recall: 0.300, at least 0.4"


def test_the_files_hold_the_figures_of_the_test(
    files: dict[str, str | bytes], good: TrainedChurn
) -> None:
    figures = json.loads(files["metrics.json"])
    assert figures["roc_auc"] == pytest.approx(good.scoreboard.ours["roc_auc"])
    assert {"accuracy", "precision", "recall", "f1", "pr_auc"} <= set(figures)
    assert json.loads(files["model_run_metadata.json"])["estimator_id"] == "e1"


def test_predictions_are_out_of_sample_and_the_highest_come_first(
    files: dict[str, str | bytes], good: TrainedChurn
) -> None:
    content = files["predictions.parquet"]
    assert isinstance(content, bytes)
    table = pq.read_table(io.BytesIO(content))
    assert table.num_rows == good.tested.num_rows
    assert np.all(np.diff(table["churn_probability"].to_numpy()) <= 0)


def test_the_card_says_question_figures_gates_limits_and_ethics(
    files: dict[str, str | bytes],
) -> None:
    card = str(files["card.md"])
    for part in ("Churn definition", "Data", "Test", "Gates", "Limits", "Ethics"):
        assert f"## {part}\n" in card
    assert "| beats the base rate | PASS | stack ranks customers |" in card


def test_names_from_the_data_are_text_on_both_cards(good: TrainedChurn, snapshot: Frame) -> None:
    hostile = "<img src=x onerror=alert(1)> [here](http://evil.example) `a|b`"
    record = made(good, snapshot, JudgedGate(name="recall", passed=True, reason=hostile))
    record = replace(record, verdict=hostile)
    files = files_of(record, good, frame=snapshot)
    assert not re.search(r"(?<!\\)(?:<img|\[here)", str(files["card.md"]))
    assert "<img" not in str(files["card.html"])


def test_both_cards_hold_the_same_parts(files: dict[str, str | bytes]) -> None:
    headings = [line[3:] for line in str(files["card.md"]).splitlines() if line.startswith("## ")]
    page = str(files["card.html"])
    assert all(f"<h2>{heading}</h2>" in page for heading in headings)
    assert "<script" not in page


def test_the_table_of_runs_has_a_row_per_estimator(good: TrainedChurn, snapshot: Frame) -> None:
    table = model_runs([made(good, snapshot, PASSED), made(good, snapshot, FAILED)])
    assert table.schema.equals(MODEL_RUNS)
    assert table["status"].to_pylist() == ["candidate", "rejected"]
    assert table["inputs"].to_pylist() == [5, 5]
    assert model_runs([]).num_rows == 0


def test_the_same_rows_in_any_order_have_one_fingerprint(snapshot: Frame) -> None:
    turned = snapshot.take(np.arange(len(snapshot))[::-1])
    assert data_fingerprint(turned) == data_fingerprint(snapshot)
    assert data_fingerprint(snapshot.take(np.arange(1, len(snapshot)))) != data_fingerprint(
        snapshot
    )
