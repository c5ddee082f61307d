"""The churn report in words: what kind of test it was, who won, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.insights.churn_drivers import drivers, leakage_audit
from regulars.insights.churn_evaluation import churn_curves, churn_scoreboard, why_no_churn
from tests.small_release import SmallRelease, bare_churn_report, churn_report, figure, score_row


@pytest.mark.parametrize(
    ("rung", "in_time", "words"),
    [
        ("full", True, "tested once, on a later date"),
        ("no_calibration_cutoff", True, "too short to validate a calibrator"),
        ("no_validation", True, "too short to choose"),
        ("no_test_in_time", False, "No test later in time was possible"),
        ("undated", False, "No test in time was possible"),
    ],
)
def test_the_rung_of_the_ladder_is_said_in_words(
    tmp_path: Path, rung: str, in_time: bool, words: str
) -> None:
    board = churn_scoreboard(SmallRelease(churn=churn_report(rung=rung)).reading(tmp_path))
    assert board is not None
    assert board.tested_in_time is in_time
    assert words in board.how_tested


@pytest.mark.parametrize(
    ("auc", "log_loss", "beats"),
    [(0.05, 0.0, True), (0.0, 0.05, True), (0.02, 0.02, False), (0.0201, 0.0, True)],
)
def test_beating_recency_means_an_interval_above_zero(
    tmp_path: Path, auc: float, log_loss: float, beats: bool
) -> None:
    improvements = {"recency": {"roc_auc": figure(auc), "log_loss": figure(log_loss)}}
    board = churn_scoreboard(
        SmallRelease(churn=churn_report(improvements=improvements)).reading(tmp_path)
    )
    assert board is not None
    assert board.beats_recency is beats


def test_without_recency_there_is_nothing_to_beat(tmp_path: Path) -> None:
    board = churn_scoreboard(SmallRelease(churn=churn_report(improvements={})).reading(tmp_path))
    assert board is not None
    assert board.beats_recency is None


def test_a_champion_that_is_also_a_baseline_is_listed_once(tmp_path: Path) -> None:
    rows = [score_row("bg_nbd", "champion", 0.73), score_row("bg_nbd", "baseline", 0.73)]
    report = churn_report(champion="bg_nbd", shipped="bg_nbd", scoreboard={"rows": rows})
    board = churn_scoreboard(SmallRelease(churn=report).reading(tmp_path))
    assert board is not None
    assert [(line.kind, line.ships) for line in board.lines] == [("champion", True)]


def test_where_the_simpler_score_ships_its_line_is_the_one_that_counts(tmp_path: Path) -> None:
    board = churn_scoreboard(SmallRelease(churn=churn_report(shipped="recency")).reading(tmp_path))
    assert board is not None
    assert board.shipping is not None
    assert board.shipping.name == "recency"
    assert board.champion_line is not None
    assert board.champion_line.name == "blend"


def test_a_report_without_figures_is_read_without_a_fall(tmp_path: Path) -> None:
    reading = SmallRelease(churn=bare_churn_report()).reading(tmp_path)
    board = churn_scoreboard(reading)
    assert board is not None
    assert (board.lines, board.champion_line, board.beats_recency) == ((), None, None)
    assert (churn_curves(reading).predicted, drivers(reading)) == (None, ())
    assert leakage_audit(reading).strongest is None


def test_a_project_without_churn_is_told_how_to_get_it(tmp_path: Path) -> None:
    reading = SmallRelease(churn=None, about={"churn": None}).reading(tmp_path)
    assert churn_scoreboard(reading) is None
    assert "add `churn:`" in why_no_churn(reading)


def test_a_training_that_came_to_nothing_says_why(tmp_path: Path) -> None:
    assert "too few outcomes" in why_no_churn(SmallRelease(churn=None).reading(tmp_path))


def test_waivers_are_listed_whether_used_or_not(tmp_path: Path) -> None:
    used = {
        "input": "score_x", "lineage": ["crm"], "verdict": "waived", "reason": "knows too much",
        "auc_alone": 0.99, "waived_by": "Anna", "waiver_reason": "it is older",
    }  # fmt: skip
    waivers = [
        {"column": "score_x", "by": "Anna", "why": "it is older"},
        {"column": "gone", "by": "Ben", "why": "was needed once"},
    ]
    release = SmallRelease(churn=churn_report(leakage_audit=[used]), about={"waivers": waivers})
    found = leakage_audit(release.reading(tmp_path)).waived
    assert [(line.input, line.waived_by) for line in found] == [
        ("score_x", "Anna"),
        ("gone", "Ben"),
    ]


def test_the_curves_know_what_was_predicted_and_observed(tmp_path: Path) -> None:
    found = churn_curves(SmallRelease().reading(tmp_path))
    assert found.predicted == pytest.approx(0.45)
    assert found.observed == pytest.approx(0.41)
    point = found.at(0.4)
    assert point is not None
    assert point.contacted == 0.5


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("member_better", "The champion is one member alone, boosted trees"),
        ("ensemble_ranks_better", "it ranked customers worse"),
        ("ensemble_not_beaten", "no member had a lower log loss"),
    ],
)
def test_why_an_ensemble_or_a_member_is_the_champion_is_said_in_words(
    tmp_path: Path, reason: str, words: str
) -> None:
    choice = {"chosen": "blend", "reason": reason, "member": "boosted_trees"}
    report = churn_report(recipe_choice=choice)
    board = churn_scoreboard(SmallRelease(churn=report).reading(tmp_path))
    assert board is not None
    assert words in board.choice


def test_a_report_of_an_earlier_version_says_nothing_of_the_choice(tmp_path: Path) -> None:
    board = churn_scoreboard(SmallRelease(churn=churn_report()).reading(tmp_path))
    assert board is not None
    assert board.choice == ""
