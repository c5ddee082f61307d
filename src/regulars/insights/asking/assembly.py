"""Items become an intent; an item that nothing uses means that the question was not understood."""

from __future__ import annotations

from typing import Literal

from regulars.insights.asking.bounds import of_one_customer
from regulars.insights.asking.figures import asked_metrics
from regulars.insights.asking.listing import AS_FILTER, is_of_profile, lists_customers
from regulars.insights.asking.parts import Assembly
from regulars.insights.asking.phrases import Role
from regulars.insights.asking.refusals import NotUnderstood
from regulars.insights.semantic.intent import AskedMetric, Condition, Filter, Intent, Kind

LISTED = 20  # customers of a list without a number
_BY_DEFAULT = ("value_at_risk", "churn_probability", "lifetime_value", "customers")


def intent_from(assembly: Assembly) -> Intent:
    """The intent of a question. Raises NotUnderstood where it names no metric, or too much."""
    is_list = lists_customers(assembly)
    metrics = asked_metrics(assembly, is_list=is_list) or list(assembly.given)
    if not metrics and not is_list and _counts_customers(assembly):
        metrics = [AskedMetric(name="customers")]
    filters, conditions = _bounded(assembly, is_list=is_list, metrics=metrics)
    extra, metrics = _as_filters(assembly, metrics, is_list=is_list)
    dimensions = assembly.choices.dimensions
    if is_list:
        dimensions = ("customer", *dimensions)
        metrics = metrics or [_default_metric(assembly)]
    if not metrics:
        raise NotUnderstood("the question names no figure that is known", kind="no_metric")
    kind = _kind(assembly, is_list=is_list, dimensions=dimensions)
    _check_all_used(assembly)
    ranking = assembly.ranking
    return Intent(
        kind=kind,
        metrics=tuple(metrics),
        dimensions=dimensions,
        grain=assembly.times.grain,
        filters=(*assembly.choices.filters, *filters, *extra),
        share_of=assembly.choices.share_of,
        conditions=tuple(conditions),
        period=assembly.times.period,
        before=assembly.times.before,
        order=_order(assembly, kind, metrics),
        limit=ranking.limit or (LISTED if is_list else None),
    )


def _kind(assembly: Assembly, *, is_list: bool, dimensions: tuple[str, ...]) -> Kind:
    if assembly.times.before is not None:
        return "change"
    if assembly.choices.is_share:
        return "share"
    if is_list:
        return "who"
    if assembly.times.grain is not None and not assembly.ranking.direction:
        return "trend"
    if assembly.ranking.direction:
        if not dimensions and assembly.times.grain is None and not assembly.given:
            raise NotUnderstood(
                "it is not said of what the highest or lowest is sought",
                kind="unused",
                words=(assembly.ranking.words,),
            )
        return "rank"
    return "compare" if dimensions else "value"


def _order(
    assembly: Assembly, kind: Kind, metrics: list[AskedMetric]
) -> Literal["descending", "ascending"] | None:
    if kind == "change":
        return "ascending" if assembly.times.falls else "descending"
    direction = assembly.ranking.direction
    if direction in ("best", "worst"):
        good = assembly.layer.metrics[metrics[0].name].good
        if good is None:
            raise NotUnderstood(
                f"it is not known whether a high {metrics[0].name} is good", kind="unused"
            )
        return "descending" if (good == "up") is (direction == "best") else "ascending"
    if direction:
        return direction  # type: ignore[return-value]
    return "descending" if kind in ("who", "share") else None


def _bounded(
    assembly: Assembly, *, is_list: bool, metrics: list[AskedMetric]
) -> tuple[list[Filter], list[Condition]]:
    """Bounds as filters of customers, or as conditions of groups."""
    filters: list[Filter] = []
    conditions: list[Condition] = []
    of_customers = is_list or any(_is_of_customers(assembly, metric.name) for metric in metrics)
    for bound in assembly.bounds:
        assembly.used.update(bound.places)
        number = of_one_customer(bound.metric, assembly.layer)
        if of_customers and number and assembly.times.period is None:
            filters.append(Filter(name=number, operator=bound.operator, number=bound.number))
        elif is_list or assembly.choices.dimensions:
            wanted = AskedMetric(name=bound.metric)
            conditions.append(
                Condition(metric=wanted, operator=bound.operator, number=bound.number)
            )
            if wanted not in metrics:
                metrics.append(wanted)
        else:
            label = assembly.layer.metrics[bound.metric].label
            raise NotUnderstood(f"single {label} are not filtered by a bound", kind="unused")
    return filters, conditions


def _is_of_customers(assembly: Assembly, name: str) -> bool:
    return "customers" in assembly.layer.metrics[name].forms


def _as_filters(
    assembly: Assembly, metrics: list[AskedMetric], *, is_list: bool
) -> tuple[list[Filter], list[AskedMetric]]:
    """In a list, `customers who left` is a filter and no figure."""
    filters, kept = [], []
    for metric in metrics:
        if is_list and metric.name in AS_FILTER:
            filters.append(Filter(name="has_left", values=(AS_FILTER[metric.name],)))
        elif is_list and metric.name == "buyers":
            kept.append(AskedMetric(name="sales"))
        else:
            kept.append(metric)
    return filters, list(dict.fromkeys(kept))


def _counts_customers(assembly: Assembly) -> bool:
    """`Premium cards per segment`: values of customers without another figure are counted."""
    if any(is_of_profile(assembly, each.name) for each in assembly.choices.filters):
        return True
    shows = any(item.has(Role.LIST, Role.GROUP) for item in assembly.items)
    names = assembly.choices.dimensions
    return shows and bool(names) and all(is_of_profile(assembly, name) for name in names)


def _default_metric(assembly: Assembly) -> AskedMetric:
    name = next(name for name in _BY_DEFAULT if name in assembly.layer.metrics)
    return AskedMetric(name=name)


_ALWAYS_USED = (
    Role.STOP, Role.COPULA, Role.LIST, Role.COUNT, Role.AND, Role.COMPARE, Role.FOLLOW, Role.WHICH,
    Role.WHO, Role.TREND, Role.GRAIN, Role.RISE, Role.FALL, Role.CHANGE, Role.THAN_BEFORE,
    Role.SAME_LAST_YEAR, Role.VERSUS, Role.GROUP,
)  # fmt: skip


def _check_all_used(assembly: Assembly) -> None:
    """Every word with a content of its own is part of the intent, or there is no answer."""
    used = assembly.used | assembly.choices.used | assembly.ranking.places
    unused = [
        item
        for at, item in enumerate(assembly.items)
        if at not in used
        and item.kind != "period"
        and not _leads_to_period(assembly, at)
        and not (item.kind == "role" and item.has(*_ALWAYS_USED))
        and not (item.has(Role.AGGREGATE) and item.claim.about(Role.AGGREGATE) == "sum")
    ]
    if unused:
        words = tuple(item.claim.words for item in unused)
        raise NotUnderstood(
            f"it is not clear what '{words[0]}' means here", kind="unused", words=words
        )
    _check_counts(assembly)


def _leads_to_period(assembly: Assembly, at: int) -> bool:
    """`over the last 12 months`: the word is no bound."""
    items = assembly.items
    return items[at].has(Role.OVER) and at + 1 < len(items) and items[at + 1].kind == "period"


def _check_counts(assembly: Assembly) -> None:
    """`how many segments` counts what is no figure here."""
    for item, following in zip(assembly.items, assembly.items[1:], strict=False):
        is_divided_by = following.name in assembly.choices.dimensions
        if item.has(Role.COUNT) and following.kind == "dimension" and is_divided_by:
            raise NotUnderstood(
                f"'{following.claim.words}' are not counted",
                kind="unused",
                words=(following.claim.words,),
            )
