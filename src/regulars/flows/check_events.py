"""The events of checks: each time one fails, and once when it passes again."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.flows.context import RunContext
from regulars.ingest.quality.findings import Finding
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent, text_of

_STATUS = {"fail": "failed", "warn": "warned"}


def record_check_events(
    context: RunContext, findings: Sequence[Finding], *, is_whole: bool = False
) -> None:
    """Write the events of a judgement; `is_whole` where it took every test of the project.

    A check that failed and is not there any more (it was set to off) is withdrawn, but not by a
    judgement that was narrower than the one that found it.
    """
    log, at = EventLog(context.ledger), text_of(context.started_at)
    failing = {
        name: event
        for name, event in log.latest(EventKind.CHECK).items()
        if event.status in _STATUS.values()
    }
    statuses = {finding.name: _STATUS.get(finding.status, "passed") for finding in findings}
    facts = {
        finding.name: {
            "check": finding.kind,
            "table": finding.table,
            "failures": finding.failures,
            "is_whole": is_whole,
        }
        for finding in findings
    }
    for name, event in failing.items():
        if name not in statuses and (is_whole or not event.facts["is_whole"]):
            statuses[name] = "withdrawn"
    log.append(
        [
            OperationEvent(EventKind.CHECK, name, status, at, context.run_id, facts.get(name, {}))
            for name, status in statuses.items()
            if status in _STATUS.values() or name in failing
        ]
    )
