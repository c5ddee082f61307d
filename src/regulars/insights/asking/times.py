"""The periods of a question: the one asked for, and the one that it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.insights.asking.items import Item
from regulars.insights.asking.periods import preceding, shifted
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.definitions import Grain
from regulars.insights.semantic.intent import Period

_MOVES = (Role.RISE, Role.FALL, Role.CHANGE)


@dataclass(frozen=True)
class Times:
    """`period` and what it is compared with; `grain` where the answer goes along time."""

    period: Period | None = None
    before: Period | None = None
    grain: Grain | None = None
    falls: bool = False
    moves: bool = False


def times_of(items: Sequence[Item]) -> Times:
    """The times of a question. Raises NotUnderstood where they do not fit together."""
    periods = [item.claim.period for item in items if item.claim.period is not None]
    grain = _grain(items)
    is_trend = any(item.has(Role.TREND) for item in items)
    moves = any(item.has(*_MOVES) for item in items)
    falls = any(item.has(Role.FALL) for item in items)
    if len(periods) > 2:
        raise NotUnderstood("a question compares two periods at most", kind="unused")
    if grain is not None or is_trend:
        if len(periods) > 1 or _compares(items):
            raise NotUnderstood("a course over time is of one period", kind="unused")
        return Times(next(iter(periods), None), None, grain or "month")
    if len(periods) == 2:
        later, earlier = _two(items, periods)
        return Times(later, earlier, falls=falls, moves=moves)
    if periods and _compares(items):
        return Times(periods[0], _compared(items, periods[0]), falls=falls, moves=moves)
    if periods and moves:
        return Times(periods[0], preceding(periods[0]), falls=falls, moves=True)
    if moves or _compares(items):
        raise NotUnderstood(
            "it is not said over which time that is",
            kind="no_period",
        )
    return Times(next(iter(periods), None))


def _grain(items: Sequence[Item]) -> Grain | None:
    for item in items:
        if item.kind == "role" and (grain := item.claim.about(Role.GRAIN)):
            return grain  # type: ignore[return-value]
    return None


def _compares(items: Sequence[Item]) -> bool:
    return any(item.has(Role.THAN_BEFORE, Role.SAME_LAST_YEAR) for item in items)


def _compared(items: Sequence[Item], period: Period) -> Period:
    if any(item.has(Role.SAME_LAST_YEAR) for item in items):
        return shifted(period, years=-1)
    return preceding(period)


def _two(items: Sequence[Item], periods: list[Period]) -> tuple[Period, Period]:
    """The period that is asked about, and the other: the one after `than` or `versus`.

    Without such a word it is the earlier one. Two that overlap are no comparison.
    """
    first, second = periods
    places = [at for at, item in enumerate(items) if item.kind == "period"]
    between = items[places[0] + 1 : places[1]]
    later, earlier = (first, second) if first.start >= second.start else (second, first)
    if any(item.has(Role.VERSUS) for item in between) and not any(
        item.has(Role.COMPARE) for item in items
    ):
        later, earlier = first, second
    if first.start < second.end and second.start < first.end:
        raise NotUnderstood("the two periods overlap", kind="unused")
    return later, earlier
