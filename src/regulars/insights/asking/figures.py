"""The figures that a question asks for, each with its aggregate."""

from __future__ import annotations

from itertools import pairwise

from regulars.insights.asking.items import Item
from regulars.insights.asking.parts import Assembly
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.definitions import AggregateKind
from regulars.insights.semantic.intent import AskedMetric


def asked_metrics(assembly: Assembly, *, is_list: bool) -> list[AskedMetric]:
    """The metrics that are asked for, joined by `and`; the customers they are of are none."""
    places = [at for at in assembly.metric_places if at not in assembly.used]
    other_places = [at for at in places if assembly.items[at].name != "customers"]
    places_of_figures = []
    for at in places:
        if assembly.items[at].name == "customers" and (
            is_list or _is_population(assembly, at, other_places)
        ):
            assembly.used.add(at)
            continue
        places_of_figures.append(at)
    for earlier, later in pairwise(places_of_figures):
        between = assembly.items[earlier + 1 : later]
        if not any(item.has(Role.AND) for item in between) and not is_list:
            words = (assembly.items[earlier].claim.words, assembly.items[later].claim.words)
            raise NotUnderstood(
                f"'{words[0]}' and '{words[1]}' are two figures", kind="not_joined", words=words
            )
    assembly.used.update(places_of_figures)
    metrics = [_with_aggregate(assembly, at) for at in places_of_figures]
    return list(dict.fromkeys(metrics))


def _is_population(assembly: Assembly, at: int, other_places: list[int]) -> bool:
    """`mean risk of customers in Oslo`: the customers are whose risk it is, no second figure."""
    if not other_places:
        return False
    items = assembly.items
    before = items[at - 1] if at else None
    if before is not None and before.has(Role.COUNT, Role.SHARE):
        return False
    joined = (before is not None and before.has(Role.AND)) or (
        at + 1 < len(items)
        and items[at + 1].has(Role.AND)
        and next((p for p in range(at + 2, len(items)) if not items[p].has(Role.AGGREGATE)), -1)
        in other_places
    )
    return not joined


def _with_aggregate(assembly: Assembly, at: int) -> AskedMetric:
    """A metric with the aggregate that stands before it, where it can have one."""
    item, items = assembly.items[at], assembly.items
    metric = assembly.layer.metrics[item.name]
    place = next(
        (p for p in range(at - 1, max(at - 3, -1), -1) if items[p].has(Role.AGGREGATE)), None
    )
    between = items[place + 1 : at] if place is not None else []
    if place is None or any(i.kind == "metric" and i.name != "customers" for i in between):
        return AskedMetric(name=item.name)
    aggregate: AggregateKind = items[place].claim.about(Role.AGGREGATE)  # type: ignore[assignment]
    assembly.used.add(place)
    if aggregate == metric.default and metric.column is not None:
        return AskedMetric(name=item.name)
    if metric.column is not None:
        return AskedMetric(name=item.name, aggregate=aggregate)
    parts = next(iter(metric.forms.values()))
    is_mean = len(parts) == 2 or parts[0].kind == "mean"
    if (aggregate == "mean") is is_mean and aggregate in ("mean", "sum"):
        return AskedMetric(name=item.name)
    raise NotUnderstood(
        f"'{items[place].claim.words} {item.claim.words}' does not say of what",
        kind="ambiguous",
        words=(items[place].claim.words,),
        options=_averages(assembly, item),
    )


def _averages(assembly: Assembly, item: Item) -> tuple[str, ...]:
    if item.name not in ("sales", "orders"):
        return ()
    known = [
        name for name in ("amount_per_order", "sales_per_buyer") if name in assembly.layer.metrics
    ]
    return tuple(assembly.layer.metrics[name].label for name in known)
