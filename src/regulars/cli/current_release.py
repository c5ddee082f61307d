"""The current release of a project, as the verbs that answer from it open it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from regulars.cli.console import say
from regulars.cli.project_reading import read_project
from regulars.core.kept_answers import read_kept, write_kept

if TYPE_CHECKING:
    from regulars.core.settings import Project
    from regulars.insights.release_reading import Reading


def current_reading(folder: Path, *, with_cautions: bool = True) -> Reading:
    """The current release; standard error names synthetic rows and cautions of the score.

    A verb that prints the cautions itself leaves them out here.
    """
    from regulars.insights.release_reading import read_current

    reading = read_current(read_project(folder))
    _warn(_warnings(reading, with_cautions=with_cautions))
    return reading


def _warnings(reading: Reading, *, with_cautions: bool) -> list[str]:
    from regulars.insights.cautions import caution_sentences
    from regulars.insights.delivered_files import synthetic_warning
    from regulars.insights.not_yet_computed import not_yet_warning

    warnings = [synthetic_warning(reading), not_yet_warning(reading)]
    cautions = caution_sentences(reading) if with_cautions else ()
    return [warning for warning in (*warnings, *cautions) if warning]


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        typer.secho(warning, fg="yellow", bold=True, err=True)


def print_summary(project: Project, console: Console) -> None:
    """Print the end of a run in a few lines; those of a release that was summed up are kept."""
    kept, made_from = project.state / "summary.json", _place_of_release(project)
    summary = read_kept(kept, made_from)
    if summary is None:
        summary = _summed_up(project)
        write_kept(kept, summary, made_from)
    _warn(summary["warnings"])
    for line, style in summary["lines"]:
        say(console, line, style=style)


def _summed_up(project: Project) -> dict[str, Any]:
    from regulars.cli.answering.summary import overview_lines
    from regulars.insights.release_reading import read_current

    reading = read_current(project)
    warnings = _warnings(reading, with_cautions=False)
    return {"warnings": warnings, "lines": overview_lines(reading)}


def _place_of_release(project: Project) -> list[str | int]:
    """Where the current release is, and when it was sealed: it never changes afterwards."""
    from regulars.release.release_store import Releases

    releases = Releases(project.state)
    manifest = releases.path(releases.current_id()) / "manifest.json"
    return [str(manifest), manifest.stat().st_mtime_ns if manifest.exists() else 0]
