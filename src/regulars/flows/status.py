"""Where a project stands: what ran, when, on what data, and what is stale."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from regulars.core.lock import holder_of
from regulars.core.progress import Silent
from regulars.core.settings import Project
from regulars.core.step_results import StepResult
from regulars.flows.context import RunContext
from regulars.flows.run import PlannedStep, RunRequest, plan
from regulars.insights.step_words import step_words
from regulars.warehouse.ledger import Ledger, RunRecord


@dataclass(frozen=True)
class StepStatus:
    """One step: whether it would run now, and how its newest result came about."""

    step: str
    stale: bool
    because: str
    last: str | None
    seconds: float | None
    result: StepResult | None
    error: str | None


@dataclass(frozen=True)
class ProjectStatus:
    """`running` names the holder of the project; `rows` are those of the current release."""

    project: str
    running: str | None
    release: str | None
    as_of: str | None
    rows: dict[str, int]
    steps: tuple[StepStatus, ...]
    runs: tuple[RunRecord, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = asdict(self)
        for step, status in zip(plain["steps"], self.steps, strict=True):
            result = status.result
            step["note"] = status.error or step_words(status.step, result)
            step["result"] = result and result.model_dump(mode="json", exclude_defaults=True)
        return plain


def project_status(project: Project, *, now: datetime, runs: int) -> ProjectStatus:
    """The status, read without opening the warehouse; works while a run goes on."""
    context = RunContext(project, "status", now, Silent())
    ledger, releases = context.ledger, context.releases
    current = releases.current() if releases.is_published else None
    return ProjectStatus(
        project=project.project,
        running=holder_of(project.state),
        release=current.release_id if current else None,
        as_of=current.as_of if current else None,
        rows=current.tables if current else {},
        steps=tuple(_step(one, ledger) for one in plan(project, RunRequest(), context=context)),
        runs=tuple(ledger.runs(limit=runs)),
    )


def _step(planned: PlannedStep, ledger: Ledger) -> StepStatus:
    last = ledger.last_result(planned.step.name)
    return StepStatus(
        step=planned.step.name,
        stale=planned.stale,
        because=planned.because,
        last=last.ended_at if last else None,
        seconds=last.seconds if last else None,
        result=last.result if last else None,
        error=last.error if last else None,
    )
