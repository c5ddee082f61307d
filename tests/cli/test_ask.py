"""`regulars ask` on the terminal: answers, follow-ups, replay, kept questions, refusals."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli.app import app
from regulars.core.errors import DataError, UnknownName
from regulars.insights.asking.memory import KEPT_FILE
from tests.questioned_release import QuestionedRelease


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return QuestionedRelease().project(tmp_path / "shop")


def ask(root: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["--project", str(root), "ask", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def test_an_answer_has_a_sentence_a_table_and_how_it_was_computed(shop: Path) -> None:
    lines = ask(shop, "sales by segment in May", "--sql").splitlines()
    assert lines[0].startswith("Sales by segment from 1 May 2024 to 31 May 2024: highest Champions")
    assert any(line.split()[:2] == ["Champions", "£150.00"] for line in lines)
    assert any("select" in line for line in lines)


def test_a_follow_up_and_a_replay_compute_the_same_as_the_whole_question(shop: Path) -> None:
    whole = json.loads(ask(shop, "sales by segment in May", "--json"))
    ask(shop, "sales in May")
    followed = json.loads(ask(shop, "and by segment?", "--continue", "--json"))
    replayed = json.loads(ask(shop, "--replay", whole["id"], "--json"))
    assert followed["rows"] == whole["rows"] == replayed["rows"]
    assert replayed["sql"] == whole["sql"]


def test_the_table_alone_is_csv(shop: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(shop, "sales by segment in May", "--csv"))))
    assert rows == [
        {"segment": "Champions", "sales": "150"},
        {"segment": "Lost", "sales": "50"},
    ]


def test_kept_words_mean_the_last_question_from_then_on(shop: Path) -> None:
    with pytest.raises(DataError):
        ask(shop, "our darlings")
    first = json.loads(ask(shop, "customers at high risk in Oslo", "--json"))
    ask(shop, "--keep", "our darlings")
    assert json.loads(ask(shop, "Our darlings?", "--json"))["rows"] == first["rows"]
    assert json.loads(ask(shop, "--check", "--json")) == [
        {"question": "our darling", "problem": None}
    ]


def test_a_kept_question_that_lost_its_answer_fails_the_check(shop: Path) -> None:
    (shop / KEPT_FILE).write_text("questions: {gone: {metrics: [{name: gone}]}}")
    with pytest.raises(DataError, match="gone"):
        ask(shop, "--check")


def test_without_a_question_there_are_suggestions(shop: Path) -> None:
    assert "How many customers are at high risk?" in ask(shop)


def test_nothing_to_follow_or_to_replay_is_an_error(shop: Path) -> None:
    with pytest.raises(UnknownName):
        ask(shop, "and by city?", "--continue")
    with pytest.raises(UnknownName):
        ask(shop, "--replay", "../../secret")
