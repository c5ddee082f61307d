"""Where a project stands, as an object that shows itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from regulars.notebook.showing import Grid, Part, Shown, Title

if TYPE_CHECKING:
    from regulars.flows.status import ProjectStatus, StepStanding


class Status(Shown):
    """Which steps ran, when, and which are out of date."""

    def __init__(self, status: ProjectStatus) -> None:
        self._status = status

    @property
    def release(self) -> str | None:
        """The id of the current release; None before the first one."""
        return self._status.release

    @property
    def running(self) -> str | None:
        """Who runs the project now, in words; None where nobody does."""
        return self._status.running

    @property
    def stale(self) -> tuple[str, ...]:
        """The steps that the next run would run."""
        return tuple(each.item.step for each in self._status.steps if each.item.is_stale)

    @property
    def steps(self) -> tuple[StepStanding, ...]:
        """The steps in order, each with its plan and its newest result."""
        return self._status.steps

    def _parts(self) -> Iterator[Part]:
        status = self._status
        yield Title(status.project)
        if status.running:
            yield f"running now: {status.running}"
        yield (
            f"release {status.release}, looking back from {str(status.as_of)[:10]}"
            if status.release
            else "nothing published yet: project.run()"
        )
        yield Grid(
            ("step", "", "last", "seconds", "what came of it"),
            [self._row(standing) for standing in status.steps],
        )
        for late in status.late:
            yield f"{late.source}: no new rows for {late.days} days"
        for file in status.unread:
            yield f"{file.file} looks like a delivery of {file.source}, and no source reads it"

    def _row(self, standing: StepStanding) -> tuple[object, ...]:
        from regulars.insights.step_words import step_words

        item, last = standing.item, standing.last
        words = step_words(item.step, last.result if last else None)
        return (
            item.step,
            "stale" if item.is_stale else "fresh",
            (last.ended_at or "")[:16].replace("T", " ") if last else None,
            last.seconds if last else None,
            (last.error if last else None) or words,
        )
