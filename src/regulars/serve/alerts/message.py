"""One message about a run: what is new, still open, or resolved, by owner and severity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from regulars.core.counts import several
from regulars.core.settings import Project
from regulars.insights.alerts.states import Change, Notice
from regulars.serve.alerts.cause_words import cause_words, next_words


@dataclass(frozen=True)
class Message:
    """What every channel sends: a subject, plain text, and the same as values for programs."""

    subject: str
    text: str
    values: dict[str, Any]
    at: datetime


def build_message(
    project: Project, notices: Sequence[Notice], *, run_id: str | None, now: datetime
) -> Message:
    """All notices of one run as one message."""
    head = f"{project.project}, run {run_id}" if run_id else project.project
    link = [project.alerts.link] if project.alerts.link else []
    text = "\n".join([head, *_sections(notices), *(f"\n{address}" for address in link)])
    values = {
        "project": project.project,
        "run_id": run_id,
        "sent_at": now.isoformat(timespec="seconds"),
        "notices": [_values(notice) for notice in notices],
    }
    return Message(f"[regulars] {project.project}: {_counts(notices)}", text, values, now)


def trial_message(project: Project, *, now: datetime) -> Message:
    """A message that says only that it arrives."""
    text = f"This is a test: messages about {project.project} arrive here."
    values: dict[str, Any] = {"project": project.project, "run_id": None, "notices": []}
    return Message(f"[regulars] {project.project}: test", text, values, now)


def _counts(notices: Iterable[Notice]) -> str:
    listed = list(notices)
    parts = [
        several(count, noun)
        for severity, noun in (("error", "error"), ("warning", "warning"))
        if (
            count := sum(
                notice.severity == severity and notice.change != Change.RESOLVED
                for notice in listed
            )
        )
    ]
    resolved = sum(notice.change == Change.RESOLVED for notice in listed)
    return ", ".join([*parts, *([f"{resolved} resolved"] if resolved else [])])


def _sections(notices: Iterable[Notice]) -> Iterator[str]:
    ordered = sorted(notices, key=_place)
    for (_, heading, owner), section in groupby(ordered, key=_place):
        yield f"\n{heading}{f' for {owner}' if owner else ''}"
        for notice in section:
            yield from _lines(notice)


def _place(notice: Notice) -> tuple[int, str, str]:
    if notice.change == Change.RESOLVED:
        return 2, "Resolved", notice.owner
    return (0, "Errors", notice.owner) if notice.severity == "error" else (
        1, "Warnings", notice.owner,
    )  # fmt: skip


def _lines(notice: Notice) -> Iterator[str]:
    since = f"since {notice.opened_at:%Y-%m-%d %H:%M} {notice.opened_at:%Z}".rstrip()
    if notice.cause is None:
        yield f"- {notice.name}, open {since}"
        return
    still = f" (still open, {since})" if notice.change == Change.REMINDED else ""
    yield f"- {notice.name}{still}: {cause_words(notice.cause)}"
    yield f"  {next_words(notice.cause)}"


def _values(notice: Notice) -> dict[str, Any]:
    cause = notice.cause
    return {
        "change": notice.change,
        "name": notice.name,
        "severity": notice.severity,
        "owner": notice.owner or None,
        "opened_at": notice.opened_at.isoformat(timespec="seconds"),
        "what": cause_words(cause) if cause else None,
        "next": next_words(cause) if cause else None,
    }
