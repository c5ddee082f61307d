"""Answers on the terminal: readable, pipeable, masked, and the same numbers as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.core.errors import DataError, ReleaseError
from regulars.serve.reports.report import write_report_of
from tests.small_release import ANNA, BEN, CLEO, RELEASE_ID, SmallRelease, churn_report

PROJECT = """
version: 1
project: shop
currency: GBP
sources: {orders: {path: orders.csv}}
entities:
  transactions:
    source: orders
    columns: {customer_id: who, occurred_at: at, amount: paid}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose current release was written by hand."""
    publish(SmallRelease(), tmp_path)
    return tmp_path


def publish(release: SmallRelease, root: Path) -> Path:
    (root / "regulars.yaml").write_text(PROJECT)
    releases = root / ".regulars" / "releases"
    folder = release.write(releases / RELEASE_ID)
    (releases / "CURRENT").write_text(RELEASE_ID)
    return folder


def ask(root: Path, *words: str) -> str:
    found = CliRunner().invoke(app, ["--project", str(root), *words])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0
    return found.stdout


def test_segments_are_a_table_whose_lines_end_with_their_text(shop: Path) -> None:
    lines = ask(shop, "segments").splitlines()
    assert lines[1].split()[:3] == ["Champions", "1", "33.3"]
    assert all(line == line.rstrip() for line in lines)


def test_the_bare_verb_churn_answers(shop: Path) -> None:
    said = ask(shop, "churn")
    assert "buy nothing in 90 days" in said
    assert "Beats days since the last purchase." in said
    assert "optimistic" in said


def test_churn_without_a_score_says_why(tmp_path: Path) -> None:
    publish(SmallRelease(churn=None), tmp_path)
    assert "too few outcomes" in ask(tmp_path, "churn")


def test_explain_masks_personal_data_unless_asked(shop: Path) -> None:
    assert "Anna Berg" not in ask(shop, "explain", "anna")
    assert "Anna Berg" not in ask(shop, "--json", "explain", "anna")
    assert "Anna Berg" in ask(shop, "explain", "anna", "--show-personal")


def test_explain_says_risk_value_and_how_sure(shop: Path) -> None:
    said = ask(shop, "explain", "anna")
    assert "80 of 100, High" in said
    assert "£1,000" in said
    assert "observed 70 % (95 % interval 65 % to 75 %)" in " ".join(said.split())


def test_explain_of_a_customer_out_of_question(shop: Path) -> None:
    assert "not scored" in ask(shop, "explain", "cleo")


def test_explain_globally_tells_drivers_curves_and_kept_promises(tmp_path: Path) -> None:
    point = {"level": "", "low": 0.0, "high": 30.0, "n": 400, "effect": -0.5, "score": 0.2}
    promise = {"by": "value_band", "level": "VIP", "n": 90, "predicted": 0.3, "observed": 0.1,
               "low": 0.05, "high": 0.2}  # fmt: skip
    curve = {"input": "recency_days", "strength": 0.4, "points": [point]}
    report = churn_report(dependence=[curve], segment_calibration=[promise])
    publish(SmallRelease(churn=report), tmp_path)
    said = ask(tmp_path, "explain", "--global")
    assert "0 to 30" in said
    assert "-0.50" in said
    assert said.splitlines()[-1].split()[:2] == ["value", "band:"]
    assert said.endswith("off\n")
    assert json.loads(ask(tmp_path, "--json", "explain", "--global"))["segments"] == [promise]


def test_explain_of_nobody_is_an_error_with_a_hint(shop: Path) -> None:
    with pytest.raises(DataError, match="nearest ids are"):
        ask(shop, "explain", "anne")


def test_top_lists_the_highest_priority_first(shop: Path) -> None:
    lines = ask(shop, "top", "--limit", "1").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("anna")
    assert "£800" in lines[1]


def test_top_of_a_segment_that_is_not_there_names_the_nearest(shop: Path) -> None:
    with pytest.raises(DataError, match="did you mean 'Champions'"):
        ask(shop, "top", "--segment", "champion")


@pytest.mark.parametrize("verb", ["segments", "churn", "top", "explain anna", "report"])
def test_every_answer_is_json_when_asked(shop: Path, verb: str) -> None:
    write_report_of(shop / ".regulars" / "releases" / RELEASE_ID)
    assert json.loads(ask(shop, "--json", *verb.split()))


def test_the_report_is_a_path_that_exists(shop: Path) -> None:
    with pytest.raises(ReleaseError, match="has no report"):
        ask(shop, "report")
    write_report_of(shop / ".regulars" / "releases" / RELEASE_ID)
    assert Path(ask(shop, "report").strip()).is_file()


def test_nothing_published_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(PROJECT)
    with pytest.raises(ReleaseError, match="regulars run"):
        ask(tmp_path, "segments")


def test_signs_that_drive_a_terminal_are_shown_not_obeyed(tmp_path: Path) -> None:
    hostile = ANNA | {"city": "\x1b[31mred[/bold]\n", "segment": "[red]x[/red]"}
    publish(SmallRelease(customers=[hostile, BEN, CLEO]), tmp_path)
    said = ask(tmp_path, "explain", "anna")
    assert "\x1b" not in said
    assert "[31mred[/bold]" in said
    assert "[red]x[/red]" in ask(tmp_path, "segments")
