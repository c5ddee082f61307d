"""Projects in a notebook: of files, whose cell runs twice; questions; what a run says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

import regulars
from regulars.core.settings import PROJECT_FILE
from tests.cli.test_init import ORDERS, PEOPLE, QUESTION


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder with two exports."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "customers.csv").write_text(PEOPLE)
    (folder / "orders.csv").write_text(ORDERS)
    return folder


def test_a_cell_that_runs_twice_keeps_its_file_and_an_edited_file_is_never_replaced(
    exports: Path, tmp_path: Path
) -> None:
    project = regulars.init(exports, folder=tmp_path / "shop")
    assert "each row of orders" in repr(project)
    assert "Nothing is published yet" in repr(project)
    assert project.preview().sales == 60
    file = project.folder / PROJECT_FILE
    before = file.read_text("utf-8")
    assert regulars.init(exports, folder=tmp_path / "shop").name == project.name
    assert file.read_text("utf-8") == before
    file.write_text(f"{before}# mine\n", "utf-8")
    with pytest.raises(regulars.Error, match="another project file already"):
        regulars.init(exports, folder=tmp_path / "shop")
    regulars.init(exports, folder=tmp_path / "shop", replace=True)
    assert file.read_text("utf-8") == before


def test_an_editor_finds_the_schema_that_the_first_line_names(
    exports: Path, tmp_path: Path
) -> None:
    folder = regulars.init(exports, folder=tmp_path / "shop").folder
    text = (folder / PROJECT_FILE).read_text("utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(.+)\n", text)
    assert named
    schema = json.loads((folder / named[1]).read_text("utf-8"))
    jsonschema.validate(yaml.safe_load(text), schema)
    with pytest.raises(jsonschema.ValidationError, match="'curency' was unexpected"):
        jsonschema.validate(yaml.safe_load(text) | {"curency": "EUR"}, schema)


def test_other_files_do_not_replace_the_file_of_these(exports: Path, tmp_path: Path) -> None:
    regulars.init(exports, folder=tmp_path / "shop")
    other = tmp_path / "other"
    other.mkdir()
    (other / "orders.csv").write_text(ORDERS)
    with pytest.raises(regulars.Error, match="Name another `folder`"):
        regulars.init(other, folder=tmp_path / "shop")


@pytest.fixture
def open_project(shop: Path, tmp_path: Path) -> regulars.Project:
    """A project whose file has two open questions."""
    text = (shop / PROJECT_FILE).read_text("utf-8")
    (tmp_path / PROJECT_FILE).write_text(f"{text}timezone: UTC\n{QUESTION}", "utf-8")
    return regulars.load(tmp_path)


def test_open_questions_are_listed_with_their_answers_and_refuse_a_run(
    open_project: regulars.Project,
) -> None:
    assert [question.key for question in open_project.questions] == ["currency", "zone"]
    with pytest.raises(regulars.Error, match="2 francs, and returns") as refusal:
        open_project.run()
    assert "zone: which time zone?" in str(refusal.value)
    assert "project.answer(KEY=NUMBER)" in str(refusal.value)
    assert "francs" in repr(open_project)
    assert not (open_project.folder / ".regulars").exists()


@pytest.mark.parametrize("paris", [2, "Paris", "paris"])
def test_a_question_is_answered_by_number_or_by_words(
    open_project: regulars.Project, paris: int | str
) -> None:
    assert open_project.answer(zone=paris, currency=1).questions == ()
    assert open_project.settings.timezone == "Europe/Paris"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"zone": 3}, "there is no answer 3; the answers are: 1 UTC; 2 Paris"),
        ({"zone": "Oslo"}, "the answers are: 1 UTC; 2 Paris"),
        ({"zones": 1}, "did you mean 'zone'"),
    ],
)
def test_an_answer_that_is_none_lists_those_there_are(
    open_project: regulars.Project, answers: dict[str, int | str], why: str
) -> None:
    with pytest.raises(regulars.Error, match=why):
        open_project.answer(**answers)


def test_nothing_published_says_what_to_do(open_project: regulars.Project) -> None:
    with pytest.raises(regulars.Error, match="nothing has been published"):
        open_project.release  # noqa: B018
    assert len(open_project.releases) == 0
    assert open_project.status.release is None


@pytest.mark.slow
def test_a_demo_company_is_run_and_a_second_run_skips_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = regulars.demo("retail", tmp_path / "demo", customers=200)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines][:3] == ["land", "clean", "check"]
    assert lines[-1].startswith("publish")
    assert len(project.release.customers) == 200
    assert project.status.stale == ()
    outcome = project.run(quiet=True)
    assert outcome.is_unchanged
    assert capsys.readouterr().out == ""
    assert "nothing changed since" in repr(outcome)
    result = project.evaluate(regulars.churn.Classifier("logistic"))
    assert "Tested once at" in result.how_tested
