"""The current release of a project, as the verbs that answer from it open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from regulars.cli.project_reading import read_project

if TYPE_CHECKING:
    from regulars.core.settings import Project
    from regulars.insights.release_reading import Reading


def current_reading(folder: Path, *, with_cautions: bool = True) -> Reading:
    """The current release; standard error names synthetic rows and cautions of the score.

    A verb that prints the cautions itself leaves them out here.
    """
    from regulars.insights.cautions import caution_sentences
    from regulars.insights.delivered_files import synthetic_warning
    from regulars.insights.not_yet_computed import not_yet_warning
    from regulars.insights.release_reading import read_current

    reading = read_current(read_project(folder))
    if warning := synthetic_warning(reading):
        typer.secho(warning, fg="yellow", bold=True, err=True)
    if not_yet := not_yet_warning(reading):
        typer.secho(not_yet, fg="yellow", bold=True, err=True)
    for sentence in caution_sentences(reading) if with_cautions else ():
        typer.secho(sentence, fg="yellow", bold=True, err=True)
    return reading


def print_summary(project: Project, console: Console) -> None:
    """Print the end of a run in a few lines."""
    from regulars.cli.answering.summary import print_overview

    print_overview(current_reading(project.root, with_cautions=False), console)
