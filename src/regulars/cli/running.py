"""The verb that runs a project."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from regulars.cli import state
from regulars.cli.clock import now
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.errors import SettingsError
from regulars.core.run_logs import LogFormat, configure_logging

if TYPE_CHECKING:
    from regulars.core.progress import Progress
    from regulars.core.settings import Project
    from regulars.core.step_results import StepOutcome
    from regulars.flows.profiling import RunProfile
    from regulars.flows.run import RunOutcome, RunRequest


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("run")(run_command)


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
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Publish segments and the report now, without PNG charts; the next run adds "
            "churn scores and values.",
        ),
    ] = False,
    wait: Annotated[
        float,
        typer.Option("--wait", min=0, help="Seconds to wait while another run holds the project."),
    ] = 0,
    log_format: Annotated[
        LogFormat,
        typer.Option("--log-format", help="Format of the files in .regulars/logs."),
    ] = "text",
    profile: Annotated[
        bool,
        typer.Option(
            "--profile",
            help="Show time and memory by step and by dbt model, and CPU time by function.",
        ),
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
        plots=not (no_plots or quick),
        quick=quick,
        wait=wait,
    )
    if dry_run:
        _show_plan(project, request)
    else:
        run_project(project, request, profiled=profile, log_format=log_format)


def day(text: str | None) -> date | None:
    """A day as typed. Raises SettingsError for what is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"--as-of '{text}' is not a day", hint="Write YYYY-MM-DD.") from None


def run_project(
    project: Project,
    request: RunRequest | None = None,
    *,
    quiet: bool = False,
    profiled: bool = False,
    log_format: LogFormat = "text",
) -> RunOutcome:
    """Run a project, draw the progress, and end with a summary (none where `quiet`)."""
    from regulars.cli.drawing import DrawnProgress
    from regulars.core.step_results import StepStatus
    from regulars.flows.run import RunRequest

    # OpenMP threads that spin while they wait are slower on busy machines.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    configure_logging(project.state, log_format=log_format)
    console = Console(stderr=state.options.as_json)
    run_request = request or RunRequest()
    with DrawnProgress(console) as progress:
        outcome, profile = _run(project, run_request, progress=progress, profiled=profiled)
    if outcome.recovered:
        console.print(f"[dim]Recovered from {outcome.recovered}, which did not end.[/]")
    if quiet:
        pass
    elif state.options.as_json:
        steps = [_outcome_json(step) for step in outcome.steps]
        whole = {"steps": steps, "profile": profile.model_dump(mode="json")} if profile else steps
        typer.echo(json.dumps(whole, indent=2))
    elif any(step.name == "publish" for step in outcome.steps):
        from regulars.cli.current_release import print_summary

        print_summary(project, console)
    if profile is not None and not state.options.as_json:
        from regulars.cli.profile_tables import print_profile

        print_profile(console, profile)
    if any(step.status == StepStatus.FAILED for step in outcome.steps):
        raise typer.Exit(1)
    return outcome


def _run(
    project: Project, request: RunRequest, *, progress: Progress, profiled: bool
) -> tuple[RunOutcome, RunProfile | None]:
    """Run a project; with its profile, which is kept in the project's state, where asked for."""
    from regulars.flows.run import run

    if not profiled:
        return run(project, request, progress=progress, clock=now), None
    from regulars.flows.profiling import ProfiledProgress, write_profile

    with ProfiledProgress(progress) as measured:
        outcome = run(project, request, progress=measured, clock=now)
    profile = measured.profile(outcome.run_id)
    write_profile(project.state, profile)
    return outcome, profile


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
    from regulars.cli.plan_words import plan_words
    from regulars.flows.run import STEPS, plan
    from regulars.flows.session import view

    with view(project, now, options=request) as context:
        items = plan(request, context=context)
    deferred = {step.name for step in STEPS if request.quick and step.defer}
    if state.options.as_json:
        rows = [
            {
                "step": item.step,
                "would_run": item.is_stale and item.step not in deferred,
                "would_defer": item.is_stale and item.step in deferred,
                "reason": item.reason,
                "subject": item.subject,
                "because": plan_words(item),
            }
            for item in items
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for item in items:
        verb = ("later" if item.step in deferred else "run") if item.is_stale else "skip"
        typer.echo(f"{item.step:<9} {verb:<5} {plan_words(item)}")
