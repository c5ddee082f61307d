"""Look at what is wrong, send what was not sent yet, and remember that."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from filelock import FileLock, Timeout

from regulars.core.errors import DeliveryError, LockedError, MissingExtra, RegularsError
from regulars.core.private_folder import make_private
from regulars.core.settings import Project
from regulars.flows.session import Clock
from regulars.insights.alerts.causes import Cause, find_causes
from regulars.insights.alerts.states import (
    FIRST_LOOK,
    AlertState,
    Change,
    Notices,
    alert_states,
    event_of,
    first_look,
    notices,
    owner_of,
)
from regulars.serve.alerts.channels import Channel, open_channels, send_heartbeat
from regulars.serve.alerts.message import Message, build_message, trial_message
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent, text_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AlertOutcome:
    """What is wrong, what of it was sent, and which channels failed, with the reason."""

    causes: tuple[Cause, ...]
    notices: Notices
    failures: Mapping[str, str]
    is_delivered: bool


@dataclass(frozen=True)
class OpenAlert:
    """A cause that is there now, and what was sent about it."""

    cause: Cause
    owner: str
    state: AlertState | None


def alert(project: Project, *, clock: Clock, run_id: str | None = None) -> AlertOutcome:
    """Send what is new, due or resolved in one message; the next look repeats what no channel took.

    Without a channel nothing is sent and nothing remembered. Raises LockedError where somebody
    else has been telling for half a minute.
    """
    with alone(project):
        ledger, now = Ledger(project.state), clock()
        events = EventLog(ledger).history(EventKind.ALERT)
        causes = find_causes(project, ledger, now=now)
        changes = notices(project, causes, events=events, now=now)
        channels = open_channels(project.alerts, os.environ)
        failures: dict[str, str] = {}
        if changes.sent and channels:
            message = build_message(project, changes.sent, run_id=run_id, now=now)
            failures = _send(channels, message)
        is_delivered = len(failures) < len(channels)
        if channels:
            sent = changes.sent if is_delivered else ()
            remembered = [event_of(notice, now=now, run_id=run_id) for notice in changes.silent]
            remembered += [
                event_of(notice, now=now, run_id=run_id, undelivered=sorted(failures))
                for notice in sent
            ]
            if all(event.subject != FIRST_LOOK for event in events):
                remembered.append(first_look(now=now, run_id=run_id))
            EventLog(ledger).append(remembered)
        return AlertOutcome(tuple(causes), changes, failures, is_delivered)


def alert_after_run(project: Project, *, run_id: str, is_done: bool, clock: Clock) -> None:
    """The same at the end of a run, which nothing of this may break."""
    try:
        if project.alerts.has_channel:
            alert(project, clock=clock, run_id=run_id)
        if is_done:
            send_heartbeat(project.alerts, os.environ)
    except Exception as error:
        log_undelivered(error)


def log_undelivered(error: Exception) -> None:
    """Write down why nothing was sent; an error of a library may hold an address."""
    log.error("alerts: %s", error if isinstance(error, RegularsError) else type(error).__name__)


def open_alerts(project: Project, *, clock: Clock) -> list[OpenAlert]:
    """Everything that is wrong now; sends and remembers nothing."""
    ledger = Ledger(project.state)
    states = alert_states(EventLog(ledger).history(EventKind.ALERT))
    return [
        OpenAlert(cause, owner_of(project, cause.name), states.get(cause.name))
        for cause in find_causes(project, ledger, now=clock())
    ]


def try_channels(project: Project, *, clock: Clock) -> dict[str, str | None]:
    """Send a test message through every channel: the reason by name where it failed, else None."""
    channels = open_channels(project.alerts, os.environ)
    failures = _send(channels, trial_message(project, now=clock()))
    return {channel.name: failures.get(channel.name) for channel in channels}


def snooze(project: Project, name: str, *, until: datetime, by: str, clock: Clock) -> None:
    """Send nothing about an alert until a moment; who says so is remembered."""
    facts = {"until": text_of(until), "by": by}
    event = OperationEvent(EventKind.ALERT, name, Change.SNOOZED, text_of(clock()), None, facts)
    with alone(project):
        EventLog(Ledger(project.state)).append([event])


def _send(channels: Sequence[Channel], message: Message) -> dict[str, str]:
    failures = {}
    for channel in channels:
        try:
            channel.send(message)
        except (DeliveryError, MissingExtra) as error:
            log.error("alerts: %s", error)
            failures[channel.name] = str(error)
    return failures


@contextmanager
def alone(project: Project) -> Iterator[None]:
    """Two who look at the same time would tell everything twice."""
    make_private(project.state)
    try:
        with FileLock(project.state / "alerts.lock", timeout=30):
            yield
    except Timeout:
        raise LockedError(
            "another process is sending alerts of this project", where=str(project.root)
        ) from None
