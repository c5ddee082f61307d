"""Draw a run: bars where somebody looks, plain lines where output is kept."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from regulars.core.step_results import StepOutcome, StepStatus
from regulars.insights.step_words import outcome_words

_MARKS = {
    StepStatus.DONE: "[green]✓[/]",
    StepStatus.SKIPPED: "[dim]·[/]",
    StepStatus.DEFERRED: "[yellow]…[/]",
    StepStatus.FAILED: "[red]✗[/]",
}
_INSTEAD_OF_SECONDS = {StepStatus.SKIPPED: " skipped", StepStatus.DEFERRED: "   later"}


class DrawnProgress:
    """Progress of a run on a console, as a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[step]:<9}"),
            BarColumn(bar_width=24),
            TextColumn("[dim]{task.description}[/]"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not self._live,
        )
        self._task = self._bars.add_task("", step="", total=1.0)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def step_started(self, name: str, *, index: int, total: int) -> None:
        self._bars.reset(self._task, step=name, description="", total=None)

    def detail(self, text: str, *, share: float | None = None) -> None:
        self._bars.update(
            self._task,
            description=text[:60],
            total=None if share is None else 1.0,
            completed=share or 0.0,
        )

    def step_ended(self, outcome: StepOutcome) -> None:
        took = _INSTEAD_OF_SECONDS.get(outcome.status) or f"{outcome.seconds:6.1f} s"
        words = _escaped(outcome_words(outcome))
        self._console.print(
            f"{_MARKS[outcome.status]} {outcome.name:<9} {took}  {words}",
            highlight=False,
            soft_wrap=not self._live,
        )


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
