"""Verbs that answer from the current release."""

from __future__ import annotations

import typer
from rich.console import Console

from regulars.core.settings import Project


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""


def print_summary(project: Project, console: Console) -> None:
    """The end of a run in a few lines."""
    console.print(f"The report is at {project.state / 'releases'}")
