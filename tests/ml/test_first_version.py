"""Estimators that the first version stored: its champion goes on scoring, without its sentences."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.core.errors import DataError
from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame
from regulars.ml.leakage import LeakageWaiver
from regulars.ml.registry import FORMAT, Registry
from regulars.ml.registry_migration import recovered_definition
from regulars.ml.splits import TrainingCutoff

# Written by commit f470c3e: `second` learned another horizon; people promoted, rolled back, and
# data that came back to what it was made `third` the champion again.
STORED = Path(__file__).parent / "first_version"
EIGHT_WEEKS = ChurnDefinition("silence", "week", horizon=8, activity_window=52)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    shutil.copytree(STORED, tmp_path / "state")
    return Registry(tmp_path / "state")


def stored_index(tmp_path: Path) -> dict[str, object]:
    path = tmp_path / "state" / "estimators" / "churn" / "index.json"
    index: dict[str, object] = json.loads(path.read_text("utf-8"))
    return index


def test_every_record_gets_the_definition_behind_its_sentence(registry: Registry) -> None:
    definitions = {one.estimator_id: one.definition for one in registry.index.estimators}
    thirteen = ChurnDefinition("silence", "week", horizon=13, activity_window=52)
    assert definitions == {"first": EIGHT_WEEKS, "second": thirteen, "third": EIGHT_WEEKS}
    champion = registry.index.champion_record
    assert champion is not None
    assert champion.definition_key == EIGHT_WEEKS.key


def test_the_stored_champion_scores_as_it_did_and_knows_its_definition(registry: Registry) -> None:
    champion = registry.champion()
    keys = pa.table(
        {
            "customer_id": ["anna", "bo", "cleo"],
            "as_of": pa.array([datetime(2024, 4, 22)] * 3, pa.timestamp("us")),
        }
    )
    inputs = pa.table({"recency_days": [5.0, 30.0, 55.0], "orders": [1.0, 1.0, 1.0]})
    customers = Frame(keys, inputs, {"recency_days": "number", "orders": "number"})
    assert champion.predict(customers).tolist() == pytest.approx(
        [0.213315769704, 0.45259922825, 0.834611501934], abs=1e-12
    )
    assert champion.problem.definition == EIGHT_WEEKS
    assert champion.problem.horizon_days == 56
    assert champion.problem.accept == (LeakageWaiver("orders", "anna", "known before the cutoff"),)
    assert champion.plan.test == TrainingCutoff(
        datetime(2024, 2, 26), datetime(2024, 2, 26), datetime(2024, 4, 22)
    )


def test_the_report_of_its_training_can_still_be_read(registry: Registry) -> None:
    report = registry.current_report()
    assert report is not None
    assert (report.champion, report.shipped, report.rung) == ("blend", "recency", "no_validation")
    assert report.scoreboard.rows[0].kind == "champion"
    assert report.confusion is not None
    assert registry.index.estimators[0].checks[0]["finding"] == "160 rows, 50 needed"


def test_reasons_of_promotions_become_typed_causes(registry: Registry) -> None:
    causes = [one.cause for one in registry.index.promotions]
    assert causes == ["passed_gates", "passed_gates", "by_hand", "rolled_back", "same_origin"]
    assert [one.by_hand for one in registry.index.promotions] == [False, False, True, True, False]


def test_stored_scorings_know_the_definition_of_their_estimator(registry: Registry) -> None:
    scorings = registry.scorings()
    assert [one["definition_key"] for one in scorings] == [EIGHT_WEEKS.key]
    assert "label" not in scorings[0]


def test_reading_changes_nothing_and_the_next_promotion_stores_the_new_format(
    registry: Registry, tmp_path: Path
) -> None:
    before = registry.index
    assert stored_index(tmp_path)["format"] == 1
    registry.promote("third", at="2024-06-06T06:00:00+00:00", why="by hand", cause="by_hand")
    assert stored_index(tmp_path)["format"] == FORMAT
    assert registry.index.estimators[:2] == before.estimators[:2]


def test_an_index_of_a_newer_version_is_refused(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "state" / "estimators" / "churn" / "index.json"
    path.write_text(json.dumps({**stored_index(tmp_path), "format": FORMAT + 1}))
    with pytest.raises(DataError, match="newer version"):
        _ = registry.index


@pytest.mark.parametrize(
    ("sentence", "churn", "definition"),
    [
        (
            "A member has churned when they leave within the 3 months from the cutoff.",
            {"kind": "contractual", "horizon": 3, "gap": 0},
            ChurnDefinition("contractual", "month", horizon=3),
        ),
        (
            "A customer who ever bought has churned when they spend less than 30 % of their own "
            "earlier rate, or nothing, in the 1 day that begin 2 days after the cutoff.",
            {"kind": "decline", "horizon": 1, "gap": 2, "decline_below": 0.3},
            ChurnDefinition("decline", "day", horizon=1, gap=2, decline_below=0.3),
        ),
        (
            "A customer has churned when the delivered label says so; the label has no date.",
            {"kind": "labelled", "horizon": 90, "gap": 0},
            ChurnDefinition("labelled"),
        ),
        ("A sentence that no version wrote.", {"kind": "labelled", "horizon": 9, "gap": 0}, None),
        ("A sentence without settings beside it.", {}, None),
    ],
)
def test_a_sentence_of_the_first_version_is_recognised_to_the_letter(
    sentence: str, churn: dict[str, object], definition: ChurnDefinition | None
) -> None:
    settings = {"activity_window": None, "decline_below": 0.3, **churn} if churn else {}
    assert recovered_definition(sentence, settings) == definition
