"""Prefect runs a project: a step is a task, what it came to is its artifact. Needs the extra.

The list of steps, the lock, the records and what is stale are those of `regulars run`: Prefect
adds schedules, a history and retries. `python -m regulars.flows.prefect FOLDER` serves both flows
on the schedule of the project until it is stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from regulars.core.errors import MissingExtra, SettingsError
from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.core.step_results import StepResult
from regulars.flows.run import RunOutcome, RunRequest, run
from regulars.insights.step_words import outcome_words

try:
    from prefect import flow, get_run_logger, serve, task
    from prefect.artifacts import create_table_artifact
    from prefect.schedules import Cron
except ImportError:
    raise MissingExtra("prefect", extra="prefect") from None


def _now() -> datetime:
    return datetime.now(UTC)


def _as_task(name: str, make: Callable[[], StepResult]) -> StepResult:
    """A step as a task of its name; it has no retry of its own: the flow's run resumes at it."""

    @task(name=name, task_run_name=name, persist_result=False)
    def step() -> StepResult:
        return make()

    return step()


def _run(project: str, *, is_quick: bool) -> list[dict[str, Any]]:
    """Run a project and keep a table of its steps; raises what the step that failed raised."""
    settings = read_project(Path(project))
    request = RunRequest(
        plots=not is_quick, quick=is_quick, wait=settings.schedule.wait, command="prefect"
    )
    outcome = run(settings, request, progress=Silent(), clock=_now, around=_as_task)
    rows = _rows(outcome)
    for row in rows:
        get_run_logger().info("%(step)s %(status)s in %(seconds).1f s: %(words)s", row)
    create_table_artifact(rows, key="steps", description=f"run {outcome.run_id}")
    return rows


def _rows(outcome: RunOutcome) -> list[dict[str, Any]]:
    return [
        {
            "run": outcome.run_id,
            "step": step.name,
            "status": str(step.status),
            "seconds": round(step.seconds, 3),
            "words": outcome_words(step),
            **dict(step.result.counts),
        }
        for step in outcome.steps
    ]


@flow(name="data", retries=1, retry_delay_seconds=10)
def data_flow(project: str) -> list[dict[str, Any]]:
    """Land, clean and check new data, and publish segments; learns nothing."""
    return _run(project, is_quick=True)


@flow(name="ml", retries=1, retry_delay_seconds=60)
def ml_flow(project: str) -> list[dict[str, Any]]:
    """All steps that are out of date: training and values when data or code ask for them."""
    return _run(project, is_quick=False)


def serve_flows(folder: Path) -> None:
    """Serve both flows on the project's schedule until stopped."""
    project = read_project(folder)
    crons = {"data": project.schedule.data, "run": project.schedule.run}
    flows = {"data": data_flow, "run": ml_flow}
    deployments = [
        flows[name].to_deployment(
            name,
            parameters={"project": str(project.root)},
            schedule=Cron(cron, timezone=project.timezone),
            concurrency_limit=1,
        )
        for name, cron in crons.items()
        if cron
    ]
    if not deployments:
        raise SettingsError("the project has no schedule", where=str(project.file))
    serve(*deployments)


if __name__ == "__main__":
    serve_flows(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
