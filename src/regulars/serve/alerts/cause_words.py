"""The sentence of a cause, and the command to type next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from regulars.core.counts import several
from regulars.insights.alerts.causes import Cause, CauseKind


def _step(cause: Cause) -> str:
    verb = "was interrupted" if cause.facts["status"] == "interrupted" else "failed"
    return f"the step {cause.subject} {verb}: {cause.facts['error']}"


def _check(cause: Cause) -> str:
    verb = "fails" if cause.severity == "error" else "warns"
    failures = cause.facts["failures"]
    rows = f" for {several(failures, 'row')}" if failures else ""
    table = f" of {cause.facts['table']}" if cause.facts["table"] else ""
    return f"the check {cause.subject}{table} {verb}{rows}"


def _volume(cause: Cause) -> str:
    facts = cause.facts
    return (
        f"{several(facts['rows'], 'new row')} on {facts['day']}; the {facts['days']} days before "
        f"had {facts['low']:,} to {facts['high']:,}"
    )


def _calibration(cause: Cause) -> str:
    facts = cause.facts
    return (
        f"of {several(facts['customers'], 'customer')} scored on {facts['as_of']}, "
        f"{facts['predicted']:.1%} were predicted to churn and {facts['observed']:.1%} did"
    )


def _no_run(cause: Cause) -> str:
    since = cause.facts["since"]
    hours = cause.facts["hours"]
    limit = f"{hours:g} hours at most" if hours >= 2 else f"{60 * hours:.0f} minutes at most"
    if since is None:
        return f"no run has ever succeeded ({limit})"
    return f"no run has succeeded since {since} ({limit})"


_WHAT: Mapping[CauseKind, Callable[[Cause], str]] = {
    CauseKind.STEP_FAILED: _step,
    CauseKind.RUN_FAILED: lambda cause: f"{cause.facts['command']} failed: {cause.facts['error']}",
    CauseKind.CHECK_FAILED: _check,
    CauseKind.SOURCE_FAILED: lambda cause: (
        f"the source {cause.subject} failed: {cause.facts['error']}"
    ),
    CauseKind.LATE_SOURCE: lambda cause: (
        f"the source {cause.subject} has had no new row for {several(cause.facts['days'], 'day')} "
        f"({cause.facts['limit']:g} at most)"
    ),
    CauseKind.VOLUME: _volume,
    CauseKind.DRIFT: lambda cause: (
        f"{several(cause.facts['inputs'], 'input')} of the churn score show major drift, "
        f"{cause.facts['worst']} the most"
    ),
    CauseKind.REALISED_ACCURACY: lambda _: (
        "an earlier churn score ranked customers worse than `churn.retrain_below` allows"
    ),
    CauseKind.CALIBRATION: _calibration,
    CauseKind.NO_RUN: _no_run,
}
_NEXT: Mapping[CauseKind, str] = {
    CauseKind.STEP_FAILED: "`regulars status --run newest` shows the run; correct the cause, then "
    "`regulars run` goes on from there. `regulars doctor` looks for damage.",
    CauseKind.RUN_FAILED: "`regulars status --run newest` shows the run.",
    CauseKind.CHECK_FAILED: "`regulars check --show {subject}` shows the rows.",
    CauseKind.SOURCE_FAILED: "Look at the server of the source; then `regulars run`.",
    CauseKind.LATE_SOURCE: "Ask who delivers it; `regulars status` names files that no source "
    "reads.",
    CauseKind.VOLUME: "`regulars check --history` shows rows by run.",
    CauseKind.DRIFT: "`regulars churn history` names them; `regulars churn train` trains again.",
    CauseKind.REALISED_ACCURACY: "`regulars churn history` shows it; `regulars churn train` "
    "trains again.",
    CauseKind.CALIBRATION: "`regulars churn history` shows it; `regulars churn train` "
    "trains again.",
    CauseKind.NO_RUN: "Look whether the scheduler and the machine are up; `regulars status` shows "
    "the last runs.",
}


def cause_words(cause: Cause) -> str:
    """What is wrong, in a sentence without its full stop."""
    return _WHAT[cause.kind](cause)


def next_words(cause: Cause) -> str:
    """What to do next, with the command."""
    if cause.kind == CauseKind.CHECK_FAILED and not cause.facts["failures"]:
        return "`regulars check` says what it found."
    return _NEXT[cause.kind].replace("{subject}", cause.subject)
