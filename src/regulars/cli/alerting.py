"""The verbs for what happened and who is notified: events, alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.clock import now
from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.errors import DeliveryError, SettingsError
from regulars.core.lock import user_name

if TYPE_CHECKING:
    from regulars.core.settings import Project
    from regulars.flows.sending_alerts import AlertOutcome, OpenAlert
    from regulars.warehouse.operation_events import OperationEvent

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_MINUTE = "%Y-%m-%d %H:%M %Z"
TOO_OLD = 4  # exit code: no run has succeeded for too long, or a source is late


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("events")(events_command)
    alerts = Verbs(help="List what is wrong, try the channels, snooze, and look unattended.")
    alerts.callback(invoke_without_command=True)(alerts_command)
    alerts.command("list")(alerts_list)
    alerts.command("test")(alerts_test)
    alerts.command("snooze")(alerts_snooze)
    alerts.command("watch")(alerts_watch)
    app.add_typer(alerts, name="alerts")


def events_command(
    *,
    kind: Annotated[
        str | None,
        typer.Option(
            help="Only events of this kind: run, step, check, release, score, campaign, access "
            "or alert."
        ),
    ] = None,
    run: Annotated[str | None, typer.Option(help="Only events of this run.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Largest number of events to list.")] = 50,
) -> None:
    """List what happened, newest first: runs, steps, checks, releases, alerts, access."""
    from regulars.warehouse.ledger import Ledger
    from regulars.warehouse.operation_events import EventKind, EventLog

    kinds = [known.value for known in EventKind]
    if kind is not None and kind not in kinds:
        raise SettingsError(
            f"there is no kind of events '{kind}'", hint=f"Kinds: {', '.join(kinds)}."
        )
    ledger = Ledger(read_project(state.options.project).state)
    chosen = EventKind(kind) if kind else None
    events = EventLog(ledger).newest(kind=chosen, run_id=run, limit=limit)
    if state.options.as_json:
        print_json([_event_json(event) for event in events])
        return
    table = answer_table(["at", "kind", "status", "subject", "run"], drop=["run"])
    for event in events:
        add_row(table, event.at[:19], event.kind, event.status, event.subject, event.run_id)
    print_table(answer_console(), table)


def note_event(project: Project, kind: str, subject: str, status: str, **facts: Any) -> None:
    """Remember what a command did; `regulars events` lists it."""
    from regulars.warehouse.ledger import Ledger
    from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent, text_of

    event = OperationEvent(EventKind(kind), subject, status, text_of(now()), None, facts)
    EventLog(Ledger(project.state)).append([event])


def _event_json(event: OperationEvent) -> dict[str, Any]:
    return {
        "event_id": event.event_id, "at": event.at, "kind": event.kind, "subject": event.subject,
        "status": event.status, "run_id": event.run_id, "facts": dict(event.facts),
    }  # fmt: skip


def alerts_command(context: typer.Context) -> None:
    """List what is wrong, try the channels, snooze, and look unattended."""
    if context.invoked_subcommand is None:
        alerts_list()


def alerts_list() -> None:
    """List everything that is wrong now, and what was sent about it; sends nothing."""
    from regulars.flows.sending_alerts import open_alerts
    from regulars.serve.alerts.cause_words import cause_words, next_words

    alerts = open_alerts(read_project(state.options.project), clock=now)
    if state.options.as_json:
        print_json([_alert_json(alert) for alert in alerts])
        return
    for alert in alerts:
        owner = f" for {alert.owner}" if alert.owner else ""
        cause = alert.cause
        typer.echo(f"{cause.severity:<7} {cause.name}{owner}: {cause_words(cause)}")
        typer.echo(f"        {_state_words(alert)}. {next_words(cause)}")
    if not alerts:
        typer.echo("Nothing is wrong.")


def _state_words(alert: OpenAlert) -> str:
    known = alert.state
    if known is not None and known.is_snoozed(now()):
        return f"Snoozed until {known.snoozed_until:{_MINUTE}} by {known.snoozed_by}"
    if known is None or known.opened_at is None or known.notified_at is None:
        return "Not sent yet"
    if known.is_baseline:
        return f"So since the first look, {known.opened_at:{_MINUTE}}"
    return f"Open since {known.opened_at:{_MINUTE}}, last sent {known.notified_at:{_MINUTE}}"


def _alert_json(alert: OpenAlert) -> dict[str, Any]:
    from regulars.serve.alerts.cause_words import cause_words, next_words

    known = alert.state
    return {
        "name": alert.cause.name,
        "severity": alert.cause.severity,
        "owner": alert.owner or None,
        "what": cause_words(alert.cause),
        "next": next_words(alert.cause),
        "opened_at": known and known.opened_at,
        "notified_at": known and known.notified_at,
        "is_baseline": bool(known and known.is_baseline),
        "snoozed_until": known and known.snoozed_until,
        "snoozed_by": (known and known.snoozed_by) or None,
    }


def alerts_test() -> None:
    """Send a test message through every channel; exit code 1 where one fails."""
    from regulars.flows.sending_alerts import try_channels

    project = read_project(state.options.project)
    results = try_channels(project, clock=now)
    if not results:
        raise SettingsError(
            "no channel is set",
            where=str(project.file),
            hint="Set alerts.webhook, alerts.email or alerts.apprise: `regulars docs settings`.",
        )
    if state.options.as_json:
        print_json(results)
    else:
        for channel, failure in results.items():
            typer.echo(failure or f"{channel}: sent")
    if any(results.values()):
        raise typer.Exit(1)


def alerts_snooze(
    name: Annotated[str, typer.Argument(help="Name, as `regulars alerts list` shows it.")],
    *,
    hours: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long, as 30m, 8h or 2d.")
    ] = "1d",
    by: Annotated[
        str | None, typer.Option("--by", help="Who says so; by default your user name.")
    ] = None,
) -> None:
    """Send nothing about an alert for some time; the list says who snoozed it, and until when."""
    from regulars.flows.sending_alerts import snooze

    until = now() + _duration(hours)
    snooze(read_project(state.options.project), name, until=until, by=by or user_name(), clock=now)
    typer.echo(f"{name}: nothing is sent until {until:{_MINUTE}}.")


def _duration(text: str) -> timedelta:
    try:
        length = timedelta(**{_UNITS[text[-1:]]: float(text[:-1])})
    except (KeyError, ValueError, OverflowError):
        length = timedelta()
    if not timedelta() < length <= timedelta(days=365):
        raise SettingsError(f"--for {text}: this is no length of time", hint="Write 30m, 8h or 2d.")
    return length


def alerts_watch() -> None:
    """Look once and send what was not sent yet; for a scheduler of its own, beside the runs.

    Exit code 4 where no run has succeeded for too long or a source is late, else 1 where an error
    is open or no channel took the message.
    """
    from regulars.flows.sending_alerts import alert
    from regulars.insights.alerts.causes import CauseKind

    project = read_project(state.options.project)
    outcome = _with_announcement(project, alert(project, clock=now))
    if state.options.as_json:
        print_json(_outcome_json(outcome))
    else:
        _print_outcome(outcome, has_channel=project.alerts.has_channel)
    kinds = {cause.kind for cause in outcome.causes}
    if kinds & {CauseKind.NO_RUN, CauseKind.LATE_SOURCE}:
        raise typer.Exit(TOO_OLD)
    if outcome.failures or any(cause.severity == "error" for cause in outcome.causes):
        raise typer.Exit(1)


def _with_announcement(project: Project, outcome: AlertOutcome) -> AlertOutcome:
    """The outcome, with a failure more where a program did not take the news of a release."""
    from regulars.flows.announcing_releases import announce_release

    try:
        announce_release(project, clock=now)
    except DeliveryError as error:
        return replace(outcome, failures={**outcome.failures, "release_webhook": str(error)})
    return outcome


def _print_outcome(outcome: AlertOutcome, *, has_channel: bool) -> None:
    from regulars.serve.alerts.cause_words import cause_words

    for cause in outcome.causes:
        typer.echo(f"{cause.severity:<7} {cause.name}: {cause_words(cause)}")
    for failure in outcome.failures.values():
        typer.echo(failure, err=True)
    if not has_channel:
        typer.echo("No channel is set, so nothing is sent.", err=True)
    sent = len(outcome.notices.sent) if has_channel and outcome.is_delivered else 0
    typer.echo(f"{len(outcome.causes)} wrong, {sent} sent now, {len(outcome.notices.held)} held")


def _outcome_json(outcome: AlertOutcome) -> dict[str, Any]:
    return {
        "causes": [cause.name for cause in outcome.causes],
        "sent": [notice.name for notice in outcome.notices.sent if outcome.is_delivered],
        "held": [notice.name for notice in outcome.notices.held],
        "failures": dict(outcome.failures),
    }
