"""Events follow from the run records by themselves, and nobody changes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from regulars.core.step_results import StepOutcome, StepResult, StepStatus
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent
from tests.small_projects import NOON


def lines(ledger: Ledger) -> list[str]:
    return [
        f"{event.kind} {event.subject} {event.status}"
        for event in reversed(EventLog(ledger).newest())
    ]


def ended(ledger: Ledger, step: str, *, status: StepStatus, **facts: str) -> None:
    begun = StepStatus.SKIPPED if status == StepStatus.SKIPPED else StepStatus.RUNNING
    step_id = ledger.start_step("one", step=step, fingerprint="", now=NOON, status=begun)
    result = StepResult(facts=facts, counts={"customers": 7})
    outcome = StepOutcome(name=step, status=status, seconds=1, result=result)
    ledger.end_step(step_id, outcome, now=NOON)


def test_runs_steps_scores_and_releases_become_events_and_skipped_steps_do_not(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path)
    ledger.start_run("one", command="regulars run", now=NOON, version="1")
    ended(ledger, "land", status=StepStatus.SKIPPED)
    ended(ledger, "score", status=StepStatus.DONE, estimator_id="e1")
    ended(ledger, "publish", status=StepStatus.DONE, release_id="one")
    ledger.end_run("one", status="done", now=NOON, as_of=None, error=None)
    assert lines(ledger) == [
        "run regulars run started",
        "step score done",
        "score e1 done",
        "step publish done",
        "release one published",
        "run regulars run done",
    ]
    assert EventLog(ledger).latest(EventKind.SCORE)["e1"].facts == {"customers": 7}


def test_a_run_that_died_is_an_event_of_the_moment_when_the_next_begins(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.start_run("one", command="regulars run", now=NOON, version="1")
    ledger.start_step("one", step="land", fingerprint="", now=NOON)
    later = NOON + timedelta(hours=3)
    ledger.start_run("two", command="regulars run", now=later, version="1")
    assert lines(ledger)[2:] == ["run regulars run interrupted", "step land interrupted"]
    assert {event.at[:13] for event in EventLog(ledger).newest(limit=2)} == {"2024-07-01T15"}


@pytest.mark.parametrize(
    "change", ["update operation_events set at = ''", "delete from operation_events"]
)
def test_nobody_changes_or_deletes_an_event(tmp_path: Path, change: str) -> None:
    ledger = Ledger(tmp_path)
    EventLog(ledger).append([OperationEvent(EventKind.ACCESS, "key a", "refused", "now")])
    with closing(sqlite3.connect(ledger.path)) as file, pytest.raises(sqlite3.IntegrityError):
        file.execute(change)


def test_events_are_chosen_by_kind_and_run(tmp_path: Path) -> None:
    log = EventLog(Ledger(tmp_path))
    assert log.newest() == []
    log.append(
        [
            OperationEvent(EventKind.CHECK, "a", "failed", "1", "one", {"failures": 3}),
            OperationEvent(EventKind.CHECK, "a", "passed", "2", "two"),
            OperationEvent(EventKind.ALERT, "a", "opened", "3", "one"),
        ]
    )
    assert [event.status for event in log.newest(kind=EventKind.CHECK)] == ["passed", "failed"]
    assert [event.status for event in log.newest(run_id="one")] == ["opened", "failed"]
    assert log.latest(EventKind.CHECK)["a"].status == "passed"
