"""The report of a run: every stage with status, duration, error and metadata, by a schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from regulars.core.errors import DataError, RegularsError
from regulars.flows.run_report import REPORT, SUMMARY, pipeline_report
from regulars.flows.session import session
from regulars.flows.steps import NAMES
from regulars.insights.pipeline_report import report_schema, summary_of
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import Releases
from tests.small_projects import NOON, SmallProject


def valid(report: dict[str, object]) -> bool:
    Draft202012Validator.check_schema(report_schema())
    return Draft202012Validator(report_schema()).is_valid(report)


def written(shop: SmallProject) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((shop.project.state / REPORT).read_text())
    return found


def test_a_run_reports_every_stage_and_the_second_one_what_it_skipped(shop: SmallProject) -> None:
    shop.run("land")
    first = written(shop)
    assert valid(first)
    assert list(first["stage_results"]) == list(NAMES)
    land = pipeline_report(shop.project)["stage_results"]["land"]
    assert (land["status"], land["success"], land["error"]) == ("done", True, None)
    assert land["execution_time"] > 0
    assert "4 rows" in land["metadata"]["note"]
    assert pipeline_report(shop.project)["stage_results"]["clean"]["status"] == "not run"
    shop.run("land")
    again = pipeline_report(shop.project)
    assert again["stage_results"]["land"]["status"] == "skipped"
    assert valid(again)
    earlier = first["execution_summary"]["run_id"]
    assert pipeline_report(shop.project, str(earlier)) == first


def test_a_failed_stage_tells_its_error_and_the_run_says_so(shop: SmallProject) -> None:
    (shop.folder / "sales.csv").unlink()
    with pytest.raises(RegularsError):
        shop.run()
    report = written(shop)
    assert valid(report)
    assert report["execution_summary"]["as_of"] is None
    land = pipeline_report(shop.project)["stage_results"]["land"]
    assert (land["status"], land["success"]) == ("failed", False)
    assert "sales" in land["error"]
    assert land["metadata"]["note"] is None
    assert "sales" in str(report["execution_summary"]["error"])
    assert report["release"] is None


def test_the_text_has_a_line_for_each_stage(shop: SmallProject) -> None:
    shop.run("land")
    text = (shop.project.state / SUMMARY).read_text()
    assert text.startswith("corner shop: run 20240701T120000.000 done in 0.0 s\n")
    assert "land      done" in text
    assert "1 done, 10 not run" in text
    assert summary_of(pipeline_report(shop.project)) == text


def test_an_interrupted_run_is_still_reported_from_the_records(shop: SmallProject) -> None:
    shop.run("land")
    report = pipeline_report(shop.project)
    running = report | {
        "execution_summary": report["execution_summary"]
        | {"status": "interrupted", "end_time": None, "total_execution_time": None}
    }
    assert valid(running)
    assert "interrupted\n" in summary_of(running)


def test_a_run_that_is_not_there_is_refused_with_what_to_do(
    shop: SmallProject, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="nothing has run yet"):
        pipeline_report(shop.project)
    shop.run("land")
    with pytest.raises(DataError, match="there is no run 1999"):
        pipeline_report(shop.project, "1999")


def test_a_run_that_made_a_release_names_it_and_its_day(shop: SmallProject) -> None:
    shop.run("land")
    run_id = pipeline_report(shop.project)["execution_summary"]["run_id"]
    releases = Releases(shop.project.state)
    releases.prepare(run_id)
    releases.seal(
        ReleaseManifest(
            release_id=run_id,
            run_id=run_id,
            project="corner shop",
            created_at="2024-07-01",
            as_of="2024-06-22",
            tables={"a": 4},
        )
    )
    report = pipeline_report(shop.project)
    assert valid(report)
    assert report["execution_summary"]["as_of"] == "2024-06-22"
    assert report["release"] == {"release_id": run_id, "is_current": False, "tables": {"a": 4}}
    assert "looking back from 2024-06-22" in summary_of(report)


def test_the_newest_run_with_stages_is_reported(shop: SmallProject) -> None:
    shop.run("land")
    with session(shop.project, "regulars churn compare", lambda: NOON):
        pass
    assert pipeline_report(shop.project)["execution_summary"]["command"] == "regulars run"
