"""The ledger of runs and steps: a small SQLite file that readers may open while a run goes on."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from regulars.core.errors import DataError
from regulars.core.private_folder import make_private
from regulars.core.step_results import StepOutcome, StepResult, StepStatus
from regulars.warehouse.ledger_migration import migrate
from regulars.warehouse.operation_events import EVENTS_SCHEMA, text_of

_SCHEMA = """
create table if not exists runs (
    run_id text primary key, command text not null, started_at text not null, ended_at text,
    status text not null, as_of text, error text, version text not null
);
create table if not exists run_steps (
    step_id integer primary key autoincrement, run_id text not null, step text not null,
    fingerprint text not null, status text not null, started_at text not null, ended_at text,
    seconds real, result text, error text
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
    """One step of one run: what it came to, or the error that ended it.

    `step_id` grows with every record: comparing it shows what was made from what.
    """

    step_id: int
    run_id: str
    step: str
    fingerprint: str
    status: StepStatus
    started_at: str
    ended_at: str | None
    seconds: float | None
    result: StepResult | None = None
    error: str | None = None

    @property
    def output_fingerprint(self) -> str | None:
        """What tells this output from another, for steps that can find that nothing is new."""
        return self.result.output_fingerprint if self.result else None

    @property
    def result_json(self) -> str | None:
        """The result as tables hold it."""
        return _json(self.result) if self.result else None


class Ledger:
    """Run records of one project."""

    def __init__(self, state: Path) -> None:
        self.path = state / "ops.sqlite"
        self._has_shape = False

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep the file open: else the last one who closes it tidies up, after each record."""
        with self.open_records():
            yield

    @contextmanager
    def open_records(self) -> Iterator[sqlite3.Connection]:
        """The records, in their shape of today; what was written is kept unless an error leaves."""
        try:
            with closing(self._connected()) as connection:
                if not (self._has_shape and self._is_writable()):
                    connection.executescript(_SCHEMA)
                    migrate(connection)
                    connection.executescript(EVENTS_SCHEMA)
                    self._has_shape = True
                with connection:
                    yield connection
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path)) from error
            raise DataError(
                f"the records of runs cannot be read or written: {error}",
                where=str(self.path),
                hint="Restore the file from a backup. Or move it away: the next run starts new "
                "records, and runs every step once.",
            ) from error

    def _connected(self) -> sqlite3.Connection:
        if self.path.exists() and not self._is_writable():
            return self._copy_to_read()
        self._has_shape = self._has_shape and self.path.exists()
        make_private(self.path.parent)
        connection = sqlite3.connect(self.path, timeout=10)
        connection.execute("pragma journal_mode = wal")
        return connection

    def _is_writable(self) -> bool:
        return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)

    def _copy_to_read(self) -> sqlite3.Connection:
        """The records in memory: who may not write them can look, and an old shape is migrated."""
        # Without the right to make the file of its locks, SQLite opens only what nobody writes.
        has_log = self.path.with_name(self.path.name + "-wal").exists()
        mode = "mode=ro" if has_log else "immutable=1"
        copy = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?{mode}", uri=True)) as file:
            file.backup(copy)
        return copy

    def check(self) -> None:
        """Read every record. Raises DataError or ValueError where one of them is damaged."""
        if not self.path.exists():
            return
        if self.path.stat().st_size == 0:  # for SQLite a database without tables
            raise DataError("the file is empty", where=str(self.path))
        with self.open_records() as connection:
            verdict = connection.execute("pragma integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise DataError(f"SQLite says: {verdict}", where=str(self.path))
        self._steps("", [])

    def new_run_id(self, now: datetime) -> str:
        """The moment to the millisecond, or the next one that no run has yet."""
        with self.open_records() as connection:
            while True:
                run_id = now.strftime("%Y%m%dT%H%M%S.%f")[:-3]
                taken = "select 1 from runs where run_id = ?"
                if connection.execute(taken, [run_id]).fetchone() is None:
                    return run_id
                now += timedelta(milliseconds=1)

    def start_run(self, run_id: str, *, command: str, now: datetime, version: str) -> None:
        """Open a run; runs that never ended were interrupted, and are marked so."""
        with self.open_records() as connection:
            connection.execute(
                "insert into runs values (?, ?, ?, null, 'running', null, null, ?)",
                [run_id, command, text_of(now), version],
            )
            for table in ("runs", "run_steps"):
                connection.execute(
                    f"update {table} set status = 'interrupted' "
                    "where status = 'running' and run_id <> ?",
                    [run_id],
                )

    def end_run(
        self, run_id: str, *, status: str, now: datetime, as_of: str | None, error: str | None
    ) -> None:
        """Close a run as done or failed."""
        with self.open_records() as connection:
            connection.execute(
                "update runs set ended_at = ?, status = ?, as_of = ?, error = ? where run_id = ?",
                [text_of(now), status, as_of, error, run_id],
            )

    def start_step(
        self,
        run_id: str,
        *,
        step: str,
        fingerprint: str,
        now: datetime,
        status: StepStatus = StepStatus.RUNNING,
    ) -> int:
        """Open a step. From now on its former result does not count any more, unless skipped."""
        with self.open_records() as connection:
            opened = connection.execute(
                "insert into run_steps (run_id, step, fingerprint, status, started_at) "
                "values (?, ?, ?, ?, ?)",
                [run_id, step, fingerprint, status, text_of(now)],
            )
            return int(opened.lastrowid or 0)

    def end_step(self, step_id: int, outcome: StepOutcome, *, now: datetime) -> None:
        """Close a step with what it came to, or with the error that ended it."""
        result = None if outcome.status == StepStatus.FAILED else _json(outcome.result)
        with self.open_records() as connection:
            connection.execute(
                "update run_steps set status = ?, ended_at = ?, seconds = ?, result = ?, error = ? "
                "where step_id = ?",
                [outcome.status, text_of(now), outcome.seconds, result, outcome.error, step_id],
            )

    def last_result(self, step: str) -> StepRecord | None:
        """The newest record of a step that was not a skip: what its tables hold now."""
        records = self._steps(
            "where step = ? and status <> 'skipped' order by step_id desc limit 1", [step]
        )
        return records[0] if records else None

    def first_result(self, step: str) -> StepRecord | None:
        """The record of when a step's present output was first made.

        A step that ran again and made the same has the output that it had.
        """
        last = self.last_result(step)
        if last is None or last.status != StepStatus.DONE or last.output_fingerprint is None:
            return last
        other = (
            "select coalesce(max(step_id), 0) from run_steps where step = ? and status = 'done' "
            "and json_extract(result, '$.output_fingerprint') is not ?"
        )
        return self._steps(
            f"where step = ? and status = 'done' and step_id > ({other}) order by step_id limit 1",
            [step, step, last.output_fingerprint],
        )[0]

    def newest_results(self) -> list[StepRecord]:
        """What counts now of all steps that ended well or were deferred, in the order of a run."""
        with self.open_records() as connection:
            rows = connection.execute(
                "select step from run_steps group by step order by min(step_id)"
            ).fetchall()
        records = [self.last_result(step) for (step,) in rows]
        return [record for record in records if record and record.status.feeds_later_steps]

    def newest_ended(self) -> list[StepRecord]:
        """The newest record of every step that ended, well or not, and was no skip."""
        return self._steps(
            "where step_id in (select max(step_id) from run_steps "
            "where status not in ('skipped', 'running') group by step) order by step_id",
            [],
        )

    def steps(self, run_id: str) -> list[StepRecord]:
        """The steps of a run, in order."""
        return self._steps("where run_id = ? order by step_id", [run_id])

    def _steps(self, clause: str, parameters: list[str]) -> list[StepRecord]:
        with self.open_records() as connection:
            rows = connection.execute(
                "select step_id, run_id, step, fingerprint, status, started_at, ended_at, seconds, "
                f"result, error from run_steps {clause}",
                parameters,
            ).fetchall()
        return [_record(row) for row in rows]

    def runs(self, *, limit: int = 20) -> list[RunRecord]:
        """The newest runs first, by the order in which they began: a clock may go back."""
        if not self.path.exists():
            return []
        with self.open_records() as connection:
            rows = connection.execute(
                "select run_id, command, started_at, ended_at, status, as_of, error, version "
                "from runs order by rowid desc limit ?",
                [limit],
            ).fetchall()
        return [RunRecord(*row) for row in rows]


def _record(row: Sequence[Any]) -> StepRecord:
    step_id, run_id, step, fingerprint, status, started_at, ended_at, seconds, result, error = row
    return StepRecord(
        step_id=step_id,
        run_id=run_id,
        step=step,
        fingerprint=fingerprint,
        status=StepStatus(status),
        started_at=started_at,
        ended_at=ended_at,
        seconds=seconds,
        result=StepResult.model_validate_json(result) if result else None,
        error=error,
    )


def _json(result: StepResult) -> str:
    return result.model_dump_json(exclude_defaults=True)
