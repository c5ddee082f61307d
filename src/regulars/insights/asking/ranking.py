"""Highest and lowest: `top 10`, `the 5 largest`, `which ... has the most`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from regulars.insights.asking.items import Item
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.intent import ROWS_AT_MOST

Direction = Literal["descending", "ascending", "best", "worst"]
_DIRECTIONS: dict[Role, Direction] = {
    Role.TOP: "descending", Role.BOTTOM: "ascending", Role.BEST: "best", Role.WORST: "worst",
}  # fmt: skip


@dataclass(frozen=True)
class Ranking:
    """The direction and the number of an order; `places` are the items that say so."""

    direction: Direction | None = None
    limit: int | None = None
    words: str = ""
    places: frozenset[int] = frozenset()


def ranking_of(items: Sequence[Item], *, taken: set[int]) -> Ranking:
    """The order that a question asks for."""
    directions = [
        (at, direction)
        for at, item in enumerate(items)
        for role, direction in _DIRECTIONS.items()
        if item.has(role)
    ]
    numbers = [
        at
        for at, item in enumerate(items)
        if item.kind == "number" and at not in taken and _is_limit(items, at)
    ]
    if len(numbers) > 1 or len({direction for _, direction in directions}) > 1:
        raise NotUnderstood("the question has two orders", kind="unused")
    limit = int(items[numbers[0]].claim.number or 0) if numbers else None
    if limit is not None and not 0 < limit <= ROWS_AT_MOST:
        raise NotUnderstood(f"a list has 1 to {ROWS_AT_MOST} rows", kind="unused")
    return Ranking(
        direction=directions[0][1] if directions else None,
        limit=limit,
        words=items[directions[0][0]].claim.words if directions else "",
        places=frozenset([*numbers, *(at for at, _ in directions)]),
    )


def _is_limit(items: Sequence[Item], at: int) -> bool:
    """A whole number beside `top`, or in front of what is listed."""
    claim = items[at].claim
    if claim.unit or claim.number is None or claim.number != int(claim.number):
        return False
    near = [items[place] for place in (at - 1, at + 1) if 0 <= place < len(items)]
    if any(item.has(*_DIRECTIONS) for item in near):
        return True
    following = items[at + 1 : at + 3]
    lists = any(item.kind == "dimension" or item.name == "customers" for item in following)
    before = items[at - 1] if at else None
    return (lists and (before is None or before.has(Role.LIST, Role.WHICH, Role.WHO))) or (
        lists and any(item.has(*_DIRECTIONS) for item in items[at + 1 :])
    )
