"""What makes steps stale besides settings, code and the steps before them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from regulars.flows.context import RunContext
from regulars.ingest.deliveries import deliveries_fingerprint
from regulars.warehouse.opening import warehouse_place


def deliveries(context: RunContext, _fingerprints: Any = None) -> Any:
    """What the sources hold now, by size and time of their files, and where the warehouse is."""
    return [deliveries_fingerprint(context.project), warehouse_place(context.project)]


def remote_sources(context: RunContext) -> str | None:
    """Sources that landing must ask what they have: it cannot be skipped unseen."""
    remote = [name for name, source in context.project.sources.items() if source.is_remote]
    return ", ".join(remote) or None


def check_inputs(context: RunContext, fingerprints: Mapping[str, str]) -> Any:
    """Whether strictness would stop, and whether nothing came for long.

    Deliveries grow old though nothing changes: the check runs again once they are too old.
    """
    last = context.ledger.last_result("check")
    errors = last.result.counts.get("errors", 0) if last and last.result else 0
    return [context.options.strict and errors > 0, _is_aged(context, fingerprints["land"])]


def _is_aged(context: RunContext, deliveries: str) -> bool:
    """Whether nothing came since a landing that is too long ago."""
    landed, first = context.ledger.last_result("land"), context.ledger.first_result("land")
    if landed is None or first is None or first.ended_at is None:
        return False
    age = context.started_at - datetime.fromisoformat(first.ended_at)
    is_old = age > timedelta(days=context.project.checks.fresh_days)
    return landed.fingerprint == deliveries and is_old
