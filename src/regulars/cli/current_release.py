"""The current release of a project, as the verbs that answer from it open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from regulars.core.settings import Project, read_project

if TYPE_CHECKING:
    from regulars.insights.release_reading import Reading


def current_reading(folder: Path) -> Reading:
    """The current release; sources of synthetic rows are named on standard error."""
    from regulars.insights.delivered_files import synthetic_warning
    from regulars.insights.release_reading import read_current

    reading = read_current(read_project(folder))
    if warning := synthetic_warning(reading):
        typer.secho(warning, fg="yellow", bold=True, err=True)
    return reading


def print_summary(project: Project, console: Console) -> None:
    """Print the end of a run in a few lines."""
    from regulars.cli.answering.summary import print_overview

    print_overview(current_reading(project.root), console)
