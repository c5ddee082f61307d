"""Where a project stands: what ran, when, on what data, and what is stale."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, timedelta

from regulars.core.lock import holder_of
from regulars.core.settings import Project
from regulars.flows.context import RunContext
from regulars.flows.run import RunRequest, plan
from regulars.flows.session import Clock, view
from regulars.flows.staleness import PlanItem
from regulars.ingest.sources.unread_files import UnreadFile, unread_files
from regulars.insights.release_contents import freshness
from regulars.insights.release_reading import Reading
from regulars.warehouse.ledger import RunRecord, StepRecord


@dataclass(frozen=True)
class StepStanding:
    """One step: whether and why it would run now, and its newest result."""

    item: PlanItem
    last: StepRecord | None


@dataclass(frozen=True)
class LateSource:
    """A source of the current release, and how long ago it had new rows."""

    source: str
    days: int


@dataclass(frozen=True)
class ProjectStatus:
    """`running` names the holder of the project; `rows` are those of the current release.

    `late` are the sources without a new row for longer than `checks.fresh_days`, `unread` the files
    that look like deliveries and that no source reads.
    """

    project: str
    running: str | None
    release: str | None
    as_of: str | None
    rows: dict[str, int]
    steps: tuple[StepStanding, ...]
    runs: tuple[RunRecord, ...]
    late: tuple[LateSource, ...]
    unread: tuple[UnreadFile, ...]


def project_status(project: Project, *, clock: Clock, runs: int) -> ProjectStatus:
    """The status, read without opening the warehouse; works while a run goes on."""
    with view(project, clock) as context:
        ledger, releases = context.ledger, context.releases
        current = releases.current() if releases.is_published else None
        return ProjectStatus(
            project=project.project,
            running=holder_of(project.state),
            release=current.release_id if current else None,
            as_of=current.as_of if current else None,
            rows=current.tables if current else {},
            steps=tuple(
                StepStanding(item, ledger.last_result(item.step))
                for item in plan(RunRequest(), context=context)
            ),
            runs=tuple(ledger.runs(limit=runs)),
            late=_late_sources(project, context) if current else (),
            unread=unread_files(project),
        )


def _late_sources(project: Project, context: RunContext) -> tuple[LateSource, ...]:
    now = context.started_at.astimezone(UTC).replace(tzinfo=None)
    with closing(Reading(context.releases.path(context.releases.current_id()))) as reading:
        days = {
            source.source: (now - source.landed_at) / timedelta(days=1)
            for source in freshness(reading)
            if source.landed_at is not None
        }
    return tuple(
        LateSource(source, int(age))
        for source, age in days.items()
        if age > project.checks.fresh_days
    )
