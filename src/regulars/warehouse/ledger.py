"""The ledger of runs and steps: a small SQLite file that readers may open while a run goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path

_SCHEMA = """
create table if not exists runs (
    run_id text primary key, command text not null, started_at text not null, ended_at text,
    status text not null, as_of text, error text, version text not null
);
create table if not exists run_steps (
    step_id integer primary key autoincrement, run_id text not null, step text not null,
    fingerprint text not null, status text not null, started_at text not null, ended_at text,
    seconds real, note text, made text
);
create index if not exists run_steps_by_step on run_steps (step, step_id);
"""


@dataclass(frozen=True)
class RunRecord:
    """One run: status is running, done, failed or interrupted."""

    run_id: str
    command: str
    started_at: str
    ended_at: str | None
    status: str
    as_of: str | None
    error: str | None
    version: str


@dataclass(frozen=True)
class StepRecord:
    """One step of one run: status is running, done, skipped, failed or interrupted.

    `step_id` grows with every record: what was made from what can be told by comparing it. `made`
    tells results apart, for steps that can find that there is nothing new.
    """

    step_id: int
    run_id: str
    step: str
    fingerprint: str
    status: str
    started_at: str
    ended_at: str | None
    seconds: float | None
    note: str | None
    made: str | None = None


class Ledger:
    """Run records of one project."""

    def __init__(self, state: Path) -> None:
        self._path = state / "ops.sqlite"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_SCHEMA)
            _bring_up_to_date(connection)
            with connection:
                yield connection

    def new_run_id(self, now: datetime) -> str:
        """The moment to the millisecond, or the next one that no run has yet."""
        with self._open() as connection:
            while True:
                run_id = now.strftime("%Y%m%dT%H%M%S.%f")[:-3]
                taken = "select 1 from runs where run_id = ?"
                if connection.execute(taken, [run_id]).fetchone() is None:
                    return run_id
                now += timedelta(milliseconds=1)

    def start_run(self, run_id: str, *, command: str, now: datetime, version: str) -> None:
        """Open a run; runs that never ended were interrupted, and are marked so."""
        with self._open() as connection:
            connection.execute("update runs set status = 'interrupted' where status = 'running'")
            connection.execute(
                "update run_steps set status = 'interrupted' where status = 'running'"
            )
            connection.execute(
                "insert into runs values (?, ?, ?, null, 'running', null, null, ?)",
                [run_id, command, _text(now), version],
            )

    def end_run(
        self, run_id: str, *, status: str, now: datetime, as_of: str | None, error: str | None
    ) -> None:
        """Close a run as done or failed."""
        with self._open() as connection:
            connection.execute(
                "update runs set ended_at = ?, status = ?, as_of = ?, error = ? where run_id = ?",
                [_text(now), status, as_of, error, run_id],
            )

    def start_step(
        self, run_id: str, *, step: str, fingerprint: str, now: datetime, status: str = "running"
    ) -> int:
        """Open a step. From now on its former result does not count any more, unless skipped."""
        with self._open() as connection:
            made = connection.execute(
                "insert into run_steps (run_id, step, fingerprint, status, started_at) "
                "values (?, ?, ?, ?, ?)",
                [run_id, step, fingerprint, status, _text(now)],
            )
            return int(made.lastrowid or 0)

    def end_step(
        self,
        step_id: int,
        *,
        status: str,
        now: datetime,
        seconds: float,
        note: str,
        made: str | None = None,
    ) -> None:
        """Close a step as done, skipped or failed; `made` says what its result is, if it knows."""
        with self._open() as connection:
            connection.execute(
                "update run_steps set status = ?, ended_at = ?, seconds = ?, note = ?, made = ? "
                "where step_id = ?",
                [status, _text(now), seconds, note, made, step_id],
            )

    def last_result(self, step: str) -> StepRecord | None:
        """The newest record of a step that was not a skip: what its tables hold now."""
        found = self._steps(
            "where step = ? and status <> 'skipped' order by step_id desc limit 1", [step]
        )
        return found[0] if found else None

    def first_result(self, step: str) -> StepRecord | None:
        """The record of when a step's present result was first made.

        A step that ran again and made the same has the result that it had.
        """
        last = self.last_result(step)
        if last is None or last.status != "done" or last.made is None:
            return last
        done = self._steps("where step = ? and status = 'done' order by step_id desc", [step])
        same = takewhile(lambda one: one.made == last.made, done)
        return min(same, key=lambda one: one.step_id)

    def steps(self, run_id: str) -> list[StepRecord]:
        """The steps of a run, in order."""
        return self._steps("where run_id = ? order by step_id", [run_id])

    def _steps(self, clause: str, parameters: list[str]) -> list[StepRecord]:
        with self._open() as connection:
            rows = connection.execute(
                "select step_id, run_id, step, fingerprint, status, started_at, ended_at, seconds, "
                f"note, made from run_steps {clause}",
                parameters,
            ).fetchall()
        return [StepRecord(*row) for row in rows]

    def runs(self, *, limit: int = 20) -> list[RunRecord]:
        """The newest runs first."""
        if not self._path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                "select run_id, command, started_at, ended_at, status, as_of, error, version "
                "from runs order by started_at desc, rowid desc limit ?",
                [limit],
            ).fetchall()
        return [RunRecord(*row) for row in rows]


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Add what an earlier version did not have."""
    held = {row[1] for row in connection.execute("pragma table_info(run_steps)")}
    if "made" not in held:
        connection.execute("alter table run_steps add column made text")


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
