"""The verb that explores: explore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli import state
from regulars.cli.current_release import current_reading
from regulars.cli.global_options import Verbs
from regulars.core.counts import several


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("explore")(explore_command)


def explore_command(
    plots: Annotated[
        Path | None,
        typer.Option(
            "--plots", help="Write charts, an interactive page, JSON and text to this folder."
        ),
    ] = None,
) -> None:
    """Explore the data: distributions, what correlates with churn, redundant features."""
    from regulars.cli.answering.exploration import answer_exploration
    from regulars.insights.exploration.answer import explore
    from regulars.serve.reports.exploration_files import write_plots

    reading = current_reading(state.options.project)
    exploration = explore(reading)
    answer_exploration(exploration, as_json=state.options.as_json)
    if plots is None:
        return
    written = write_plots(reading, exploration, folder=plots)
    typer.echo(f"wrote {several(len(written), 'file')} to {plots}", err=True)
