"""Verbs that answer from the current release: segments, churn, explain, top, campaign, report."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated, Literal

import typer

from regulars.cli import learning, state
from regulars.cli.campaigning import campaign_command
from regulars.cli.current_release import current_reading
from regulars.cli.global_options import Verbs
from regulars.core.errors import ReleaseError

Measure = Literal["priority", "value", "risk"]
_SHOW_PERSONAL = typer.Option(
    "--show-personal", help="Show personal data; without this option it is masked."
)


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("segments")(segments_command)
    churn = Verbs(help="Show the churn definition, the accuracy of the score and its drivers.")
    churn.callback(invoke_without_command=True)(churn_command)
    learning.add_to(churn)
    app.add_typer(churn, name="churn")
    app.command("explain")(explain_command)
    app.command("top")(top_command)
    app.command("campaign")(campaign_command)
    app.command("report")(report_command)


def segments_command() -> None:
    """List the segments with size, customer value, recency, frequency and churn risk."""
    from regulars.cli.answering.segments import answer_segments

    answer_segments(current_reading(state.options.project), as_json=state.options.as_json)


def churn_command(context: typer.Context) -> None:
    """Show the churn definition, the accuracy of the score and its drivers."""
    if context.invoked_subcommand is not None:
        return
    from regulars.cli.answering.churn import answer_churn

    answer_churn(
        current_reading(state.options.project, with_cautions=False), as_json=state.options.as_json
    )


def explain_command(
    customer_id: Annotated[str | None, typer.Argument(metavar="ID", help="Customer ID.")] = None,
    everybody: Annotated[
        bool, typer.Option("--global", help="Explain the scores of all customers instead of one.")
    ] = False,
    show_personal: Annotated[bool, _SHOW_PERSONAL] = False,
) -> None:
    """Explain the score of one customer: reasons, uncertainty and unusual values."""
    from regulars.cli.answering.explanation import answer_explanation
    from regulars.cli.answering.global_explanation import answer_global

    if everybody:
        answer_global(current_reading(state.options.project), as_json=state.options.as_json)
        return
    if customer_id is None:
        raise typer.BadParameter("name a customer, or ask for --global", param_hint="ID")
    answer_explanation(
        current_reading(state.options.project),
        customer_id,
        as_json=state.options.as_json,
        show_personal=show_personal,
    )


def top_command(
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="Number of customers to list.")
    ] = 20,
    by: Annotated[Measure, typer.Option("--by", help="Measure to rank customers by.")] = "priority",
    segment: Annotated[
        str | None, typer.Option("--segment", help="Only customers of this segment.")
    ] = None,
    show_personal: Annotated[bool, _SHOW_PERSONAL] = False,
) -> None:
    """List the customers of highest priority, value or churn risk."""
    from regulars.cli.answering.top import answer_top

    answer_top(
        current_reading(state.options.project),
        as_json=state.options.as_json,
        limit=limit,
        by=by,
        segment=segment,
        show_personal=show_personal,
    )


def report_command(
    open_it: Annotated[
        bool, typer.Option("--open", help="Open the report in the browser.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Copy the report and its files to this folder.")
    ] = None,
    no_plots: Annotated[bool, typer.Option("--no-plots", help="Leave out the PNG charts.")] = False,
) -> None:
    """Print the path of the current release's report: one HTML file that needs no network."""
    from regulars.cli.console import print_json
    from regulars.serve.reports.exploration_files import interactive_page
    from regulars.serve.reports.files import copy_report, report_files

    reading = current_reading(state.options.project)
    files = report_files(reading.folder, figures=not no_plots)
    if "report.html" not in files:
        raise ReleaseError(
            "this release has no report",
            where=str(reading.folder),
            hint="Run `regulars run --steps report`.",
        )
    if to is not None:
        files = copy_report(files, to)
        page = None if no_plots else interactive_page(reading, to)
        files |= {page.name: page} if page else {}
    path = files["report.html"]
    if state.options.as_json:
        print_json({name: str(file) for name, file in files.items()})
    else:
        typer.echo(path)
    if open_it:
        webbrowser.open(path.absolute().as_uri())
