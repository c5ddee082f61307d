"""What is wrong with a project at a moment, from its events, run records and current release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from regulars.core.errors import RegularsError
from regulars.core.lock import holder_of
from regulars.core.settings import Project
from regulars.core.step_results import StepStatus, WarningKind
from regulars.insights.alerts.volumes import EARLIER_DAYS, judge_volume
from regulars.insights.release_contents import freshness
from regulars.insights.release_reading import Reading, read_current
from regulars.insights.score_monitoring import backtested_scores
from regulars.warehouse.ledger import Ledger, StepRecord
from regulars.warehouse.operation_events import EventKind, EventLog
from regulars.warehouse.run_questions import landed_rows, last_whole_run

Severity = Literal["error", "warning"]
_LONGEST_RUN = timedelta(hours=6)


class CauseKind(StrEnum):
    """What an alert can be about."""

    STEP_FAILED = "step"
    RUN_FAILED = "run"  # outside of every step
    CHECK_FAILED = "check"
    SOURCE_FAILED = "source"
    LATE_SOURCE = "late"
    VOLUME = "volume"
    DRIFT = "drift"
    REALISED_ACCURACY = "accuracy"
    CALIBRATION = "calibration"
    NO_RUN = "no_run"

    @property
    def may_be_usual(self) -> bool:
        """Whether it may have been so all along: then the first look takes it as the baseline."""
        return self in (
            CauseKind.CHECK_FAILED, CauseKind.LATE_SOURCE, CauseKind.DRIFT,
            CauseKind.REALISED_ACCURACY, CauseKind.CALIBRATION,
        )  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong. `subject` is its step, check or source."""

    kind: CauseKind
    severity: Severity
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What an alert is called, such as `check.transactions.orphans`."""
        return f"{self.kind}.{self.subject}" if self.subject else str(self.kind)


def find_causes(project: Project, ledger: Ledger, *, now: datetime) -> list[Cause]:
    """Everything that is wrong at a moment, errors first."""
    causes = [
        *_steps(ledger),
        *_checks(EventLog(ledger)),
        *_volume(project, ledger, now=now),
        *_no_run(project, ledger, now=now),
    ]
    try:
        reading = read_current(project)
    except (RegularsError, OSError, ValueError):
        reading = None  # no release yet, or a damaged one: a failed step or `doctor` says so
    if reading is not None:
        try:
            causes += [*_late_sources(project, reading, now=now), *_calibration(project, reading)]
        finally:
            reading.close()
    return sorted(causes, key=lambda cause: (cause.severity, cause.name))


def _steps(ledger: Ledger) -> Iterator[Cause]:
    """Steps whose newest result is a failure, warnings of the others, and runs without a step."""
    failed_runs = set()
    for record in ledger.newest_ended():
        if record.status in (StepStatus.FAILED, StepStatus.INTERRUPTED):
            failed_runs.add(record.run_id)
            facts = {"error": _first_line(record.error), "status": str(record.status)}
            yield Cause(CauseKind.STEP_FAILED, "error", record.step, facts)
        else:
            yield from _warnings(record)
    ended = next((run for run in ledger.runs(limit=2) if run.status != "running"), None)
    if ended is not None and ended.status == "failed" and ended.run_id not in failed_runs:
        facts = {"error": _first_line(ended.error), "command": ended.command}
        yield Cause(CauseKind.RUN_FAILED, "error", facts=facts)


def _first_line(error: str | None) -> str:
    return (error or "it was stopped").splitlines()[0]


def _warnings(record: StepRecord) -> Iterator[Cause]:
    if record.result is None:
        return
    drifted = []
    for warning in record.result.warnings:
        facts = dict(warning.facts)
        if warning.kind == WarningKind.SOURCE_FAILED:
            facts = {"error": _first_line(warning.detail)}
            yield Cause(CauseKind.SOURCE_FAILED, "error", warning.subject, facts)
        elif warning.kind == WarningKind.LOW_REALISED_SCORE:
            yield Cause(CauseKind.REALISED_ACCURACY, "warning", facts=facts)
        elif warning.kind == WarningKind.DRIFT:
            drifted.append(warning.subject)
    if drifted:
        yield Cause(CauseKind.DRIFT, "warning", facts={"inputs": len(drifted), "worst": drifted[0]})


def _checks(log: EventLog) -> Iterator[Cause]:
    """Checks whose newest event is a failure; late deliveries are a cause of their own."""
    severities: dict[str, Severity] = {"failed": "error", "warned": "warning"}
    for name, event in log.latest(EventKind.CHECK).items():
        if event.status in severities and event.facts["check"] != "freshness":
            facts = {"table": event.facts["table"], "failures": event.facts["failures"]}
            yield Cause(CauseKind.CHECK_FAILED, severities[event.status], name, facts)


def _volume(project: Project, ledger: Ledger, *, now: datetime) -> Iterator[Cause]:
    landings = landed_rows(ledger, since=now - timedelta(days=EARLIER_DAYS + 2))
    volume = judge_volume(landings, timezone=project.timezone, now=now)
    if volume is not None:
        facts = {"day": str(volume.day), "rows": volume.rows, "low": volume.low,
                 "high": volume.high, "days": volume.days}  # fmt: skip
        yield Cause(CauseKind.VOLUME, "warning", facts=facts)


def _no_run(project: Project, ledger: Ledger, *, now: datetime) -> Iterator[Cause]:
    """Whether no run has published, or found nothing to do, for longer than is allowed."""
    limit = _longest_hours(project)
    if limit is None:
        return
    if _is_running(project, ledger, now=now):
        return
    last = last_whole_run(ledger)
    if last is None or now - last > timedelta(hours=limit):
        since = None if last is None else last.isoformat(timespec="minutes")
        yield Cause(CauseKind.NO_RUN, "error", facts={"since": since, "hours": limit})


def _is_running(project: Project, ledger: Ledger, *, now: datetime) -> bool:
    """Whether a run works at this moment, and not for so long that it must have got stuck."""
    if holder_of(project.state) is None:
        return False
    runs = ledger.runs(limit=1)
    begun = datetime.fromisoformat(runs[0].started_at) if runs else now
    return now - begun <= _LONGEST_RUN


def _longest_hours(project: Project) -> float | None:
    """Hours without a run that are too many: as stated, or the schedule and five minutes."""
    gap = project.schedule.longest_gap
    if project.alerts.no_run_hours is not None or gap is None:
        return project.alerts.no_run_hours
    return (gap + 5) / 60


def _late_sources(project: Project, reading: Reading, *, now: datetime) -> Iterator[Cause]:
    moment = now.astimezone(UTC).replace(tzinfo=None)
    for source in freshness(reading):
        if source.landed_at is None:
            continue
        days = (moment - source.landed_at) / timedelta(days=1)
        if days > project.checks.fresh_days:
            facts = {"days": int(days), "limit": project.checks.fresh_days}
            yield Cause(CauseKind.LATE_SOURCE, "warning", source.source, facts)


def _calibration(project: Project, reading: Reading) -> Iterator[Cause]:
    scores = backtested_scores(reading)
    if scores and abs(scores[-1].predicted - scores[-1].observed) > project.alerts.calibration:
        newest = scores[-1]
        facts = {"as_of": str(newest.as_of), "customers": newest.customers,
                 "predicted": newest.predicted, "observed": newest.observed}  # fmt: skip
        yield Cause(CauseKind.CALIBRATION, "warning", facts=facts)
