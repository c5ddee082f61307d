"""The answer in a sentence; every number in it is one of the computed ones, or of the question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from regulars.core.counts import several
from regulars.insights.amounts import day_words
from regulars.insights.asking.formats import Column, in_all
from regulars.insights.semantic.intent import Condition, Filter, Period
from regulars.insights.semantic.layer import SemanticLayer
from regulars.insights.semantic.planning import Plan, planned_metric

Rows = Sequence[dict[str, Any]]
_BOUNDS = {"over": "over", "from": "at least", "under": "under", "up_to": "at most"}


def sentence(plan: Plan, columns: Sequence[Column], rows: Rows) -> str:
    """The answer in one or two sentences."""
    if not rows:
        return f"Nothing matches{_about(plan)}."
    figure = next(column for column in columns if column.key == plan.metrics[0].key)
    groups = [column for column in columns if not column.is_number]
    match plan.intent.kind:
        case "change":
            return _change(plan, columns, rows, groups=groups)
        case "share":
            return _share(plan, columns, rows, groups=groups)
        case "who":
            return _who(plan, figure, rows, groups=groups)
        case "value":
            return _value(plan, columns, rows)
        case _:
            return _groups(plan, figure, rows, groups=groups)


def _value(plan: Plan, columns: Sequence[Column], rows: Rows) -> str:
    figures = [
        f"{column.heading}{'' if number else _about(plan)}: {column.words(rows[0][column.key])}"
        for number, column in enumerate(columns)
    ]
    return _capital("; ".join(figures)) + "."


def _groups(plan: Plan, figure: Column, rows: Rows, *, groups: Sequence[Column]) -> str:
    """The highest and the lowest, or in the order asked for the first."""
    by = " and ".join(column.heading for column in groups)
    known = [row for row in rows if row[figure.key] is not None]
    opening = f"{_capital(figure.heading)} by {by}{_about(plan)}"
    if not known:
        return f"{opening}: not known."
    if len(known) == 1:
        return f"{opening}: {_name(known[0], groups)} {figure.words(known[0][figure.key])}."
    if plan.intent.order:
        word = "highest" if plan.intent.order == "descending" else "lowest"
        ends = [(word, known[0])]
    else:
        ordered = sorted(known, key=lambda row: float(row[figure.key]))
        ends = [("highest", ordered[-1]), ("lowest", ordered[0])]
    parts = [
        f"{word} {_name(row, groups)} with {figure.words(row[figure.key])}" for word, row in ends
    ]
    return f"{opening}: {', '.join(parts)}; {several(in_all(list(rows)), 'row')} in all."


def _who(plan: Plan, figure: Column, rows: Rows, *, groups: Sequence[Column]) -> str:
    total = in_all(list(rows))
    shown = "" if len(rows) == total else f"; the first {len(rows)} are shown"
    word = "lowest" if plan.intent.order == "ascending" else "highest"
    value = figure.words(rows[0][figure.key])
    first = f"{word} {figure.heading}: {_name(rows[0], groups)} with {value}"
    return f"{several(total, 'customer')}{_about(plan)}{shown}; {first}."


def _change(plan: Plan, columns: Sequence[Column], rows: Rows, *, groups: Sequence[Column]) -> str:
    words = {column.key: column.words for column in columns}
    figure = plan.metrics[0]
    before = f" against {_period_words(plan.intent.before)}" if plan.intent.before else ""
    opening = f"{_capital(figure.label)}{_about(plan)}{before}"
    row = rows[0]
    figures = (
        f"{words[figure.key](row[figure.key])} after {words['before'](row['before'])}, "
        f"{words['change'](row['change'])}"
    )
    if row["change_share"] is not None:
        figures += f" ({words['change_share'](row['change_share'])})"
    if not groups:
        return f"{opening}: {figures}."
    direction = (
        "fall or smallest rise" if plan.intent.order == "ascending" else "rise or smallest fall"
    )
    return f"{opening}, largest {direction}: {_name(row, groups)}, {figures}."


def _share(plan: Plan, columns: Sequence[Column], rows: Rows, *, groups: Sequence[Column]) -> str:
    words = {column.key: column.words for column in columns}
    key, label, row = plan.metrics[0].key, plan.metrics[0].label, rows[0]
    part = "".join(_filter_words(each, plan.layer) for each in plan.intent.share_of)
    named = f", highest for {_name(row, groups)}" if groups else ""
    return (
        f"Share of {label}{_about(plan)}{part}{named}: {words['share'](row['share'])}, "
        f"{words[key](row[key])} of {words['whole'](row['whole'])}."
    )


def _name(row: dict[str, Any], groups: Sequence[Column]) -> str:
    return ", ".join(column.words(row[column.key]) for column in groups)


def _about(plan: Plan) -> str:
    """Which rows, and of which time."""
    filters = "".join(_filter_words(each, plan.layer) for each in plan.intent.filters)
    bounds = "".join(_condition_words(each, plan) for each in plan.intent.conditions)
    return f"{filters}{bounds}{f' {_period_words(plan.period)}' if plan.period else ''}"


def filter_lines(plan: Plan) -> tuple[str, ...]:
    """Every filter in words."""
    every = (*plan.intent.filters, *plan.intent.share_of)
    lines = [_filter_words(each, plan.layer).strip(" ,") for each in every]
    return (*lines, *(_condition_words(each, plan).strip(" ,") for each in plan.intent.conditions))


def _filter_words(each: Filter, layer: SemanticLayer) -> str:
    if each.number is not None:
        label = layer.metrics[each.name].label.removeprefix("mean ")
        return f", {label} {_BOUNDS[each.operator]} {_plain(each.number)}"
    label = layer.dimensions[each.name].label
    values = " or ".join(
        ("yes" if value else "no") if isinstance(value, bool) else str(value)
        for value in each.values
    )
    return f", {label} {'not ' if each.operator == 'is_not' else ''}{values}"


def _condition_words(each: Condition, plan: Plan) -> str:
    label = planned_metric(each.metric, plan.layer, plan.table).label
    return f", {label} {_BOUNDS[each.operator]} {_plain(each.number)}"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == round(number) else f"{number:,}"


def _period_words(period: Period | None) -> str:
    """`from 1 October 2025 to 31 December 2025`: both days belong to it."""
    if period is None:
        return ""
    last = period.end - timedelta(days=1)
    if period.start == date(1900, 1, 1):
        return f"up to {day_words(last)}"
    if period.start == last:
        return f"on {day_words(last)}"
    return f"from {day_words(period.start)} to {day_words(last)}"


def period_words(plan: Plan) -> str | None:
    """The time that an answer is about, in words; the as-of date where it is of no period."""
    if plan.period is None:
        return f"at {day_words(plan.layer.as_of)}, the as-of date"
    before = plan.intent.before
    return _period_words(plan.period) + (f", compared: {_period_words(before)}" if before else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
