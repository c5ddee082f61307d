"""A follow-up changes the last question: `and by city?`, `what about May?`, `only Champions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.insights.asking.assembly import intent_from
from regulars.insights.asking.parts import Assembly
from regulars.insights.asking.periods import preceding
from regulars.insights.asking.phrases import Role
from regulars.insights.semantic.intent import AskedMetric, Filter, Intent


def patched(last: Intent, assembly: Assembly) -> Intent | None:
    """The last question with what this one says; None where this one stands by itself."""
    opens = bool(assembly.items) and assembly.items[0].has(Role.FOLLOW, Role.AND)
    names_figure = bool(assembly.metric_places) or any(
        item.has(Role.WHO) for item in assembly.items
    )
    if names_figure and not opens:
        return None
    metrics = _metrics(assembly) or last.metrics
    whole = intent_from(_with_metrics(assembly, metrics))
    changes: dict[str, Any] = {"metrics": metrics}
    if assembly.choices.dimensions:
        changes["dimensions"] = assembly.choices.dimensions
    changes["filters"] = _replaced(last.filters, whole.filters)
    if whole.share_of:
        changes |= {"share_of": whole.share_of}
    changes |= _times(last, whole)
    if whole.order and assembly.ranking.direction:
        changes["order"] = whole.order
    if assembly.ranking.limit:
        changes["limit"] = assembly.ranking.limit
    merged = {**last.model_dump(), **changes}
    merged["kind"] = _kind(last, whole, merged)
    return Intent.model_validate(merged)


def _metrics(assembly: Assembly) -> tuple[AskedMetric, ...]:
    return tuple(AskedMetric(name=assembly.items[at].name) for at in assembly.metric_places)


def _with_metrics(assembly: Assembly, metrics: Sequence[AskedMetric]) -> Assembly:
    """The parts of a follow-up, read as if it named the figures of the last question."""
    assembly.given = tuple(metrics)
    return assembly


def _replaced(last: Sequence[Filter], new: Sequence[Filter]) -> tuple[Filter, ...]:
    names = {condition.name for condition in new}
    return (*(condition for condition in last if condition.name not in names), *new)


def _times(last: Intent, new: Intent) -> dict[str, Any]:
    if new.before is not None:
        return {"period": new.period, "before": new.before, "grain": None}
    changes: dict[str, Any] = {}
    if new.grain is not None:
        changes["grain"] = new.grain
    if new.period is not None:
        changes["period"] = new.period
        if last.before is not None:
            changes["before"] = preceding(new.period)
    return changes


def _kind(last: Intent, new: Intent, merged: dict[str, Any]) -> str:
    if merged["before"] is not None:
        return "change"
    if last.kind in ("share", "who") and new.kind in ("value", "compare", last.kind):
        return last.kind
    if merged["grain"] is not None and not merged["order"]:
        return "trend"
    if new.kind in ("rank", "share", "who"):
        return new.kind
    return "rank" if merged["order"] else "compare" if merged["dimensions"] else "value"
