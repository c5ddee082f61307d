"""What a question is divided by, and which rows it is about: dimensions, values, shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.insights.asking.items import Item
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.intent import Filter
from regulars.insights.semantic.layer import SemanticLayer


@dataclass(frozen=True)
class Choices:
    """Dimensions to divide by, filters, and for a share the filters of its part."""

    dimensions: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    share_of: tuple[Filter, ...] = ()
    is_share: bool = False
    used: frozenset[int] = frozenset()


def choices_of(every: Sequence[Item], items: Sequence[Item], layer: SemanticLayer) -> Choices:
    """The choices of a question; `every` has the words between, too."""
    used: set[int] = set()
    chosen = _chosen(items, used, layer)
    divided = [*_dimensions(items, used, chosen), *_compared_values(items, chosen)]
    dimensions = tuple(dict.fromkeys(divided))
    shares = [at for at, item in enumerate(items) if item.has(Role.SHARE)]
    used.update(shares)
    base, part = _divided(every, items, chosen) if shares else (_filters(chosen), ())
    base += tuple(item.claim.filter for item in items if item.claim.filter is not None)
    return Choices(dimensions, base, part, bool(shares), frozenset(used))


@dataclass(frozen=True)
class Chosen:
    """A value at a place, wanted or not."""

    at: int
    name: str
    value: str | bool
    denied: bool


def _chosen(items: Sequence[Item], used: set[int], layer: SemanticLayer) -> list[Chosen]:
    chosen = []
    for at, item in enumerate(items):
        if item.kind == "filter":
            used.add(at)
        denied = _denial(items, at)
        if item.kind == "value" and item.value is not None:
            _check_weak(items, at)
            used.update({at} if denied is None else {at, denied})
            chosen.append(Chosen(at, item.name, item.value, denied is not None))
        elif item.kind == "dimension" and _is_flag(items, at, layer):
            used.update({at} if denied is None else {at, denied})
            chosen.append(_flag(item, at, layer, denied=denied is not None))
    return chosen


def _denial(items: Sequence[Item], at: int) -> int | None:
    """The place of the word that denies a value: before it, or before those it is joined to."""
    place = at - 1
    while place >= 0 and (
        items[place].has(Role.AND)
        or (
            items[place].kind in ("value", "dimension")
            and place + 1 < at
            and items[place + 1].has(Role.AND)
        )
        or (
            items[place].kind == "dimension"
            and items[at].kind == "value"
            and items[place].name == items[at].name
        )
    ):
        place -= 1
    return place if place >= 0 and items[place].has(Role.NOT) else None


def _check_weak(items: Sequence[Item], at: int) -> None:
    """`high` alone is no value; in `high or medium risk` it is."""
    meanings = [meaning for meaning in items[at].claim.meanings if meaning.value == items[at].value]
    if not meanings or not all(meaning.weak for meaning in meanings):
        return
    near = [items[place] for place in range(max(at - 2, 0), min(at + 3, len(items))) if place != at]
    if any(item.name == items[at].name and item.kind in ("value", "dimension") for item in near):
        return
    words = items[at].claim.words
    raise NotUnderstood(f"it is not said what is '{words}'", kind="unused", words=(words,))


def _is_flag(items: Sequence[Item], at: int, layer: SemanticLayer) -> bool:
    """`customers with tech support`: a yes-or-no attribute that is not divided by."""
    if layer.dimensions[items[at].name].kind == "text" or _is_divided_by(items, at):
        return False
    return not any(
        items[place].kind == "value" and items[place].name == items[at].name
        for place in (at - 1, at + 1)
        if 0 <= place < len(items)
    )


def _flag(item: Item, at: int, layer: SemanticLayer, *, denied: bool) -> Chosen:
    dimension = layer.dimensions[item.name]
    if dimension.kind == "boolean":
        return Chosen(at, item.name, not denied, denied=False)
    yes = next(value for value in dimension.values if value.casefold() == "yes")
    return Chosen(at, item.name, yes, denied)


def _is_divided_by(items: Sequence[Item], at: int) -> bool:
    before = next(
        (
            item
            for item in reversed(items[:at])
            if not item.has(Role.AND) and item.kind != "dimension"
        ),
        None,
    )
    return before is not None and (
        before.has(Role.GROUP, Role.WHICH, Role.TOP, Role.BOTTOM, Role.BEST, Role.WORST)
        or before.kind == "number"
    )


def _dimensions(items: Sequence[Item], used: set[int], chosen: Sequence[Chosen]) -> list[str]:
    """What is divided by; a dimension beside a value of its own only says what the value is."""
    names = []
    for at, item in enumerate(items):
        if item.kind != "dimension" or at in used:
            continue
        used.add(at)
        beside = any(
            each.name == item.name and abs(each.at - at) <= _reach(items, each.at, at)
            for each in chosen
        )
        if not beside or _is_divided_by(items, at):
            names.append(item.name)
    return names


def _reach(items: Sequence[Item], value_at: int, at: int) -> int:
    """A name reaches over a chain of values: `the segments Champions and Lost`."""
    low, high = sorted((value_at, at))
    between = items[low + 1 : high]
    chained = all(item.kind == "value" or item.has(Role.AND, Role.VERSUS) for item in between)
    return high - low if chained else 1


def _compared_values(items: Sequence[Item], chosen: Sequence[Chosen]) -> list[str]:
    """`California versus Texas` is by state."""
    compares = any(item.has(Role.VERSUS, Role.COMPARE) for item in items)
    names = [each.name for each in chosen if not each.denied]
    return [name for name in dict.fromkeys(names) if compares and names.count(name) > 1]


def _filters(chosen: Sequence[Chosen]) -> tuple[Filter, ...]:
    """Values of one dimension are alternatives; values of several must all hold."""
    filters = []
    for name, denied in dict.fromkeys((each.name, each.denied) for each in chosen):
        values = [each.value for each in chosen if (each.name, each.denied) == (name, denied)]
        filters.append(
            Filter(
                name=name,
                operator="is_not" if denied else "is",
                values=tuple(dict.fromkeys(values)),
            )
        )
    return tuple(filters)


def _divided(
    every: Sequence[Item], items: Sequence[Item], chosen: Sequence[Chosen]
) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Filters of the whole and of the part: `which share of (Premium) customers is (at high risk)`.

    The part stands after the verb; with no filter on one side, the other side is the part.
    """
    share = next(at for at, item in enumerate(every) if item.has(Role.SHARE))
    verb = next(
        (
            at
            for at, item in enumerate(every)
            if at > share
            and item.has(Role.COPULA)
            and any(earlier.kind in ("metric", "value") for earlier in every[share:at])
        ),
        len(every),
    )
    left: list[Chosen] = []
    right: list[Chosen] = []
    for each in chosen:
        place = every.index(items[each.at])
        (left if place < verb else right).append(each)
    if left and right:
        return _filters(left), _filters(right)
    return (), _filters(chosen)
