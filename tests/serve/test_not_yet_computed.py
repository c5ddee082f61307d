"""A quick run's release: every surface names what is still to come, and none shows it as zero."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.insights.audiences import Audience
from regulars.insights.business_overview import overview
from regulars.insights.customer_values import value_summary
from regulars.insights.exports import write_target_list
from regulars.insights.portfolio import portfolio
from regulars.insights.release_reading import Reading
from regulars.insights.staying import staying
from regulars.serve.reports.report import write_report_of
from tests.cli.test_answers import publish
from tests.small_release import SmallRelease, person

PEOPLE = [
    person("anna"),
    person("ben", segment="Lost"),
    person("dora", left_at=datetime(2024, 5, 1)),
]
BOTH = "Not yet computed: churn scores and predicted customer values. `regulars run` computes"


def quick_release() -> SmallRelease:
    return SmallRelease(customers=PEOPLE, churn=None, not_yet=("churn_score", "customer_values"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose current release is that of a quick run."""
    root = tmp_path_factory.mktemp("quick")
    publish(quick_release(), root)
    return root


@pytest.fixture(scope="module")
def reading(shop: Path) -> Reading:
    return Reading(next((shop / ".regulars" / "releases").glob("*/manifest.json")).parent)


@pytest.mark.parametrize(
    "words", ["segments", "churn", "value", "top", "explain anna", "campaign", "--json churn"]
)
def test_each_answer_in_the_terminal_names_it_first(shop: Path, words: str) -> None:
    answer = CliRunner().invoke(app, ["--project", str(shop), *words.split()])
    assert answer.stderr.startswith(BOTH)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("churn", "Churn scores are not yet computed: `regulars run` computes them."),
        ("top", "Churn scores are not yet computed"),
        ("value", "Predicted customer values are not yet computed"),
        ("explain anna", "churn scores are not yet computed"),
        ("campaign", "Churn scores are not yet computed"),
    ],
)
def test_an_answer_says_what_it_lacks_and_what_computes_it(
    shop: Path, words: str, what: str
) -> None:
    answer = CliRunner().invoke(app, ["--project", str(shop), *words.split()])
    assert what in answer.stdout
    assert "not eligible" not in answer.stdout
    assert "defines no churn" not in answer.stdout


def test_who_has_left_has_no_score_for_that_reason(shop: Path) -> None:
    answer = CliRunner().invoke(app, ["--project", str(shop), "explain", "dora"])
    assert "not scored: this customer has left already." in answer.stdout


def test_figures_of_scores_are_unknown_and_not_zero(reading: Reading) -> None:
    figures, of_all = overview(reading), portfolio(reading, Audience())
    assert figures.not_yet_computed == ("churn scores", "predicted customer values")
    assert (figures.expected_leavers, figures.high_risk, figures.value_at_risk) == (None,) * 3
    assert (of_all.expected_leavers, of_all.high_risk) == (None, None)
    assert "not yet computed" in value_summary(reading).why_none
    assert "not yet computed" in staying(reading).why_none


def test_the_report_names_it_on_its_first_page_in_its_text_and_in_its_facts(
    shop: Path, reading: Reading, tmp_path: Path
) -> None:
    page = write_report_of(quick_release().write(tmp_path / "release"))
    text = page.read_text("utf-8")
    assert text.index("Not yet computed") < text.index('class="tiles"')
    assert '<div class="number">–</div>' in text
    assert "Churn scores are not yet computed" in text
    assert BOTH in page.with_name("summary.txt").read_text("utf-8")
    facts = json.loads(page.with_name("report.json").read_text("utf-8"))
    assert facts["not_yet"].startswith(BOTH)
    assert facts["overview"]["expected_leavers"] is None


def test_an_exported_list_says_so_of_every_customer_who_has_not_left(
    reading: Reading, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    write_target_list(reading, Audience(with_those_who_left=True), path=path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        risks = {row["customer_id"]: row["risk_category"] for row in csv.DictReader(file)}
    assert risks == {"anna": "Not yet computed", "ben": "Not yet computed", "dora": "Not Scored"}
