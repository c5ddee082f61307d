"""What honest scores reach on real shops, later in time than what they learned from."""

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy.dated import EVERYBODY, lesson_of, row_of
from regulars.ml.churn.trained import TrainedChurn


@pytest.fixture(scope="module")
def retail(shared_data, tmp_path_factory: pytest.TempPathFactory) -> TrainedChurn:
    folder = tmp_path_factory.mktemp("retail")
    lesson = lesson_of("retail", shared_data("retail").parent, folder)
    return lesson.tested_at("2011-09-11").trained()


def test_on_retail_the_ensemble_ships_though_a_member_led_within_noise(
    retail: TrainedChurn,
) -> None:
    lowest = min(retail.validation, key=lambda row: row["log_loss"])
    assert lowest.name == "bg_nbd"
    assert retail.shipped == "blend"


def test_on_retail_it_is_no_worse_than_its_best_member_and_better_than_bg_nbd(
    retail: TrainedChurn,
) -> None:
    ours = retail.scoreboard.ours
    rhythm = row_of(retail, "bg_nbd")
    members = [row for row in retail.scoreboard.rows if row.kind == "member"]
    assert ours["log_loss"] <= min(row["log_loss"] for row in [*members, rhythm]) + 0.01
    assert ours["log_loss"] < rhythm["log_loss"]


def test_on_retail_it_ranks_far_better_than_days_since_the_last_purchase(
    retail: TrainedChurn,
) -> None:
    assert retail.scoreboard.ours["roc_auc"] - row_of(retail, "recency")["roc_auc"] >= 0.045


def test_on_cdnow_the_gain_over_recency_is_called_noise(shared_data, tmp_path: Path) -> None:
    lesson = lesson_of("cdnow", shared_data("cdnow").parent, tmp_path, EVERYBODY)
    trained = lesson.tested_at("1998-04-02").trained()
    ours = trained.scoreboard.ours
    assert ours.n == 2_357
    assert ours["roc_auc"] >= 0.825
    assert ours["log_loss"] <= 0.295
    assert ours["calibration_error"] <= 0.035
    assert row_of(trained, "recency")["roc_auc"] == pytest.approx(0.829, abs=0.002)
    assert "ithin noise" in trained.verdict.words
