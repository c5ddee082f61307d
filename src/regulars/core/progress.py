"""How a run tells what it is doing; a surface draws it."""

from __future__ import annotations

from typing import Protocol

from regulars.core.step_results import StepOutcome


class Progress(Protocol):
    """Called from the run, in order. Nothing here may fail or take long."""

    def step_started(self, name: str, *, index: int, total: int) -> None:
        """A step begins; `index` counts from 1."""

    def detail(self, text: str, *, share: float | None = None) -> None:
        """What the step is at; `share` of it is done (0 to 1), where that is known."""

    def step_ended(self, outcome: StepOutcome) -> None:
        """A step is done, skipped or failed."""


class Silent:
    """Progress that nobody looks at."""

    def step_started(self, name: str, *, index: int, total: int) -> None:
        pass

    def detail(self, text: str, *, share: float | None = None) -> None:
        pass

    def step_ended(self, outcome: StepOutcome) -> None:
        pass
