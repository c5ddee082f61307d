"""What happened, in order: one table beside the run records that only grows.

Triggers write what follows from the run records (runs, steps, scores, releases), in the same
transaction: the two cannot disagree. Checks, alerts, campaigns and access are added by the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars.warehouse.ledger import Ledger

# A run that was interrupted is known when the next one begins: that is the moment of its event.
EVENTS_SCHEMA = """
create table if not exists operation_events (
    event_id integer primary key autoincrement, at text not null, kind text not null,
    subject text not null, status text not null, run_id text, facts text not null
);
create index if not exists operation_events_by_subject
on operation_events (kind, subject, event_id);
create trigger if not exists operation_events_stay before update on operation_events
begin select raise(abort, 'events are never changed'); end;
create trigger if not exists operation_events_are_kept before delete on operation_events
begin select raise(abort, 'events are never deleted'); end;
create trigger if not exists event_of_new_run after insert on runs
begin
    insert into operation_events (at, kind, subject, status, run_id, facts)
    values (new.started_at, 'run', new.command, 'started', new.run_id, '{}');
end;
create trigger if not exists event_of_run after update of status on runs
when new.status <> old.status
begin
    insert into operation_events (at, kind, subject, status, run_id, facts)
    values (
        coalesce(new.ended_at, (select started_at from runs order by rowid desc limit 1)),
        'run', new.command, new.status, new.run_id, '{}'
    );
end;
create trigger if not exists event_of_step after update of status on run_steps
when new.status <> old.status
begin
    insert into operation_events (at, kind, subject, status, run_id, facts)
    values (
        coalesce(new.ended_at, (select started_at from runs order by rowid desc limit 1)),
        'step', new.step, new.status, new.run_id,
        json_object('step_id', new.step_id, 'seconds', new.seconds)
    );
    insert into operation_events (at, kind, subject, status, run_id, facts)
    select
        new.ended_at, 'score', coalesce(json_extract(new.result, '$.facts.estimator_id'), ''),
        'done', new.run_id,
        json_object('customers', json_extract(new.result, '$.counts.customers'))
    where new.step = 'score' and new.status = 'done';
    insert into operation_events (at, kind, subject, status, run_id, facts)
    select
        new.ended_at, 'release', coalesce(json_extract(new.result, '$.facts.release_id'), ''),
        'published', new.run_id, '{}'
    where new.step = 'publish' and new.status = 'done';
end;
"""


class EventKind(StrEnum):
    """What an event is about; its subject is the name of that."""

    RUN = "run"  # started, done, failed, interrupted
    STEP = "step"  # done, deferred, failed, interrupted; what was skipped did not happen
    CHECK = "check"  # failed, warned, and passed after one of these
    RELEASE = "release"  # published, withdrawn
    SCORE = "score"
    CAMPAIGN = "campaign"  # a list of customers left the project
    ACCESS = "access"  # keys, refusals, personal data
    ALERT = "alert"  # what was sent (`insights.alerts`)


@dataclass(frozen=True)
class OperationEvent:
    """One event. `facts` are plain values, never personal data; a stored event has an id."""

    kind: EventKind
    subject: str
    status: str
    at: str
    run_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    event_id: int = 0


class EventLog:
    """The events of one project, in the file of its run records."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def append(self, events: Sequence[OperationEvent]) -> None:
        """Add events, all or none."""
        with self._ledger.open_records() as connection:
            connection.executemany(
                "insert into operation_events (at, kind, subject, status, run_id, facts) "
                "values (?, ?, ?, ?, ?, ?)",
                [
                    (event.at, event.kind, event.subject, event.status, event.run_id,
                     json.dumps(dict(event.facts)))
                    for event in events
                ],
            )  # fmt: skip

    def newest(
        self, *, kind: EventKind | None = None, run_id: str | None = None, limit: int = 50
    ) -> list[OperationEvent]:
        """The newest events first."""
        return self._read(
            "where (? is null or kind = ?) and (? is null or run_id = ?) "
            "order by event_id desc limit ?",
            [kind, kind, run_id, run_id, limit],
        )

    def latest(self, kind: EventKind) -> dict[str, OperationEvent]:
        """The newest event of each subject of a kind."""
        events = self._read(
            "where event_id in (select max(event_id) from operation_events where kind = ? "
            "group by subject) order by event_id",
            [kind],
        )
        return {event.subject: event for event in events}

    def history(self, kind: EventKind) -> list[OperationEvent]:
        """All events of a kind, oldest first."""
        return self._read("where kind = ? order by event_id", [kind])

    def _read(self, clause: str, parameters: Sequence[Any]) -> list[OperationEvent]:
        if not self._ledger.path.exists():
            return []
        with self._ledger.open_records() as connection:
            rows = connection.execute(
                "select kind, subject, status, at, run_id, facts, event_id from operation_events "
                + clause,
                parameters,
            ).fetchall()
        return [
            OperationEvent(EventKind(kind), subject, status, at, run_id, json.loads(facts), number)
            for kind, subject, status, at, run_id, facts, number in rows
        ]


def text_of(moment: datetime) -> str:
    """A moment as records hold it."""
    return moment.isoformat(timespec="milliseconds")
