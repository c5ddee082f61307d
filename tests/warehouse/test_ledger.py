"""Run records: what ran, how it ended, and what still counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regulars.core.step_results import StepOutcome, StepResult, StepStatus, StepWarning, WarningKind
from regulars.warehouse.ledger import Ledger

NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)
ONE_ROW = StepResult(counts={"rows": 1})
FIRST_VERSION = """
create table runs (
    run_id text primary key, command text not null, started_at text not null, ended_at text,
    status text not null, as_of text, error text, version text not null
);
create table run_steps (
    step_id integer primary key autoincrement, run_id text not null, step text not null,
    fingerprint text not null, status text not null, started_at text not null, ended_at text,
    seconds real, note text, made text
);
create index run_steps_by_step on run_steps (step, step_id);
insert into runs values ('r0', 'regulars run', '2024-01-01', null, 'failed', null, 'E: x', '1.0');
insert into run_steps values
    (1, 'r0', 'land', 'f1', 'done', '2024-01-01', '2024-01-01', 1.5, '4 rows', 'o1');
insert into run_steps (step_id, run_id, step, fingerprint, status, started_at, note) values
    (2, 'r0', 'clean', 'f1', 'failed', '2024-01-01', 'the disk is full'),
    (3, 'r0', 'check', 'f1', 'running', '2024-01-01', null);
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path)
    made.start_run("r1", command="regulars run", now=NOON, version="1.0")
    return made


def close(
    ledger: Ledger, number: int, result: StepResult, *, step: str = "land", status: str = "done"
) -> None:
    outcome = StepOutcome(name=step, status=StepStatus(status), seconds=1.5, result=result)
    ledger.end_step(number, outcome, now=NOON)


def end(ledger: Ledger, step: str, status: str, *, run: str = "r1", mark: str = "f1") -> None:
    opened = ledger.start_step(run, step=step, fingerprint=mark, now=NOON)
    close(ledger, opened, ONE_ROW, step=step, status=status)


def test_reading_before_the_first_run_makes_no_file(tmp_path: Path) -> None:
    assert Ledger(tmp_path).runs() == []
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_running_until_it_ends(ledger: Ledger) -> None:
    assert [run.status for run in ledger.runs()] == ["running"]
    ledger.end_run("r1", status="failed", now=NOON, as_of="2024-06-22", error="E: x")
    found = ledger.runs()[0]
    assert (found.status, found.as_of, found.error) == ("failed", "2024-06-22", "E: x")


def test_a_run_that_never_ended_is_called_interrupted_by_the_next(ledger: Ledger) -> None:
    ledger.start_step("r1", step="clean", fingerprint="f1", now=NOON)
    ledger.start_run("r2", command="regulars run", now=NOON + timedelta(hours=1), version="1.0")
    assert [run.status for run in ledger.runs()] == ["running", "interrupted"]
    last = ledger.last_result("clean")
    assert last is not None
    assert last.status == "interrupted"


def test_a_step_that_begins_takes_back_its_former_result(ledger: Ledger) -> None:
    end(ledger, "clean", "done")
    ledger.start_step("r1", step="clean", fingerprint="f1", now=NOON)
    last = ledger.last_result("clean")
    assert last is not None
    assert last.status == "running"


def test_a_skip_leaves_the_former_result_in_force(ledger: Ledger) -> None:
    end(ledger, "clean", "done", mark="f1")
    end(ledger, "clean", "skipped", mark="f2")
    last = ledger.last_result("clean")
    assert last is not None
    assert (last.status, last.fingerprint, last.seconds, last.result) == (
        "done",
        "f1",
        1.5,
        ONE_ROW,
    )


def test_records_of_later_steps_have_greater_numbers(ledger: Ledger) -> None:
    for step in ("land", "clean", "land"):
        end(ledger, step, "done")
    land, clean = ledger.last_result("land"), ledger.last_result("clean")
    assert land is not None
    assert clean is not None
    assert land.step_id > clean.step_id


def test_a_step_that_never_ran_has_no_result(ledger: Ledger) -> None:
    assert ledger.last_result("publish") is None
    assert ledger.steps("r1") == []


def test_the_newest_runs_come_first_and_no_more_than_asked(ledger: Ledger) -> None:
    for number in range(2, 6):
        now = NOON + timedelta(minutes=number)
        ledger.start_run(f"r{number}", command="regulars run", now=now, version="1.0")
    assert [run.run_id for run in ledger.runs(limit=2)] == ["r5", "r4"]


def test_two_runs_of_one_millisecond_have_two_names(ledger: Ledger) -> None:
    first = ledger.new_run_id(NOON)
    ledger.start_run(first, command="regulars run", now=NOON, version="1.0")
    assert first == "20240701T120000.000"
    assert ledger.new_run_id(NOON) == "20240701T120000.001"


def test_a_result_is_read_as_it_was_written(ledger: Ledger) -> None:
    result = StepResult(
        counts={"rows": 3},
        facts={"as_of": "2024-06-22", "roc_auc": 0.5, "is_full_build": True, "champion": None},
        warnings=(StepWarning(kind=WarningKind.DRIFT, subject="recency_days", facts={"psi": 0.3}),),
        artefacts=("report.html",),
        output_fingerprint="o1",
    )
    step = ledger.start_step("r1", step="land", fingerprint="f1", now=NOON)
    close(ledger, step, result)
    last = ledger.last_result("land")
    assert last is not None
    assert last.result == result


def output(ledger: Ledger, *fingerprints: str | None) -> int | None:
    """The number of the record in which the newest output was made first."""
    for fingerprint in fingerprints:
        step = ledger.start_step("r1", step="land", fingerprint="f1", now=NOON)
        result = StepResult(output_fingerprint=fingerprint)
        close(ledger, step, result)
    first = ledger.first_result("land")
    return first and first.step_id


@pytest.mark.parametrize(
    ("fingerprints", "first"),
    [
        (["a"], 1),
        (["a", "a", "a"], 1),
        (["a", "b", "b"], 2),
        (["a", "b", "a"], 3),
        ([None, "a", "a"], 2),
        (["a", None], 2),
    ],
)
def test_an_output_is_as_old_as_the_first_of_its_unbroken_row(
    ledger: Ledger, fingerprints: list[str | None], first: int
) -> None:
    assert output(ledger, *fingerprints) == first


def test_a_record_of_sentences_is_read_and_turned_into_results(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ops.sqlite")) as connection:
        connection.executescript(FIRST_VERSION)
    ledger = Ledger(tmp_path)
    land, clean, check = ledger.steps("r0")
    assert land.result == StepResult(earlier_words="4 rows", output_fingerprint="o1")
    assert (land.output_fingerprint, land.error) == ("o1", None)
    assert (clean.status, clean.result, clean.error) == ("failed", None, "the disk is full")
    assert (check.status, check.result, check.seconds) == ("running", None, None)
    with closing(sqlite3.connect(tmp_path / "ops.sqlite")) as connection:
        columns = [row[1] for row in connection.execute("pragma table_info(run_steps)")]
    assert {"note", "made"}.isdisjoint(columns)


@pytest.mark.parametrize("words", ["4 rows", None])
def test_the_oldest_record_has_no_output_fingerprints(tmp_path: Path, words: str | None) -> None:
    with closing(sqlite3.connect(tmp_path / "ops.sqlite")) as connection:
        connection.executescript(FIRST_VERSION.replace(", made text", "").replace(", 'o1'", ""))
        connection.execute("update run_steps set note = ?", [words])
        connection.commit()
    last = Ledger(tmp_path).last_result("land")
    assert last is not None
    assert last.result == (StepResult(earlier_words=words) if words else None)
