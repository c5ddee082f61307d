"""The jobs of a project's schedule: what runs when, by which words of the command line."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from regulars.core.cron import parse_cron
from regulars.core.errors import SettingsError
from regulars.core.settings import Project


@dataclass(frozen=True)
class Job:
    """One job: its times and the words after `regulars`."""

    name: str
    cron: str
    words: tuple[str, ...]
    meaning: str

    @property
    def calendars(self) -> tuple[str, ...]:
        """The times as systemd writes them."""
        return tuple(parse_cron(self.cron).calendars())


def scheduled_jobs(project: Project) -> list[Job]:
    """The jobs, in order. Raises SettingsError where the project has no schedule."""
    schedule = project.schedule
    wait = ("--wait", str(schedule.wait))
    jobs = []
    if schedule.run:
        jobs.append(Job("run", schedule.run, ("run", *wait), "all steps that are out of date"))
    if schedule.data:
        words = ("run", "--quick", *wait)
        jobs.append(Job("data", schedule.data, words, "new data, without learning"))
    if not jobs:
        raise SettingsError(
            "the project has no schedule",
            where=str(project.file),
            hint="Add to it, for example: schedule: {run: '30 2 * * *'}",
        )
    return [*jobs, Job("watch", schedule.watch, ("alerts", "watch"), "alerts, beside the runs")]


def program() -> str:
    """The path of `regulars` in the environment that runs now."""
    return str(Path(sys.executable).with_name("regulars"))


def shell_command(project: Project) -> str:
    """How a shell calls the program for a project, up to the words of a job."""
    return shlex.join([program(), "--project", str(project.root)])
