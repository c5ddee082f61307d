"""The life of a churn score through runs of a small shop: trained, rejected, promoted, reviewed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import SettingsError
from regulars.core.progress import Silent
from regulars.core.step_results import Reason, StepResult, StepStatus
from regulars.flows.advising import advise_project
from regulars.flows.churn_commands import history, promote, roll_back
from regulars.flows.run import RunOutcome, RunRequest, run
from regulars.release.advice_report import ChurnAdvice
from regulars.release.release_store import Releases
from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: corner shop
sources:
  sales: {path: sales.csv, types: {total: number}}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total,
              kind: {sql: "case when total < 0 then 'refund' else 'sale' end"}}
features: {windows: [30, 90]}
release: {keep: 10}
churn: {kind: silence, horizon: 30, activity_window: 90, max_cutoffs: 3,
        gates: {not_worse_than_champion: false, recall: 0.0}}
"""
FIRST_DAY = date(2024, 1, 1)
STEPS = ("features", "segment", "train", "value", "score", "stage", "report", "publish")


def sales() -> str:
    """120 customers over eight months: weekly, monthly, and those who stop; one gets all back."""
    random = np.random.default_rng(4)
    lines = ["who,day,total"]
    for number in range(120):
        pace = random.choice([6, 14, 35])
        stop = random.integers(40, 400)
        day = float(random.integers(0, 60))
        while day < min(stop, 240):
            lines.append(f"c{number:03d},{FIRST_DAY + timedelta(days=int(day))},{20 + number % 7}")
            day += 1 + random.exponential(pace)
    last = FIRST_DAY + timedelta(days=200)
    lines += [f"returns,{last - timedelta(days=9)},900", f"returns,{last},-900"]
    lines += [f"orders,{FIRST_DAY + timedelta(days=30 * at)},15" for at in range(8)]
    return "\n".join(lines) + "\n"


@dataclass
class Story:
    """What was seen after each chapter of the shop's life."""

    shop: SmallProject
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, dict[str, StepResult]] = field(default_factory=dict)
    statuses: dict[str, dict[str, StepStatus]] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    advice: ChurnAdvice | None = None
    hour: int = 0

    def clock(self) -> datetime:
        return datetime(2024, 9, 2, self.hour, tzinfo=UTC)

    def chapter(self, name: str, **request: Any) -> RunOutcome:
        self.hour += 1
        outcome = run(self.shop.project, RunRequest(**request), progress=Silent(), clock=self.clock)
        self.note(name)
        self.results[name] = {step.name: step.result for step in outcome.steps}
        self.statuses[name] = {step.name: step.status for step in outcome.steps}
        return outcome

    def note(self, name: str) -> None:
        releases = Releases(self.shop.project.state)
        self.seen[name] = history(self.shop.project)
        self.folders[name] = releases.path(releases.current().release_id)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    files = {"regulars.yaml": SETTINGS, "sales.csv": sales()}
    told = Story(small_project(tmp_path_factory.mktemp("life") / "shop", files))
    told.chapter("quick", as_of=date(2024, 7, 1), quick=True, plots=False)
    told.chapter("quick again", as_of=date(2024, 7, 1), quick=True, plots=False)
    told.chapter("early", as_of=date(2024, 7, 1))
    told.chapter("quick later", as_of=date(2024, 8, 15), quick=True, plots=False)
    told.chapter("later", as_of=date(2024, 8, 15))
    told.shop.change("recall: 0.0", "recall: 1.0, precision: 1.0")
    told.chapter("rejected", as_of=date(2024, 8, 15))
    told.hour += 1
    roll_back(told.shop.project, clock=told.clock)
    told.chapter(
        "rolled back", as_of=date(2024, 8, 15), only=["score", "stage", "report", "publish"]
    )
    told.advice = advise_project(told.shop.project, clock=told.clock)
    return told


def champion(story: Story, chapter: str) -> str:
    return str(story.seen[chapter]["champion"])


def manifest(story: Story, chapter: str) -> dict[str, Any]:
    text = (story.folders[chapter] / "manifest.json").read_text("utf-8")
    return dict(json.loads(text))


def test_a_quick_run_publishes_without_learning_and_names_what_is_missing(story: Story) -> None:
    statuses = story.statuses["quick"]
    learning = {name for name, status in statuses.items() if status == StepStatus.DEFERRED}
    assert learning == {"train", "value"}
    assert set(statuses.values()) == {StepStatus.DONE, StepStatus.DEFERRED}
    assert manifest(story, "quick")["not_yet_computed"] == ["churn_score", "customer_values"]
    profile = pq.read_table(story.folders["quick"] / "customer_360_profile.parquet")
    assert profile["churn_probability"].null_count == profile.num_rows
    assert profile["predicted_value"].null_count == profile.num_rows
    assert (story.folders["quick"] / "report.html").exists()


def test_a_quick_run_again_skips_everything(story: Story) -> None:
    assert set(story.statuses["quick again"].values()) == {StepStatus.SKIPPED}


def test_the_run_after_a_quick_one_adds_only_what_was_missing(story: Story) -> None:
    ran = {name for name, status in story.statuses["early"].items() if status == StepStatus.DONE}
    assert ran == {"train", "value", "score", "stage", "report", "publish"}
    assert manifest(story, "early")["not_yet_computed"] == []


def test_a_quick_run_scores_with_the_champion_that_is_there(story: Story) -> None:
    assert story.results["quick later"]["train"].facts["champion"] == champion(story, "early")
    scored = story.results["quick later"]["score"]
    assert scored.facts["estimator_id"] == champion(story, "early")
    assert scored.counts["customers"] > 0
    assert manifest(story, "quick later")["not_yet_computed"] == ["customer_values"]


def test_a_quick_run_is_not_told_its_steps(story: Story) -> None:
    with pytest.raises(SettingsError, match="--quick chooses the steps"):
        story.chapter("never", quick=True, only=["train"])


def test_the_first_candidate_that_passes_becomes_the_champion(story: Story) -> None:
    (only,) = story.seen["early"]["estimators"]
    assert only["status"] == "champion"
    assert only["estimator_id"] == champion(story, "early")


def test_a_later_run_learns_from_more_and_the_one_before_retires(story: Story) -> None:
    assert champion(story, "later") != champion(story, "early")
    assert [one["status"] for one in story.seen["later"]["estimators"]] == ["champion", "retired"]


def test_scores_are_held_against_what_happened_once_their_window_closed(story: Story) -> None:
    assert story.seen["early"]["backtests"] == []
    (found,) = story.seen["later"]["backtests"]
    assert found["as_of"] == "2024-07-01"
    assert found["outcome_to"] == "2024-07-31"
    assert found["estimator_id"] == champion(story, "early")
    assert abs(found["predicted"] - found["observed"]) < 0.25


def test_scores_are_kept_only_until_their_window_has_closed(story: Story) -> None:
    days = story.shop.column("select distinct cast(as_of as date) from ml.churn_scores_history")
    assert days == [date(2024, 8, 15)]


def test_a_rejected_candidate_does_not_replace_the_champion_and_the_run_says_so(
    story: Story,
) -> None:
    assert champion(story, "rejected") == champion(story, "later")
    newest = story.seen["rejected"]["estimators"][0]
    assert newest["status"] == "rejected"
    result = story.results["rejected"]["train"]
    assert result.reason is Reason.REJECTED
    assert result.facts["estimator_id"] == newest["estimator_id"]
    assert result.facts["champion"] == champion(story, "later")
    assert "precision: " in str(result.facts["detail"])


def test_rolling_back_scores_with_the_champion_before(story: Story) -> None:
    assert champion(story, "rolled back") == champion(story, "early")
    scored = story.results["rolled back"]["score"]
    assert scored.facts["estimator_id"] == champion(story, "early")
    assert story.seen["rolled back"]["promotions"][0]["why"].startswith("rolled back from")


def test_an_estimator_of_another_definition_cannot_be_promoted(story: Story) -> None:
    story.shop.change("horizon: 30", "horizon: 20")
    try:
        with pytest.raises(SettingsError, match="another churn definition"):
            promote(story.shop.project, champion(story, "later"), clock=story.clock)
    finally:
        story.shop.change("horizon: 20", "horizon: 30")


def test_a_release_holds_the_files_that_people_read(story: Story) -> None:
    folder = story.folders["later"]
    figures = json.loads((folder / "metrics.json").read_text("utf-8"))
    metadata = json.loads((folder / "model_run_metadata.json").read_text("utf-8"))
    churn = json.loads((folder / "churn.json").read_text("utf-8"))
    assert figures["roc_auc"] == metadata["metrics"]["roc_auc"]["value"]
    assert metadata["status"] == "champion"
    assert churn["drift"]["inputs"]
    assert churn["backtests"][0]["as_of"] == "2024-07-01"
    assert (folder / "card.md").read_text("utf-8").startswith("# Churn estimator")
    scored = pq.read_table(folder / "predictions.parquet")
    assert set(scored["as_of"].to_pylist()) == {datetime(2024, 7, 16)}


def test_model_runs_are_a_table_and_in_the_release(story: Story) -> None:
    table = pq.read_table(story.folders["rolled back"] / "model_runs.parquet")
    assert sorted(table["status"].to_pylist()) == ["champion", "rejected", "retired"]


def test_values_are_net_of_refunds(story: Story) -> None:
    table = "select {} from serving.customer_scored where customer_id = 'returns'"
    assert story.shop.rows(table.format("value_if_stays, predicted_value")) == [(0.0, None)]


def test_everyone_else_has_a_value_with_its_horizon_and_width(story: Story) -> None:
    row = story.shop.records(
        "select * from serving.customer_360_profile where customer_id = 'orders'"
    )[0]
    assert row["value_horizon"] == "365 days"
    assert row["predicted_value_low"] <= row["predicted_value"] <= row["predicted_value_high"]
    # Equal where nobody was seen to drop out: then everybody is expected to stay.
    assert row["predicted_value"] <= row["value_if_stays"]
    assert row["has_little_history"] is False


def test_shops_have_no_time_to_churn_and_say_why(story: Story) -> None:
    found = json.loads((story.folders["later"] / "value.json").read_text("utf-8"))
    assert "end on a known day" in found["lifetimes"]["why_none"]


def test_the_advice_fits_a_shop_and_names_its_cost(story: Story) -> None:
    assert story.advice is not None
    assert story.advice.kind == "silence"
    assert story.advice.horizon in (30, 60, 90)
    assert "of them came back within" in story.advice.cost
    assert json.loads((story.folders["later"] / "advice.json").read_text("utf-8"))["kinds"]


def test_who_always_pays_the_same_at_the_same_pace_is_noticed(story: Story) -> None:
    assert story.advice is not None
    assert story.advice.automated is not None
    assert story.advice.automated.customers == 1
