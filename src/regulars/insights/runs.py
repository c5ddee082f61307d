"""What ran, when, and what came of it? Asked of the run records, also before the first release."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from regulars.core.lock import holder_of
from regulars.core.settings import Project
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


def log_lines(project: Project, *, most: int = 200) -> tuple[str, ...]:
    """The newest lines of the run log, oldest first; empty before the first run."""
    path = project.state / "logs" / _LOG
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", errors="replace") as file:
        return tuple(line.rstrip("\n") for line in deque(file, maxlen=most))
