"""What was sent about each cause, folded from the events; what is to be sent now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from regulars.core.settings import Project, QuietHours
from regulars.insights.alerts.causes import Cause, Severity
from regulars.warehouse.operation_events import EventKind, OperationEvent, text_of

FIRST_LOOK = "first look"  # the subject of the event that says that a baseline was set


class Change(StrEnum):
    """What an event says of an alert."""

    BASELINE = "baseline"  # there from the first look on: known, and never sent
    OPENED = "opened"
    REMINDED = "reminded"
    RESOLVED = "resolved"
    SNOOZED = "snoozed"


@dataclass(frozen=True)
class AlertState:
    """One alert that is open, or snoozed before it opened (`opened_at` is None then)."""

    name: str
    severity: Severity = "warning"
    is_baseline: bool = False
    opened_at: datetime | None = None
    notified_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""

    def is_snoozed(self, now: datetime) -> bool:
        """Whether somebody wants nothing sent yet."""
        return self.snoozed_until is not None and now < self.snoozed_until


@dataclass(frozen=True)
class Notice:
    """One line of a message: what changed about which alert. A resolved one has no cause."""

    change: Change
    name: str
    severity: Severity
    owner: str
    opened_at: datetime
    cause: Cause | None = None


@dataclass(frozen=True)
class Notices:
    """What is to be sent now, what is only recorded, and what waits for the morning."""

    sent: tuple[Notice, ...] = ()
    silent: tuple[Notice, ...] = ()
    held: tuple[Notice, ...] = ()


def alert_states(events: Iterable[OperationEvent]) -> dict[str, AlertState]:
    """The alerts that are open or snoozed, after these events in their order."""
    states: dict[str, AlertState] = {}
    for event in events:
        if event.subject == FIRST_LOOK:
            continue
        before = states.get(event.subject, AlertState(event.subject))
        after = _after(before, event)
        states.pop(event.subject, None)
        if after is not None:
            states[event.subject] = after
    return states


def _after(state: AlertState, event: OperationEvent) -> AlertState | None:
    at, change = datetime.fromisoformat(event.at), Change(event.status)
    if change == Change.SNOOZED:
        until = datetime.fromisoformat(event.facts["until"])
        return replace(state, snoozed_until=until, snoozed_by=event.facts["by"])
    if change == Change.RESOLVED:
        # Who snoozed an alert that comes and goes is not notified each time.
        is_snoozed = state.is_snoozed(at)
        return replace(state, opened_at=None, notified_at=None) if is_snoozed else None
    is_baseline = change == Change.BASELINE
    severity: Severity = event.facts["severity"]
    opened_at = at if state.opened_at is None or change != Change.REMINDED else state.opened_at
    return replace(
        state, severity=severity, is_baseline=is_baseline, opened_at=opened_at, notified_at=at
    )


def notices(
    project: Project, causes: Sequence[Cause], *, events: Sequence[OperationEvent], now: datetime
) -> Notices:
    """Compare what is wrong with what was sent."""
    states = alert_states(events)
    is_first = all(event.subject != FIRST_LOOK for event in events)
    changes = [
        notice
        for cause in causes
        if (notice := _notice(project, cause, state=states.get(cause.name), now=now)) is not None
    ]
    present = {cause.name for cause in causes}
    changes += [
        Notice(Change.RESOLVED, name, state.severity, owner_of(project, name), state.opened_at)
        for name, state in states.items()
        if name not in present and state.opened_at is not None
    ]
    return _sorted_out(project, changes, states=states, is_first=is_first, now=now)


def _notice(
    project: Project, cause: Cause, *, state: AlertState | None, now: datetime
) -> Notice | None:
    """What changed about a cause that is there; None where all was sent."""
    owner = owner_of(project, cause.name)
    if state is None or state.opened_at is None:
        return Notice(Change.OPENED, cause.name, cause.severity, owner, now, cause)
    if cause.severity == "error" and state.severity == "warning":  # it became worse
        return Notice(Change.OPENED, cause.name, "error", owner, now, cause)
    last = state.notified_at or state.opened_at
    is_due = now - last >= timedelta(hours=project.alerts.remind_hours)
    if state.is_baseline or not is_due:
        return None
    return Notice(Change.REMINDED, cause.name, cause.severity, owner, state.opened_at, cause)


def _sorted_out(
    project: Project,
    changes: Iterable[Notice],
    *,
    states: Mapping[str, AlertState],
    is_first: bool,
    now: datetime,
) -> Notices:
    sent, silent, held = [], [], []
    quiet = project.alerts.quiet
    is_quiet = quiet is not None and _is_within(quiet, now.astimezone(ZoneInfo(project.timezone)))
    for notice in changes:
        state = states.get(notice.name)
        if is_first and notice.cause is not None and notice.cause.kind.may_be_usual:
            silent.append(replace(notice, change=Change.BASELINE))
        elif state is not None and state.is_snoozed(now):
            if notice.change == Change.RESOLVED:
                silent.append(notice)
        elif state is not None and state.is_baseline and notice.change == Change.RESOLVED:
            silent.append(notice)
        elif is_quiet and quiet and (quiet.holds == "all" or notice.severity == "warning"):
            held.append(notice)
        else:
            sent.append(notice)
    return Notices(tuple(sent), tuple(silent), tuple(held))


def _is_within(quiet: QuietHours, moment: datetime) -> bool:
    clock = moment.time()
    if quiet.begin <= quiet.end:
        return quiet.begin <= clock < quiet.end
    return clock >= quiet.begin or clock < quiet.end


def owner_of(project: Project, name: str) -> str:
    """Who looks after an alert: the longest beginning of its name decides; empty for nobody."""
    fitting = [
        beginning
        for beginning in project.alerts.owners
        if name == beginning or name.startswith(f"{beginning}.")
    ]
    return project.alerts.owners[max(fitting, key=len)] if fitting else ""


def event_of(notice: Notice, *, now: datetime, run_id: str | None, **facts: Any) -> OperationEvent:
    """The event that remembers a notice."""
    known = {"severity": notice.severity, "owner": notice.owner, **facts}
    return OperationEvent(EventKind.ALERT, notice.name, notice.change, text_of(now), run_id, known)


def first_look(*, now: datetime, run_id: str | None) -> OperationEvent:
    """The event that says that a baseline was set."""
    return OperationEvent(EventKind.ALERT, FIRST_LOOK, Change.BASELINE, text_of(now), run_id)
