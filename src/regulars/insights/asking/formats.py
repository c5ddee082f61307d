"""Cells of an answer as people read them: each by the unit of its metric."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.insights.amounts import count, customer_value_unit, percent, plain, unit_of
from regulars.insights.headings import month_heading
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import NO_SEGMENT
from regulars.insights.semantic.compiling import ROWS_IN_ALL
from regulars.insights.semantic.planning import Plan, PlannedMetric

UNKNOWN = "not known"


@dataclass(frozen=True)
class Column:
    """A column of an answer: its key in the rows, its heading, and its cells in words."""

    key: str
    heading: str
    is_number: bool
    words: Callable[[Any], str]


def columns_of(plan: Plan, reading: Reading) -> tuple[Column, ...]:
    """The columns of an answer, without those that only the sentence uses."""
    groups = [
        Column(dimension.name, dimension.label, False, _group_words(dimension.name))
        for dimension in plan.dimensions
    ]
    if plan.intent.grain:
        groups.append(
            Column(plan.intent.grain, plan.intent.grain, False, _moment(plan.intent.grain))
        )
    figures = [
        Column(metric.key, metric.label, True, number_words(metric, reading))
        for metric in plan.metrics
    ]
    return (*groups, *figures, *_derived(plan, reading))


def _derived(plan: Plan, reading: Reading) -> tuple[Column, ...]:
    words = number_words(plan.metrics[0], reading)
    if plan.intent.kind == "change":
        return (
            Column("before", "before", True, words),
            Column("change", "change", True, lambda value: _signed(value, words)),
            Column("change_share", "change in %", True, lambda value: _signed(value, percent)),
        )
    if plan.intent.kind == "share":
        return (
            Column("whole", "of all", True, words),
            Column("share", "share", True, percent),
        )
    return ()


def number_words(metric: PlannedMetric, reading: Reading) -> Callable[[Any], str]:
    """How a figure is written: money to the cent, shares in percent, counts with separators."""
    units: Mapping[str, Callable[[Any], str]] = {
        "money": unit_of(reading).exact,
        "value": customer_value_unit(reading).exact,
        "share": percent,
        "": _measure,
        "days": _measure,
        "points": _measure,
        "of 100": _measure,
    }
    words = units.get(metric.metric.unit, _whole)
    return lambda value: UNKNOWN if value is None else words(float(value))


def _whole(value: float) -> str:
    """A count; a sum of probabilities or a mean count is none, and keeps a digit."""
    return count(value) if value == round(value) else f"{value:,.1f}"


def _measure(value: float) -> str:
    return plain(value) if value == round(value) else f"{value:,.1f}"


def _signed(value: Any, words: Callable[[Any], str]) -> str:
    if value is None:
        return UNKNOWN
    return f"+{words(value)}" if float(value) > 0 else words(value)


def _group_words(name: str) -> Callable[[Any], str]:
    missing = NO_SEGMENT if name == "segment" else UNKNOWN

    def words(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return missing if value is None else str(value)

    return words


def _moment(grain: str) -> Callable[[Any], str]:
    def words(value: date | None) -> str:
        if value is None:
            return UNKNOWN
        if grain == "month":
            return month_heading(value)
        if grain == "quarter":
            return f"Q{(value.month + 2) // 3} {value.year}"
        return str(value.year) if grain == "year" else value.isoformat()

    return words


def in_all(rows: list[dict[str, Any]]) -> int:
    """How many rows there are, also those that a limit leaves out."""
    return int(rows[0].get(ROWS_IN_ALL, len(rows))) if rows else 0
