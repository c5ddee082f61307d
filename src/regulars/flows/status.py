"""Where a project stands: what ran, when, on what data, and what is stale."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.lock import holder_of
from regulars.core.settings import Project
from regulars.flows.run import RunRequest, plan
from regulars.flows.session import Clock, view
from regulars.flows.staleness import PlanItem
from regulars.warehouse.ledger import RunRecord, StepRecord


@dataclass(frozen=True)
class StepStanding:
    """One step: whether and why it would run now, and its newest result."""

    item: PlanItem
    last: StepRecord | None


@dataclass(frozen=True)
class ProjectStatus:
    """`running` names the holder of the project; `rows` are those of the current release."""

    project: str
    running: str | None
    release: str | None
    as_of: str | None
    rows: dict[str, int]
    steps: tuple[StepStanding, ...]
    runs: tuple[RunRecord, ...]


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
        )
