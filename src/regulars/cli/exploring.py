"""The verb that explores: explore."""

from __future__ import annotations

import typer

from regulars.cli import state
from regulars.cli.answers import current_reading


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("explore")(explore_command)


def explore_command() -> None:
    """A first look at the data: what there is, what goes with churn, what says the same."""
    from regulars.cli.answering.exploration import answer_exploration
    from regulars.insights.exploration.answer import explore

    found = explore(current_reading(state.options.project))
    answer_exploration(found, as_json=state.options.as_json)
