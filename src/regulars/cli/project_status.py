"""The verb that shows where a project stands."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.clock import now
from regulars.cli.console import add_row, answer_console, answer_table, print_table, say
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.counts import several

if TYPE_CHECKING:
    from regulars.flows.status import ProjectStatus, StepStanding


def register(app: Verbs) -> None:
    """Add the verb to the command line."""
    app.command("status")(status_command)


def status_command(
    runs: Annotated[int, typer.Option("--runs", help="Number of runs to list.")] = 5,
    run: Annotated[
        str | None,
        typer.Option("--run", help="Show the report of this run; 'newest' for the last one."),
    ] = None,
) -> None:
    """Show which steps ran, when, on which data, and which are out of date."""
    from regulars.flows.status import project_status

    if run is not None:
        _report_run(None if run == "newest" else run)
        return
    status = project_status(read_project(state.options.project), clock=now, runs=runs)
    if state.options.as_json:
        typer.echo(json.dumps(_status_json(status), indent=2))
    else:
        _print_status(status)


def _report_run(run_id: str | None) -> None:
    from regulars.flows.run_report import pipeline_report
    from regulars.insights.pipeline_report import summary_of

    report = pipeline_report(read_project(state.options.project), run_id)
    text = json.dumps(report, indent=2) if state.options.as_json else summary_of(report)
    typer.echo(text.rstrip("\n"))


def _status_json(status: ProjectStatus) -> dict[str, Any]:
    return {
        "project": status.project,
        "running": status.running,
        "release": status.release,
        "as_of": status.as_of,
        "rows": status.rows,
        "steps": [_step_row(standing) for standing in status.steps],
        "runs": [asdict(run) for run in status.runs],
        "late": [asdict(late) for late in status.late],
        "unread": [asdict(file) for file in status.unread],
    }


def _step_row(standing: StepStanding) -> dict[str, Any]:
    from regulars.cli.plan_words import plan_words
    from regulars.insights.step_words import step_words

    item, last = standing.item, standing.last
    result = last.result if last else None
    return {
        "step": item.step,
        "stale": item.is_stale,
        "reason": item.reason,
        "because": plan_words(item),
        "last": last.ended_at if last else None,
        "seconds": last.seconds if last else None,
        "note": (last.error if last else None) or step_words(item.step, result),
        "result": result and result.model_dump(mode="json", exclude_defaults=True),
    }


def _print_status(status: ProjectStatus) -> None:
    console = answer_console()
    say(console, status.project, style="bold")
    if status.running:
        say(console, "running now: ", status.running)
    say(
        console,
        f"release {status.release}, looking back from {status.as_of}"
        if status.release
        else "nothing published yet: `regulars run`",
    )
    table = answer_table(
        ["step", "state", "last", "took", "what came of it"], ["took"], drop=["took", "last"]
    )
    for row in map(_step_row, status.steps):
        took = "" if row["seconds"] is None else f"{row['seconds']:.1f} s"
        fresh = f"stale: {row['because']}" if row["stale"] else "fresh"
        last = (row["last"] or "")[:19]
        add_row(table, row["step"], fresh, last, took, row["note"])
    print_table(console, table)
    for late in status.late:
        say(console, f"{late.source}: no new rows for {several(late.days, 'day')}", style="yellow")
    for file in status.unread:
        say(
            console,
            f"{file.file} looks like a delivery of {file.source}, and "
            f"sources.{file.source}.path does not read it",
            style="yellow",
        )
    for run in status.runs:
        why = f": {run.error}" if run.error else ""
        say(console, f"run {run.run_id} {run.status}, {run.started_at[:19]}{why}", style="dim")
