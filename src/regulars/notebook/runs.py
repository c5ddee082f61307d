"""A run from a notebook: a line for each step while it goes on, and the outcome as an object."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from regulars.core.step_results import StepOutcome, StepStatus
from regulars.flows.clock import now
from regulars.notebook.showing import Grid, Part, Shown, Title

if TYPE_CHECKING:
    from regulars.core.settings import Project as Settings
    from regulars.flows.run import RunOutcome, RunRequest


class Run(Shown):
    """How a run ended: what came of each step."""

    def __init__(self, outcome: RunOutcome) -> None:
        self._outcome = outcome

    @property
    def id(self) -> str:
        """The id in the run records."""
        return self._outcome.run_id

    @property
    def steps(self) -> tuple[StepOutcome, ...]:
        """The steps in order, with status, seconds and result."""
        return self._outcome.steps

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing had changed, so that every step was skipped."""
        return self._outcome.all_skipped

    def _parts(self) -> Iterator[Part]:
        yield Title(f"Run {self.id}")
        yield Grid(
            ("step", "status", "seconds", "what came of it"),
            [(step.name, str(step.status), step.seconds, _words(step)) for step in self.steps],
        )


def run_project(settings: Settings, request: RunRequest, *, quiet: bool) -> Run:
    """Run a project; a line on standard output says how each step ended, unless `quiet`."""
    from regulars.core.progress import Silent
    from regulars.flows.run import run

    # OpenMP threads that spin while they wait are slower on busy machines.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    progress = Silent() if quiet else WrittenProgress()
    return Run(run(settings, request, progress=progress, clock=now))


class WrittenProgress:
    """A line for each step that ended."""

    def step_started(self, name: str, *, index: int, total: int) -> None:
        """Nothing: a notebook keeps every line."""

    def detail(self, text: str, *, share: float | None = None) -> None:
        """Nothing: a notebook keeps every line."""

    def step_ended(self, outcome: StepOutcome) -> None:
        """Write how it ended."""
        took = f"{outcome.seconds:6.1f} s"
        if outcome.status in (StepStatus.SKIPPED, StepStatus.DEFERRED):
            took = f"{outcome.status:>8}"
        sys.stdout.write(f"{outcome.name:<9} {took}  {_words(outcome)}\n")
        sys.stdout.flush()


def _words(outcome: StepOutcome) -> str:
    from regulars.insights.step_words import outcome_words

    return outcome_words(outcome)
