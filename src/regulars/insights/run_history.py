"""What ran, when, and what came of it? Runs of a project, and the steps behind a release."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.core.lock import holder_of
from regulars.core.settings import Project
from regulars.core.step_results import StepResult
from regulars.insights.release_reading import Reading
from regulars.insights.step_words import step_words
from regulars.release.project_facts import ReleaseManifest
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger, RunRecord, StepRecord

_LOG = "regulars.log"


@dataclass(frozen=True)
class RunHealth:
    """Where a project stands: who holds it, its newest runs, its releases, the current one."""

    running: str | None
    runs: tuple[RunRecord, ...]
    releases: tuple[ReleaseManifest, ...]
    current: ReleaseManifest | None


def run_health(project: Project, *, runs: int = 20) -> RunHealth:
    """The newest runs and releases first; works while a run goes on, and before any."""
    releases = Releases(project.state)
    return RunHealth(
        running=holder_of(project.state),
        runs=tuple(Ledger(project.state).runs(limit=runs)),
        releases=tuple(releases.sealed()),
        current=releases.current() if releases.is_published else None,
    )


def steps_of_run(project: Project, run_id: str) -> tuple[StepRecord, ...]:
    """The steps of one run, in order."""
    return tuple(Ledger(project.state).steps(run_id))


def log_lines(project: Project, *, limit: int = 200) -> tuple[str, ...]:
    """The newest lines of the run log, oldest first; empty before the first run."""
    path = project.state / "logs" / _LOG
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", errors="replace") as file:
        return tuple(line.rstrip("\n") for line in deque(file, maxlen=limit))


_AFTER_STAGING = ("report", "publish")


@dataclass(frozen=True)
class Step:
    """The newest result of one step in words; `reused` where this run skipped it as unchanged."""

    name: str
    seconds: float
    note: str
    ended_at: str
    reused: bool


@dataclass(frozen=True)
class CutoffWindow:
    """One past date to learn from or to score at, and its outcome window."""

    as_of: date
    outcome_from: date
    outcome_to: date
    is_closed: bool


def steps(reading: Reading) -> tuple[Step, ...]:
    """Steps up to the staging of this release, in order; later ones had not run yet."""
    if not reading.has("run_steps"):
        return ()
    run_id = reading.manifest.run_id
    rows = reading.rows("select * from run_steps")
    return tuple(
        Step(
            name=row["step"],
            seconds=float(row["seconds"] or 0.0),
            note=step_words(row["step"], result_of(row)),
            ended_at=row["ended_at"] or "",
            reused=row["run_id"] != run_id,
        )
        for row in rows
        if row["run_id"] == run_id or row["step"] not in _AFTER_STAGING
    )


def step_result(reading: Reading, step: str) -> StepResult | None:
    """What a step came to, as the release holds it; None where that is not on record."""
    if not reading.has("run_steps"):
        return None
    rows = reading.rows("select * from run_steps where step = ?", [step])
    return result_of(rows[0]) if rows else None


def result_of(row: Mapping[str, Any]) -> StepResult | None:
    """The result in a row of `run_steps`; releases of version 1.0 hold a sentence instead."""
    if row.get("result"):
        return StepResult.model_validate_json(row["result"])
    return StepResult(earlier_words=row["note"]) if row.get("note") else None


def cutoffs(reading: Reading) -> tuple[CutoffWindow, ...]:
    """Every date that features were computed at, oldest first."""
    return tuple(
        CutoffWindow(**row)
        for row in reading.rows(
            """
            select
                cast(as_of as date) as as_of,
                cast(outcome_from as date) as outcome_from,
                cast(outcome_to as date) as outcome_to,
                is_closed
            from cutoffs
            order by as_of
            """
        )
    )
