"""Whether a question asks for customers themselves: a list of them, and not a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regulars.insights.asking.items import Item
from regulars.insights.asking.parts import Assembly
from regulars.insights.asking.phrases import Role

# What a kind of customer is as a filter, where the customers themselves are asked for.
AS_FILTER = {"left_customers": True, "current_customers": False}


def lists_customers(assembly: Assembly) -> bool:
    """Whether customers themselves are asked for: `who`, `which customers`, `top 10 customers`."""
    items = assembly.items
    is_grouped = bool(assembly.choices.dimensions) or assembly.times.grain is not None
    is_list = not is_grouped and (_ranks_customers(assembly) or _is_bare(assembly))
    if not is_grouped and not assembly.metric_places and _asks_which(assembly):
        is_list = True
    for at, item in enumerate(items):
        if item.has(Role.WHO) and (at == 0 or items[at - 1].kind == "role"):
            assembly.used.add(at)
            is_list = True
        if _names_customers(item) and _asks_for_customers(assembly, at, is_grouped):
            is_list = True
    if is_list:
        assembly.used.update(at for at, item in enumerate(items) if item.name == "customers")
    return is_list


def _asks_which(assembly: Assembly) -> bool:
    """`Which Champions are at high risk?`: values of customers stand for the customers."""
    return any(item.has(Role.WHICH) for item in assembly.items) and any(
        is_of_profile(assembly, each.name) for each in assembly.choices.filters
    )


def _asks_for_customers(assembly: Assembly, at: int, is_grouped: bool) -> bool:
    before = _before(assembly.items, at)
    if before is None:
        return False
    if before.has(Role.GROUP) and assembly.items[at].name == "customers":
        return True
    if before.has(Role.WHICH, Role.WHO):
        return True
    is_ranked = before.has(Role.TOP, Role.BOTTOM, Role.BEST, Role.WORST) or before.kind == "number"
    return (before.has(Role.LIST) or is_ranked) and not is_grouped


def _ranks_customers(assembly: Assembly) -> bool:
    """`biggest spend increases`: the highest of a number that each customer has."""
    names = [assembly.items[at].name for at in assembly.metric_places]
    ranked = [name for name in names if name != "customers"]
    return (
        assembly.ranking.direction is not None
        and bool(ranked)
        and all(assembly.layer.metrics[name].column for name in ranked)
        and not assembly.choices.is_share
    )


def _is_bare(assembly: Assembly) -> bool:
    """`Premium customers at high risk`, and no more: a list says who, and how many."""
    names = {assembly.items[at].name for at in assembly.metric_places}
    figure_roles = (Role.COUNT, Role.SHARE, Role.AGGREGATE, Role.WHICH)
    words = " ".join(assembly.items[at].claim.words.casefold() for at in assembly.metric_places)
    return (
        not re.search(r"\b(?:count|number|base)\b", words)
        and names <= {"customers"}
        and not any(item.has(*figure_roles) for item in assembly.items)
        and not assembly.given
        and assembly.times.period is None
        and any(is_of_profile(assembly, each.name) for each in assembly.choices.filters)
    )


def is_of_profile(assembly: Assembly, name: str) -> bool:
    dimension = assembly.layer.dimensions.get(name)
    return dimension is None or "customers" in dimension.aliases


def _names_customers(item: Item) -> bool:
    return item.kind == "metric" and item.name in ("customers", "buyers", *AS_FILTER)


def _before(items: Sequence[Item], at: int) -> Item | None:
    """What stands before a name, values of it not counted: `which Premium customers`."""
    place = at - 1
    while place >= 0 and (
        items[place].kind in ("value", "dimension") or items[place].has(Role.NOT, Role.AND)
    ):
        place -= 1
    return items[place] if place >= 0 else None
