"""What a page sees: the project, its current release, and answers that are remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from regulars.core.settings import Project, read_project
from regulars.insights.amounts import Unit, customer_value_unit, unit_of
from regulars.insights.headings import Units, units_of
from regulars.insights.release_reading import Reading
from regulars.release.release_store import Releases

Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")
_ANSWERS_KEPT = 400
_AT_ONCE = threading.Semaphore(4)  # questions to one machine, however many people look


@dataclass(frozen=True)
class View:
    """One look at one release: everything on a page is about the same one."""

    project: Project
    reading: Reading

    @property
    def release_id(self) -> str:
        """The release that is shown."""
        return self.reading.folder.name

    @property
    def unit(self) -> Unit:
        """What amounts are counted in."""
        return unit_of(self.reading)

    @property
    def customer_value_unit(self) -> Unit:
        """What the value of customers is counted in."""
        return customer_value_unit(self.reading)

    @property
    def units(self) -> Units:
        """Both, for tables and exports."""
        return units_of(self.reading)

    @property
    def show_personal(self) -> bool:
        """Whether the project lets personal data be shown here."""
        return self.project.dashboard.show_personal

    @property
    def rows(self) -> int:
        """How many rows a table on a page has at most."""
        return self.project.dashboard.rows

    def ask(
        self,
        question: Callable[Concatenate[Reading, Asked], Answer],
        *arguments: Asked.args,
        **named: Asked.kwargs,
    ) -> Answer:
        """An answer of `insights`, from memory where this release was asked the same before."""
        name = f"{question.__module__}.{getattr(question, '__qualname__', question)}"
        key = f"{name} {arguments!r} {sorted(named.items())!r}"
        folder = str(self.reading.folder)
        answer = _answered(folder, key, lambda: question(self.reading, *arguments, **named))
        return cast(Answer, answer)


def open_view(folder: Path) -> View:
    """The current release of the project in a folder. Raises ReleaseError where there is none."""
    project = read_project(folder)
    releases = Releases(project.state)
    current = releases.current()
    return View(
        project,
        _reading(str(releases.path(current.release_id)), project.dashboard.seconds),
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _reading(folder: str, seconds: float) -> Reading:
    return Reading(Path(folder), seconds=seconds)


@st.cache_resource(max_entries=_ANSWERS_KEPT, show_spinner=False)
def _answered(release: str, key: str, _ask: Callable[[], Any]) -> Any:
    # Answers are frozen, so all who look may share one.
    with _AT_ONCE:
        return _ask()
