"""Can a question be answered, and on which table? The one validator of every intent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.core.errors import DataError
from regulars.insights.semantic.definitions import (
    AGGREGATE_LABELS,
    Aggregate,
    Dimension,
    Grain,
    Metric,
    Table,
)
from regulars.insights.semantic.intent import AskedMetric, Filter, Intent, Period
from regulars.insights.semantic.layer import SemanticLayer

Reason = Literal["unknown_name", "not_together", "not_dated", "not_held", "not_a_share"]
_GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")


class Unanswerable(DataError):
    """A question that this release has no answer to; `reason` says of which kind that is."""

    def __init__(self, what: str, *, reason: Reason, hint: str | None = None) -> None:
        super().__init__(what, hint=hint)
        self.reason = reason


@dataclass(frozen=True)
class PlannedMetric:
    """A metric as it is computed: under which name, from which aggregates."""

    key: str
    metric: Metric
    label: str
    parts: tuple[Aggregate, ...]

    @property
    def is_additive(self) -> bool:
        """Whether its values of parts add up."""
        return len(self.parts) == 1 and self.parts[0].kind in ("sum", "count", "orders")


@dataclass(frozen=True)
class Plan:
    """A question that has an answer: the table, what is computed of it, and over which time.

    `period` is the time that the answer is about: the one asked for, or all that the table holds.
    """

    intent: Intent
    layer: SemanticLayer
    table: Table
    metrics: tuple[PlannedMetric, ...]
    dimensions: tuple[Dimension, ...]
    period: Period | None


def plan(intent: Intent, layer: SemanticLayer) -> Plan:
    """The plan of a question. Raises Unanswerable, with what could be asked instead."""
    _check_periods(intent)
    dimensions = tuple(_dimension(name, layer) for name in intent.dimensions)
    for condition in (*intent.filters, *intent.share_of):
        _check_filter(condition, layer)
    every = (*intent.metrics, *(condition.metric for condition in intent.conditions))
    metrics = [_metric(metric, layer) for metric in every]
    _check_kind(intent, metrics)
    complaints: list[Unanswerable] = []
    for name in metrics[0].forms:
        if (table := layer.tables.get(name)) is None:
            continue
        complaint = next(_complaints(intent, layer, table=table, metrics=metrics), None)
        if complaint is None:
            planned = tuple(planned_metric(metric, layer, table) for metric in intent.metrics)
            return Plan(intent, layer, table, planned, dimensions, _period(intent, layer, table))
        complaints.append(complaint)
    # that something is not held yet tells more than that another table has other columns
    raise next((each for each in complaints if each.reason != "not_together"), complaints[0])


def planned_metric(wanted: AskedMetric, layer: SemanticLayer, table: Table) -> PlannedMetric:
    """A metric on a table."""
    metric = layer.metrics[wanted.name]
    if wanted.aggregate is None or wanted.aggregate == metric.default:
        return PlannedMetric(wanted.name, metric, metric.label, metric.forms[table.name])
    label = metric.label.removeprefix("mean ")
    return PlannedMetric(
        f"{wanted.aggregate}_{wanted.name}",
        metric,
        f"{AGGREGATE_LABELS[wanted.aggregate]} {label}",
        (Aggregate(wanted.aggregate, metric.column or ""),),
    )


def number_on(metric: Metric, table: Table) -> str | None:
    """The number of one customer, as SQL over a table; None where it cannot be had there."""
    if metric.column is None:
        return None
    if table.name == "customers":
        return metric.column
    if "customers" not in table.joins or "spending." in metric.column:
        return None
    return metric.column.replace("base.", "customers.")


def _dimension(name: str, layer: SemanticLayer) -> Dimension:
    if name not in layer.dimensions:
        raise Unanswerable(
            f"nothing here is divided by '{name}'",
            reason="unknown_name",
            hint=f"There are: {', '.join(sorted(layer.dimensions))}.",
        )
    return layer.dimensions[name]


def _metric(wanted: AskedMetric, layer: SemanticLayer) -> Metric:
    if wanted.name not in layer.metrics:
        raise Unanswerable(
            f"this release has no metric '{wanted.name}'",
            reason="unknown_name",
            hint=f"There are: {', '.join(sorted(layer.metrics))}.",
        )
    metric = layer.metrics[wanted.name]
    if wanted.aggregate not in (None, metric.default) and (
        metric.column is None or wanted.aggregate not in AGGREGATE_LABELS
    ):
        raise Unanswerable(
            f"{metric.label} has no {AGGREGATE_LABELS.get(wanted.aggregate or 'sum', 'such form')}",
            reason="not_together",
        )
    return metric


def _check_periods(intent: Intent) -> None:
    for period in (intent.period, intent.before):
        if period is not None and period.start >= period.end:
            raise Unanswerable("a period ends after it starts", reason="not_held")


def _check_filter(condition: Filter, layer: SemanticLayer) -> None:
    is_listed = condition.operator in ("is", "is_not")
    if is_listed is not bool(condition.values) or is_listed is (condition.number is not None):
        raise Unanswerable(
            "`is` and `is_not` have values, the other operators a number", reason="not_together"
        )
    if condition.number is not None:
        if condition.name not in layer.numbers():
            raise Unanswerable(
                f"customers are not filtered by a number '{condition.name}'",
                reason="unknown_name",
            )
        return
    dimension = _dimension(condition.name, layer)
    for value in condition.values:
        if isinstance(value, bool) is not (dimension.kind == "boolean"):
            raise Unanswerable(f"'{value}' is no {dimension.label}", reason="unknown_name")
        if dimension.values and value not in dimension.values:
            raise Unanswerable(
                f"no {dimension.label} is called '{value}'",
                reason="unknown_name",
                hint=f"There are: {', '.join(dimension.values[:20])}.",
            )


def _check_kind(intent: Intent, metrics: list[Metric]) -> None:
    if intent.kind == "share" and not all(metric.is_additive for metric in metrics[:1]):
        raise Unanswerable(
            f"{metrics[0].label} has no parts that add up to a whole", reason="not_a_share"
        )
    if intent.kind == "change" and (intent.before is None or intent.period is None):
        raise Unanswerable("a change needs two periods", reason="not_dated")
    if intent.kind in ("share", "change") and (intent.conditions or len(intent.metrics) > 1):
        raise Unanswerable(f"a {intent.kind} is of one metric", reason="not_together")


def _complaints(
    intent: Intent, layer: SemanticLayer, *, table: Table, metrics: list[Metric]
) -> Iterator[Unanswerable]:
    """Why a table cannot answer; nothing where it can."""
    every = (*intent.metrics, *(condition.metric for condition in intent.conditions))
    for metric, wanted in zip(metrics, every, strict=True):
        has_form = table.name in metric.forms
        if not has_form or (
            wanted.aggregate not in (None, metric.default) and table.name != "customers"
        ):
            yield Unanswerable(
                f"{metrics[0].label} and {metric.label} are not of the same rows",
                reason="not_together",
                hint="Ask for each by itself.",
            )
    yield from _out_of_reach(intent, layer, table=table, metric=metrics[0])
    if intent.grain and (table.time is None or _finer(intent.grain, table.whole)):
        yield _not_dated(metrics[0], layer, table, wanted=f"by {intent.grain}")
    for period in (intent.period, intent.before):
        if period is not None:
            yield from _not_in_reach(period, layer, table=table, metric=metrics[0])


def _out_of_reach(
    intent: Intent, layer: SemanticLayer, *, table: Table, metric: Metric
) -> Iterator[Unanswerable]:
    listed = [condition for condition in (*intent.filters, *intent.share_of) if condition.values]
    for name in (*intent.dimensions, *(condition.name for condition in listed)):
        if table.name not in layer.dimensions[name].aliases:
            yield Unanswerable(
                f"{metric.label} is not known by {layer.dimensions[name].label}",
                reason="not_together",
                hint=f"It is known by: {', '.join(_dimensions_of(metric, layer))}.",
            )
    for condition in (*intent.filters, *intent.share_of):
        number = layer.metrics.get(condition.name)
        if condition.number is not None and number and number_on(number, table) is None:
            yield Unanswerable(
                f"{metric.label} is not known by {number.label}", reason="not_together"
            )


def _dimensions_of(metric: Metric, layer: SemanticLayer) -> list[str]:
    known = (
        dimension.label
        for dimension in layer.dimensions.values()
        if metric.forms.keys() & dimension.aliases.keys() & layer.tables.keys()
    )
    return list(dict.fromkeys(known))[:20]


def _not_in_reach(
    period: Period, layer: SemanticLayer, *, table: Table, metric: Metric
) -> Iterator[Unanswerable]:
    if table.time is None:
        yield _not_dated(metric, layer, table, wanted="for a period")
        return
    if period.start >= layer.as_of:
        yield Unanswerable(
            f"the data end before {layer.as_of}, the as-of date, and this is from {period.start}",
            reason="not_held",
        )
    first = layer.available.first_month
    if first is not None and period.end <= first:
        yield Unanswerable(
            f"the data begin in {first:%Y-%m}, and this ends before {period.end}", reason="not_held"
        )
    if table.whole == "month" and not _is_of_months(period, layer.as_of):
        yield Unanswerable(
            f"{metric.label} is known by whole months",
            reason="not_held",
            hint="Ask for whole months.",
        )
    held_from = layer.available.events_from.get(table.reads)
    if table.events and held_from is not None and period.start < held_from and held_from != first:
        yield Unanswerable(
            f"single rows are held from {held_from} on, and this is from {period.start}",
            reason="not_held",
            hint="Ask for a later period, or without category, channel and the like.",
        )


def _is_of_months(period: Period, as_of: date) -> bool:
    return period.start.day == 1 and (period.end.day == 1 or period.end >= as_of)


def _not_dated(metric: Metric, layer: SemanticLayer, table: Table, *, wanted: str) -> Unanswerable:
    known = f"at {layer.as_of}, the as-of date" if table.time is None else f"by {table.whole}"
    return Unanswerable(f"{metric.label} is known {known} only, not {wanted}", reason="not_dated")


def _finer(grain: Grain, whole: Grain) -> bool:
    return _GRAINS.index(grain) < _GRAINS.index(whole)


def _period(intent: Intent, layer: SemanticLayer, table: Table) -> Period | None:
    """The time that the answer is about; the beginning and the end of the data where none is given.

    Nothing is known from the as-of date on, so a period ends there.
    """
    if table.time is None:
        return None
    if intent.period is not None:
        return Period(start=intent.period.start, end=min(intent.period.end, layer.as_of))
    start = layer.available.events_from.get(table.reads) if table.events else None
    start = start or layer.available.first_month
    if start is None or start >= layer.as_of:
        return None
    return Period(start=start if table.events else start.replace(day=1), end=layer.as_of)
