"""Verbs that run and watch: run, status, check."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from regulars.cli import state
from regulars.cli.clock import now
from regulars.cli.console import add_row, answer_console, answer_table, print_table, say
from regulars.cli.global_options import Verbs
from regulars.cli.plan_words import plan_words
from regulars.core.counts import several
from regulars.core.errors import SettingsError
from regulars.core.private_folder import make_private
from regulars.core.settings import Project, read_project
from regulars.core.step_results import StepOutcome, StepStatus

if TYPE_CHECKING:
    from regulars.flows.run import RunOutcome, RunRequest
    from regulars.flows.status import ProjectStatus, StepStanding


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("run")(run_command)
    app.command("status")(status_command)


def run_command(
    *,
    steps: Annotated[
        str | None, typer.Option("--steps", help="Run only these steps, separated by commas.")
    ] = None,
    resume_from: Annotated[
        str | None,
        typer.Option(
            "--resume-from", help="Start at this step, then run later steps that are out of date."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Run steps even when nothing changed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print which steps would run, and why; run none.")
    ] = False,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going", help="After a failed step, run the steps that do not need it."
        ),
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="As-of date (YYYY-MM-DD): use only rows known before it."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop the run when a check of severity error fails.")
    ] = False,
    accept_shrink: Annotated[
        bool,
        typer.Option(
            "--accept-shrink", help="Accept a full load that is much smaller than the last one."
        ),
    ] = False,
    accept_schema: Annotated[
        bool,
        typer.Option(
            "--accept-schema",
            help="Accept files in which a mapped column is missing or written in another way.",
        ),
    ] = False,
    no_plots: Annotated[
        bool, typer.Option("--no-plots", help="Draw no PNG charts beside the report.")
    ] = False,
) -> None:
    """Run all steps that are out of date, from landing to the published release."""
    from regulars.flows.run import RunRequest

    project = read_project(state.options.project)
    request = RunRequest(
        only=[name.strip() for name in steps.split(",")] if steps else None,
        resume_from=resume_from,
        force=force,
        keep_going=keep_going,
        as_of=day(as_of),
        strict=strict,
        accept_shrink=accept_shrink,
        accept_schema=accept_schema,
        plots=not no_plots,
    )
    if dry_run:
        _show_plan(project, request)
    else:
        run_project(project, request)


def day(text: str | None) -> date | None:
    """A day as typed. Raises SettingsError for what is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--as-of '{text}' is not a day", hint="Write YYYY-MM-DD.") from None


def run_project(
    project: Project, request: RunRequest | None = None, *, quiet: bool = False
) -> RunOutcome:
    """Run a project, draw the progress, and end with a summary (none where `quiet`)."""
    from regulars.cli.drawing import DrawnProgress
    from regulars.flows.run import RunRequest, run

    # OpenMP threads that spin while they wait are slower on busy machines.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    configure_logging(project.state)
    console = Console(stderr=state.options.as_json)
    run_request = request or RunRequest()
    with DrawnProgress(console) as progress:
        outcome = run(project, run_request, progress=progress, clock=now)
    if outcome.recovered:
        console.print(f"[dim]Recovered from {outcome.recovered}, which did not end.[/]")
    if quiet:
        pass
    elif state.options.as_json:
        typer.echo(json.dumps([_outcome_json(step) for step in outcome.steps], indent=2))
    elif any(step.name == "publish" for step in outcome.steps):
        from regulars.cli.current_release import print_summary

        print_summary(project, console)
    if any(step.status == StepStatus.FAILED for step in outcome.steps):
        raise typer.Exit(1)
    return outcome


def _outcome_json(step: StepOutcome) -> dict[str, Any]:
    from regulars.insights.step_words import outcome_words

    return {
        "name": step.name,
        "outcome": step.status,
        "seconds": step.seconds,
        "note": outcome_words(step),
        "result": step.result.model_dump(mode="json", exclude_defaults=True),
    }


def _show_plan(project: Project, request: RunRequest) -> None:
    from regulars.flows.run import plan
    from regulars.flows.session import view

    with view(project, now, options=request) as context:
        items = plan(request, context=context)
    if state.options.as_json:
        rows = [
            {
                "step": item.step,
                "would_run": item.is_stale,
                "reason": item.reason,
                "subject": item.subject,
                "because": plan_words(item),
            }
            for item in items
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for item in items:
        typer.echo(f"{item.step:<9} {'run ' if item.is_stale else 'skip'}  {plan_words(item)}")


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


def configure_logging(folder: Path) -> None:
    """Everything to `.regulars/logs/regulars.log`, errors to errors.log too; both rotate."""
    make_private(folder)
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger("regulars")
    if root.handlers:
        return
    root.setLevel(logging.INFO)
    root.propagate = False  # other libraries put handlers of their own on the root logger
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name, level in (("regulars.log", logging.INFO), ("errors.log", logging.ERROR)):
        handler = logging.handlers.RotatingFileHandler(
            logs / name, maxBytes=5_000_000, backupCount=3, encoding="utf-8"
        )
        handler.setLevel(level)
        handler.setFormatter(form)
        root.addHandler(handler)
