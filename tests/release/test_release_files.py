"""Files of a release: written and read as typed models, migrated from format 1, or refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import ReleaseError
from regulars.release.advice_report import ChurnAdvice
from regulars.release.churn_report import ChurnReport, EstimatorRun, TrainingReport
from regulars.release.contract import FORMAT, ReleaseFile
from regulars.release.project_facts import ProjectFacts, ReleaseManifest
from regulars.release.release_files import as_text, read_file, write_file
from regulars.release.scoring_bundle import ScoringBundle
from regulars.release.value_report import ValueReport

OLD = Path(__file__).parent / "format_1"
KINDS: tuple[type[ReleaseFile], ...] = (
    ReleaseManifest, ProjectFacts, ChurnReport, EstimatorRun, ValueReport, ChurnAdvice,
)  # fmt: skip
FOLDERS = ("silence", "labelled")


def old(kind: type[ReleaseFile], folder: str) -> Any:
    found = read_file(kind, OLD / folder)
    assert found is not None
    return found


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_format_1_is_read_and_written_anew_under_todays_names(
    kind: type[ReleaseFile], folder: str, tmp_path: Path
) -> None:
    migrated = old(kind, folder)
    assert migrated.format == FORMAT
    write_file(tmp_path, migrated)
    assert read_file(kind, tmp_path) == migrated


def test_the_churn_report_of_format_1_keeps_every_figure() -> None:
    before = json.loads((OLD / "silence" / "churn.json").read_text("utf-8"))
    report: ChurnReport = old(ChurnReport, "silence")
    assert [score.kind for score in report.scoreboard.rows][:2] == ["champion", "member"]
    auc = before["scoreboard"]["rows"][0]["metrics"]["roc_auc"]
    assert report.scoreboard.rows[0]["roc_auc"].model_dump() == auc
    assert len(report.scoreboard.subgroups) == len(before["scoreboard"]["slices"])
    for name, point in zip(("promised", "seen"), ("predicted", "observed"), strict=True):
        assert [one[name] for one in before["curves"]["calibration"]] == [
            getattr(one, point) for one in report.curves.calibration
        ]
    assert report.confusion is not None
    assert report.confusion.true_positives == before["confusion"]["called_and_churned"]
    assert [one.is_within_interval for one in report.segment_calibration] == [
        one["kept"] for one in before["segments"]
    ]
    assert report.money_on_test is not None
    assert report.money_on_test.profit == before["money_tested"]["profit"]
    assert report.drift is not None
    assert {line.verdict for line in report.drift.inputs} <= {"stable", "moderate", "major"}
    assert report.estimator is not None
    assert report.estimator.has_files == before["estimator"]["kept"]
    assert report.trainings[0].metrics == before["history"][0]["metrics"]


def test_the_value_report_of_format_1_has_a_horizon_of_periods_and_groups_of_members() -> None:
    value: ValueReport = old(ValueReport, "labelled")
    assert value.horizon is not None
    assert (value.horizon.periods, value.horizon.unit, value.horizon.words) == (
        12, "month", "12 months",
    )  # fmt: skip
    assert [curve.group for curve in value.lifetimes.curves][:1] == ["Month-to-month"]
    assert value.lifetimes.members == 2204


def test_the_project_of_format_1_keeps_what_readers_need() -> None:
    project: ProjectFacts = old(ProjectFacts, "silence")
    assert project.churn is not None
    assert (project.churn_kind, project.churn.horizon) == ("silence", 90)
    assert project.value_column == "net_amount_365d"
    assert project.attributes is None


def test_the_scoring_bundle_of_format_1_names_its_tables() -> None:
    bundle = read_file(ScoringBundle, OLD / "labelled")
    assert bundle is not None
    assert "customer_id" in bundle.posted_columns["customers"]
    assert set(bundle.ops_tables) == {"run_context", "cutoffs", "batches", "new_batches"}
    assert bundle.caps["customers"]["tenure"].max == 72


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_file(ChurnReport, tmp_path) is None


@pytest.mark.parametrize("kind", [*KINDS, ScoringBundle, TrainingReport])
def test_a_file_of_a_newer_version_asks_for_an_upgrade(
    kind: type[ReleaseFile], tmp_path: Path
) -> None:
    (tmp_path / kind.file_name).write_text(json.dumps({"format": FORMAT + 1}), "utf-8")
    with pytest.raises(ReleaseError, match="newer version") as refused:
        read_file(kind, tmp_path)
    assert "pip install --upgrade regulars" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "AttributeError"),
        ('{"format": 2, "kind": "silence"}', "label: Field required"),
        ('{"format": 2, "promised": 1}', "kind: Field required"),
        ('{"audit": [{"input": "x"}], "drift": {"inputs": [{}]}}', "KeyError"),
    ],
)
def test_a_damaged_file_is_named_with_the_command_that_helps(
    tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "churn.json").write_text(text, "utf-8")
    with pytest.raises(ReleaseError) as refused:
        read_file(ChurnReport, tmp_path)
    assert says in str(refused.value)
    assert "regulars run --resume-from stage" in str(refused.value)


def test_a_misspelt_field_is_refused(tmp_path: Path) -> None:
    content = json.loads((OLD / "silence" / "manifest.json").read_text("utf-8"))
    del content["synthetic"]
    (tmp_path / "manifest.json").write_text(
        json.dumps({**content, "format": FORMAT, "fallbacks": []}), "utf-8"
    )
    with pytest.raises(ReleaseError, match="fallbacks"):
        read_file(ReleaseManifest, tmp_path)


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    facts: ProjectFacts = old(ProjectFacts, "silence")
    first = write_file(tmp_path, facts).read_bytes()
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    assert write_file(tmp_path, facts).read_bytes() == first


def test_the_order_in_which_tables_were_written_changes_no_byte(tmp_path: Path) -> None:
    manifest = old(ReleaseManifest, "silence")
    tables = {"churn_labels": 3, "dim_customer": 2}
    texts = {
        as_text(manifest.model_copy(update={"tables": dict(order)}))
        for order in (tables.items(), reversed(tables.items()))
    }
    assert len(texts) == 1


def test_a_project_of_format_2_had_its_costs_with_churn(tmp_path: Path) -> None:
    content = {
        "format": 2,
        "project": "shop",
        "churn": {"kind": "silence", "contact_cost": 3.0, "offer_cost": None, "save_rate": 0.5},
    }
    (tmp_path / "project.json").write_text(json.dumps(content))
    project = read_file(ProjectFacts, tmp_path)
    assert project is not None
    assert (project.contacts.contact_cost, project.contacts.save_rate) == (3.0, 0.5)
    assert (project.contacts.offer_cost, project.contacts.assumed) == (0.0, ("offer_cost",))
    assert project.churn is not None
    assert project.churn.kind == "silence"


def test_the_same_facts_give_the_same_bytes_in_whatever_order_they_were_found() -> None:
    labels = {"plan": "Tarif", "city": "Stadt"}
    one = ProjectFacts(project="shop", attribute_labels=labels)
    other = ProjectFacts(project="shop", attribute_labels=dict(reversed(labels.items())))
    assert as_text(one) == as_text(other)
