"""Run records: what ran, how it ended, and what still counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regulars.warehouse.ledger import Ledger

NOON = datetime(2024, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path)
    made.start_run("r1", command="regulars run", now=NOON, version="1.0")
    return made


def end(ledger: Ledger, step: str, status: str, *, run: str = "r1", mark: str = "f1") -> None:
    opened = ledger.start_step(run, step=step, fingerprint=mark, now=NOON)
    ledger.end_step(opened, status=status, now=NOON, seconds=1.5, note="1 row")


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
    assert (last.status, last.fingerprint, last.seconds, last.note) == ("done", "f1", 1.5, "1 row")


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
