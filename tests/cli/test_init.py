"""`regulars init` as people meet it: what it says, asks, writes and leaves alone."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pexpect
import pytest
import yaml
from typer.testing import CliRunner, Result

from regulars.cli import state
from regulars.cli.app import app
from regulars.core.errors import RegularsError, SettingsError, SourceError

PEOPLE = "customer_id,email,country,signup_date\n" + "".join(
    f"{who},{who}@example.org,NL,2022-0{month}-01\n"
    for month, who in enumerate(("anna", "ben", "chloe", "dan", "eve"), start=1)
)
ORDERS = "order_id,customer_id,order_date,total\n" + "".join(
    f"{1000 + n},{('anna', 'ben', 'chloe', 'dan', 'eve')[n % 5]},2024-{1 + n % 6:02}-{1 + n % 28:02},{n}.50\n"
    for n in range(60)
)
QUESTION = """
questions:
  - key: currency
    ask: the files name no currency; which one is it?
    answers:
      - {say: euros, set: {currency: EUR}}
      - {say: "francs, and returns are below zero", set: {currency: CHF, churn.horizon: 30}}
  - key: zone
    ask: which time zone?
    answers: [{say: UTC, set: {timezone: UTC}}, {say: Paris, set: {timezone: Europe/Paris}}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with two exports, and a project folder beside it."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "customers.csv").write_text(PEOPLE)
    (exports / "orders.csv").write_text(ORDERS)
    return tmp_path


def init(folder: Path, *words: str) -> Result:
    state.options = state.Options()
    return CliRunner().invoke(app, ["init", "-p", str(folder), *words])


def written(folder: Path) -> dict[str, object]:
    settings: dict[str, object] = yaml.safe_load((folder / "regulars.yaml").read_text())
    return settings


def open_project(shop: Path) -> Path:
    """A project whose file has two open questions."""
    project = shop / "open"
    assert init(project, str(shop / "exports"), "--no-input").exit_code == 0
    file = project / "regulars.yaml"
    file.write_text(file.read_text().replace("\ntimezone:", f"{QUESTION}\ntimezone:", 1))
    return project


def test_init_ends_with_what_it_understood_and_a_preview_in_the_numbers_of_a_run(
    shop: Path,
) -> None:
    result = init(shop / "new", str(shop / "exports"), "--no-input")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "5 customers, 60 sales, 0 refunds, net 1,800.00 EUR, 2024-01-01 to 2024-06-26" in lines
    assert any(line.split() == ["2024-06", "10", "5", "325.00"] for line in lines)
    assert "anna@" not in result.stdout
    assert written(shop / "new")["version"] == 1


def test_json_tells_the_whole_reasoning_as_one_object(shop: Path) -> None:
    answer = json.loads(init(shop / "new", str(shop / "exports"), "--json").stdout)
    assert answer["settings"]["entities"]["transactions"]["columns"]["amount"] == "total"
    assert answer["preview"]["net_amount"] == 1800.0
    assert len(answer["preview"]["customers"]) == 5
    assert answer["reasons"]["churn.kind"]
    assert {"questions", "probable", "notes", "reasoning", "preview_error"} <= answer.keys()


def test_json_tells_the_settings_after_the_answers(shop: Path) -> None:
    answer = json.loads(init(open_project(shop), "--json", "--answer", "currency=2").stdout)
    assert answer["settings"]["currency"] == "CHF"
    assert answer["settings"]["churn"]["horizon"] == 30
    assert "questions" not in answer["settings"]
    assert [question["key"] for question in answer["questions"]] == ["zone"]


def test_init_alone_reads_the_files_beside_it(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "exports")
    state.options = state.Options()
    assert CliRunner().invoke(app, ["init", "--no-input"]).exit_code == 0
    sources = written(shop / "exports")["sources"]
    assert {source["path"] for source in sources.values()} == {"customers.csv", "orders.csv"}  # type: ignore[attr-defined]


def test_an_empty_folder_is_said_with_what_to_do(tmp_path: Path) -> None:
    error = init(tmp_path, "--no-input").exception
    assert isinstance(error, SourceError)
    assert "regulars init ~/exports" in str(error)
    assert not (tmp_path / "regulars.yaml").exists()


@pytest.mark.parametrize("paths", [[], ["."]])
def test_an_answer_by_number_changes_the_file_in_place(shop: Path, paths: list[str]) -> None:
    project = open_project(shop)
    assert init(project, *paths, "--answer", "currency=2", "--answer", "zone=2").exit_code == 0
    settings = written(project)
    assert (settings["currency"], settings["timezone"]) == ("CHF", "Europe/Paris")
    assert settings["churn"]["horizon"] == 30  # type: ignore[index]
    assert "questions" not in settings


@pytest.mark.parametrize("words", ["currency", "currency=x", "currency=3", "curency=1"])
def test_an_answer_that_is_none_changes_nothing(shop: Path, words: str) -> None:
    project = open_project(shop)
    before = (project / "regulars.yaml").read_text()
    assert isinstance(init(project, "--answer", words).exception, SettingsError)
    assert (project / "regulars.yaml").read_text() == before


def test_open_questions_are_listed_where_nobody_can_be_asked(shop: Path) -> None:
    project = open_project(shop)
    result = init(project)
    assert result.exit_code == 0
    assert "--answer currency=2" in result.stdout
    assert "refuses the file while 2 questions are open" in result.stdout


def test_init_again_shows_what_new_files_would_change_and_changes_nothing(shop: Path) -> None:
    project, exports = shop / "new", shop / "exports"
    assert init(project, str(exports), "--no-input").exit_code == 0
    assert "ask for no change" in init(project, str(exports)).stdout
    file = project / "regulars.yaml"
    edited = file.read_text().replace("horizon: ", "horizon: 1")
    file.write_text(edited)
    (exports / "customers.csv").write_text(
        PEOPLE.replace("country", "city").replace(
            "anna,anna@example.org,NL", "anna,anna@example.org,Delft"
        )
    )
    result = init(project, str(exports), "--write-beside")
    assert result.exit_code == 0
    assert file.read_text() == edited
    added = [line for line in result.stdout.splitlines() if line.startswith("+ ")]
    assert [line.split()[1] for line in added] == ["city:"]
    beside = yaml.safe_load((project / "regulars.new.yaml").read_text())
    assert beside["churn"]["horizon"] == yaml.safe_load(edited)["churn"]["horizon"]
    assert "city" in beside["entities"]["customers"]["attributes"]


def test_a_recipe_never_replaces_a_project_file(shop: Path) -> None:
    project = open_project(shop)
    assert isinstance(init(project, "--recipe", "retail").exception, RegularsError)


def terminal(project: Path, *words: str) -> pexpect.spawn[str]:
    """The command at a terminal of 80 columns."""
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    environment.pop("COLUMNS", None)
    return pexpect.spawn(
        sys.executable,
        ["-m", "regulars.cli.app", "init", *words], cwd=project,
        dimensions=(50, 80), encoding="utf-8", timeout=60, env=environment,
        # A test run in the background ignores interruptions, and would hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_at_a_terminal_every_open_question_is_asked_with_what_each_answer_means(
    shop: Path,
) -> None:
    project = open_project(shop)
    screen = terminal(project)
    screen.expect("Question 1 of 2")
    screen.expect("net 1,800.00 EUR")
    screen.expect("net 1,800.00 CHF")
    screen.expect("Answer .*: ")
    screen.sendline("?")
    screen.expect("churn.horizon")
    screen.expect("Answer .*: ")
    screen.sendline("9")
    screen.expect("Answer .*: ")
    screen.sendline("2")
    screen.expect("Question 2 of 2")
    screen.expect("Answer .*: ")
    screen.sendline("s")
    screen.expect("refuses the file while 1 question is open")
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 0
    settings = written(project)
    assert settings["currency"] == "CHF"
    assert [question["key"] for question in settings["questions"]] == ["zone"]  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_enter_takes_the_first_answer_and_lines_fit_the_terminal(shop: Path) -> None:
    project = open_project(shop)
    screen = terminal(project)
    for _ in range(2):
        screen.expect("Answer .*: ")
        screen.sendline("")
    screen.expect(pexpect.EOF)
    screen.close()
    assert "questions" not in written(project)
    assert max(len(line) for line in str(screen.before).splitlines()) <= 80


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_dialogue_that_is_broken_off_leaves_a_file_with_what_is_open(shop: Path) -> None:
    project = open_project(shop)
    screen = terminal(project)
    screen.expect("Answer .*: ")
    screen.sendintr()
    screen.expect(pexpect.EOF)
    screen.close()
    assert screen.exitstatus == 130
    assert len(written(project)["questions"]) == 2  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_without_input_nothing_is_asked_at_a_terminal(shop: Path) -> None:
    screen = terminal(open_project(shop), "--no-input")
    screen.expect(pexpect.EOF)
    assert "Answer (" not in str(screen.before)
    screen.close()
    assert screen.exitstatus == 0
