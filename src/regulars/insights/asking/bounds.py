"""Bounds in a question: `more than 3 orders`, `lifetime value between 100 and 500`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.insights.asking.items import Item
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.layer import SemanticLayer

_OPERATORS = {Role.OVER: "over", Role.FROM: "from", Role.UNDER: "under", Role.UP_TO: "up_to"}
# What people bound of one customer when they say a word for a company's sum.
_OF_ONE = {"sales": "lifetime_value", "orders": "orders_per_customer", "buyers": ""}
_TIMES = frozenset({"day", "month", "year", "tag"})


@dataclass(frozen=True)
class Bound:
    """A number that a metric lies on one side of; `places` are the items that say so."""

    metric: str
    operator: str
    number: float
    places: tuple[int, ...]


def bounds_of(items: Sequence[Item], layer: SemanticLayer) -> list[Bound]:
    """The bounds of a question. Raises NotUnderstood where one has no number or no metric."""
    bounds: list[Bound] = []
    for at, item in enumerate(items):
        if item.kind == "number":
            bounds += _at(items, at, layer)
        elif item.has(*_OPERATORS) and not _is_other(items, at):
            _check_number(items, at)
    return bounds


def _is_other(items: Sequence[Item], at: int) -> bool:
    """Whether the word does something else: `over` a period, `than` another value."""
    following = items[at + 1] if at + 1 < len(items) else None
    return following is not None and following.kind == "period"


def _check_number(items: Sequence[Item], at: int) -> None:
    if at + 1 >= len(items) or items[at + 1].kind != "number":
        raise NotUnderstood(
            f"'{items[at].claim.words}' has no number after it",
            kind="unused",
            words=(items[at].claim.words,),
        )


def _at(items: Sequence[Item], at: int, layer: SemanticLayer) -> list[Bound]:
    """The bounds that the number at a place gives: none where it bounds nothing."""
    before = items[at - 1] if at else None
    after = items[at + 1] if at + 1 < len(items) else None
    if before is not None and before.has(Role.BETWEEN):
        return _between(items, at, layer)
    operator, places = None, [at]
    if before is not None and before.has(*_OPERATORS):
        operator = next(name for role, name in _OPERATORS.items() if before.has(role))
        places.append(at - 1)
    elif after is not None and after.has(Role.OR_MORE, Role.OR_LESS):
        operator = "from" if after.has(Role.OR_MORE) else "up_to"
        places.append(at + 1)
    if operator is None:
        return []
    metric_at = _metric_place(items, min(places), max(places))
    return [_bound(items, at, operator, metric_at=metric_at, places=places, layer=layer)]


def _between(items: Sequence[Item], at: int, layer: SemanticLayer) -> list[Bound]:
    if at + 2 >= len(items) or items[at + 2].kind != "number" or not items[at + 1].has(Role.AND):
        return []
    places = [at - 1, at, at + 1, at + 2]
    metric_at = _metric_place(items, at - 1, at + 2)
    return [
        _bound(items, at, "from", metric_at=metric_at, places=places, layer=layer),
        _bound(items, at + 2, "up_to", metric_at=metric_at, places=places, layer=layer),
    ]


def _metric_place(items: Sequence[Item], first: int, last: int) -> int | None:
    """The metric right after the number, else the one right before the words of the bound."""
    if last + 1 < len(items) and items[last + 1].kind == "metric":
        return last + 1
    before = first - 1
    while before >= 0 and items[before].is_passed_over:
        before -= 1
    return before if before >= 0 and items[before].kind == "metric" else None


def _bound(
    items: Sequence[Item],
    at: int,
    operator: str,
    *,
    metric_at: int | None,
    places: list[int],
    layer: SemanticLayer,
) -> Bound:
    claim = items[at].claim
    if metric_at is None:
        raise NotUnderstood(
            f"it is not clear of what '{claim.words}' is the bound",
            kind="unused",
            words=(claim.words,),
        )
    name = items[metric_at].name
    metric = layer.metrics[name]
    if claim.unit in _TIMES and not _counts_time(name, metric.unit, claim.unit):
        raise NotUnderstood(
            f"{metric.label} is not counted in {claim.unit}s", kind="unused", words=(claim.words,)
        )
    number = claim.number or 0.0
    if metric.unit == "share" and number > 1:
        number /= 100
    return Bound(name, operator, number, (*places, metric_at))


def _counts_time(name: str, unit: str, wanted: str) -> bool:
    return name.startswith("attribute_") or (unit == "days" and wanted in ("day", "tag"))


def of_one_customer(name: str, layer: SemanticLayer) -> str | None:
    """The number of one customer that a metric stands for; None where there is none."""
    wanted = _OF_ONE.get(name, name)
    metric = layer.metrics.get(wanted)
    return wanted if metric is not None and metric.column is not None else None
