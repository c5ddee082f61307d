"""The SQL of a question: names from the semantic layer, values as typed literals, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from regulars.insights.exact import quoted
from regulars.insights.semantic.definitions import Aggregate, Dimension, Table
from regulars.insights.semantic.intent import ROWS_AT_MOST, Condition, Filter, Period
from regulars.insights.semantic.planning import Plan, PlannedMetric, number_on, planned_metric

ROWS_IN_ALL = "rows_in_all"
_COMPARED = {"over": ">", "from": ">=", "under": "<", "up_to": "<="}


def compiled(plan: Plan) -> str:
    """One SELECT."""
    if plan.intent.kind == "change":
        return _change(plan)
    if plan.intent.kind == "share":
        return _share(plan)
    return "\n".join([*_select(plan, period=plan.period), *_order(plan)])


def _select(
    plan: Plan,
    *,
    period: Period | None,
    by: tuple[Dimension, ...] | None = None,
    filters: Iterable[Filter] | None = None,
) -> Iterator[str]:
    """The metrics of a plan by its dimensions, without an order."""
    dimensions = plan.dimensions if by is None else by
    groups = [
        f"{_column(dimension, plan.table)} as {quoted(dimension.name)}" for dimension in dimensions
    ]
    if plan.intent.grain and by is None:
        groups.append(f"{_moment(plan)} as {quoted(plan.intent.grain)}")
    columns = [
        *groups,
        *(f"{_value(metric, plan.table)} as {quoted(metric.key)}" for metric in plan.metrics),
    ]
    if by is None and plan.intent.kind in ("rank", "who"):
        columns.append(f"count(*) over () as {ROWS_IN_ALL}")
    yield "select\n    " + ",\n    ".join(columns)
    conditions = list(_conditions(plan, period=period, filters=filters))
    yield f"from {quoted(plan.table.reads)} as base"
    yield from _joins(plan.table, used="\n".join([*columns, *conditions]))
    if conditions:
        yield "where " + "\n    and ".join(conditions)
    if groups:
        yield "group by " + ", ".join(str(number) for number in range(1, len(groups) + 1))
    if plan.intent.conditions and by is None:
        yield "having " + " and ".join(_having(plan, each) for each in plan.intent.conditions)


def _joins(table: Table, *, used: str) -> Iterator[str]:
    for alias, (joined, column) in table.joins.items():
        if f"{alias}." in used:
            key = "category_id" if alias == "categories" else column
            condition = f"base.{quoted(column)} = {alias}.{quoted(key)}"
            yield f"left join {quoted(joined)} as {alias} on {condition}"


def _column(dimension: Dimension, table: Table) -> str:
    return f"{dimension.aliases[table.name]}.{quoted(dimension.column)}"


def _moment(plan: Plan) -> str:
    return f"cast(date_trunc({literal(plan.intent.grain)}, base.{plan.table.time}) as date)"


def _conditions(
    plan: Plan, *, period: Period | None, filters: Iterable[Filter] | None
) -> Iterator[str]:
    if period is not None:
        column = f"base.{plan.table.time}"
        yield f"{column} >= {literal(period.start)}"
        yield f"{column} < {literal(period.end)}"
    for each in plan.intent.filters if filters is None else filters:
        yield _filter(each, plan)


def _filter(each: Filter, plan: Plan) -> str:
    if each.number is not None:
        number = number_on(plan.layer.metrics[each.name], plan.table)
        return f"{number} {_COMPARED[each.operator]} {literal(each.number)}"
    column = _column(plan.layer.dimensions[each.name], plan.table)
    values = ", ".join(literal(value) for value in each.values)
    if each.operator == "is":
        return f"{column} in ({values})"
    return f"({column} is null or {column} not in ({values}))"


def _having(plan: Plan, condition: Condition) -> str:
    metric = planned_metric(condition.metric, plan.layer, plan.table)
    compared = f"{_COMPARED[condition.operator]} {literal(condition.number)}"
    return f"{_value(metric, plan.table)} {compared}"


def _value(metric: PlannedMetric, table: Table) -> str:
    if len(metric.parts) == 2:
        numerator, denominator = (_aggregate(part, table) for part in metric.parts)
        return f"cast({numerator} as double) / nullif({denominator}, 0)"
    return _aggregate(metric.parts[0], table)


def _aggregate(part: Aggregate, table: Table) -> str:
    chosen = part.expression
    if part.where is not None:
        chosen = f"case when {part.where} then {'1' if chosen == '*' else chosen} end"
    exact = f"cast({chosen} as decimal(38, 6))"
    match part.kind:
        case "count":
            return f"count({chosen})"
        case "distinct":
            return f"count(distinct {chosen})"
        case "sum":
            # no sale at all is an amount of 0; no known value of a customer is not
            total = f"sum({exact})"
            return f"cast({f'coalesce({total}, 0)' if table.time else total} as double)"
        case "mean":
            return f"cast(sum({exact}) as double) / nullif(count({chosen}), 0)"
        case "orders":
            return _orders()
        case "median" | "min" | "max":
            return f"cast({part.kind}({chosen}) as double)"


def _orders() -> str:
    """Orders of sale rows; a row without an order is one by itself."""
    sale = "base.kind = 'sale' and base.is_counted"
    return (
        f"count(distinct case when {sale} then base.order_id end) "
        f"+ count(case when {sale} and base.order_id is null then 1 end)"
    )


def _order(plan: Plan) -> Iterator[str]:
    """By the first metric where an order is asked for, by time where the answer is a trend."""
    intent, names = plan.intent, [quoted(dimension.name) for dimension in plan.dimensions]
    if intent.order:
        direction = "desc" if intent.order == "descending" else "asc"
        keys = [f"{quoted(plan.metrics[0].key)} {direction} nulls last", *names]
    else:
        keys = ([quoted(intent.grain)] if intent.grain else []) + names
    if keys:
        yield "order by " + ", ".join(keys)
        yield f"limit {intent.limit or ROWS_AT_MOST}"


def _change(plan: Plan) -> str:
    """Two periods side by side; what is in one of them only counts as 0 in the other."""
    names, key = (
        [quoted(dimension.name) for dimension in plan.dimensions],
        quoted(plan.metrics[0].key),
    )
    later, earlier = f"later.{key}", f"earlier.{key}"
    if plan.metrics[0].is_additive or plan.metrics[0].parts[0].kind == "distinct":
        later, earlier = f"coalesce({later}, 0)", f"coalesce({earlier}, 0)"
    columns = [f"coalesce(later.{name}, earlier.{name}) as {name}" for name in names]
    columns += [
        f"{later} as {key}",
        f"{earlier} as before",
        f"{later} - {earlier} as change",
        f"cast({later} - {earlier} as double) / nullif({earlier}, 0) as change_share",
    ]
    joined = " and ".join(f"later.{name} is not distinct from earlier.{name}" for name in names)
    join = f"full join earlier on {joined}" if names else "cross join earlier"
    lines = [
        *_common("later", _select(plan, period=plan.period, by=plan.dimensions), first=True),
        *_common("earlier", _select(plan, period=plan.intent.before, by=plan.dimensions)),
        "select\n    " + ",\n    ".join(columns),
        f"from later\n{join}",
    ]
    if names:
        lines += _ordered_by("change", plan)
    return "\n".join(lines)


def _share(plan: Plan) -> str:
    """A part of a whole: the rows of `share_of` among all, or each group among all groups."""
    names, key = (
        [quoted(dimension.name) for dimension in plan.dimensions],
        quoted(plan.metrics[0].key),
    )
    of_groups = not plan.intent.share_of
    every = (*plan.intent.filters, *plan.intent.share_of)
    whole = _select(plan, period=plan.period, by=() if of_groups else plan.dimensions)
    columns = [
        f"whole.{name} as {name}" if not of_groups else f"part.{name} as {name}" for name in names
    ]
    value = f"coalesce(part.{key}, 0)"
    columns += [
        f"{value} as {key}",
        f"whole.{key} as whole",
        f"cast({value} as double) / nullif(whole.{key}, 0) as share",
    ]
    joined = " and ".join(f"part.{name} is not distinct from whole.{name}" for name in names)
    join = "cross join part" if of_groups or not names else f"left join part on {joined}"
    part = _select(plan, period=plan.period, by=plan.dimensions, filters=every)
    lines = [
        *_common("part", part, first=True),
        *_common("whole", whole),
        "select\n    " + ",\n    ".join(columns),
        f"from whole\n{join}",
    ]
    if names:
        lines += _ordered_by("share", plan)
    return "\n".join(lines)


def _ordered_by(name: str, plan: Plan) -> list[str]:
    """By a derived figure, then by what is divided by."""
    direction = "asc" if plan.intent.order == "ascending" else "desc"
    places = ", ".join(str(number + 1) for number in range(len(plan.dimensions)))
    limit = plan.intent.limit or ROWS_AT_MOST
    return [f"order by {name} {direction} nulls last, {places}", f"limit {limit}"]


def _common(name: str, lines: Iterable[str], *, first: bool = False) -> Iterator[str]:
    """A named part of a statement; the first one begins it, the second ends them."""
    text = "\n".join(lines).replace("\n", "\n    ")
    yield f"{'with ' if first else ''}{name} as (\n    {text}\n){',' if first else ''}"


def literal(value: object) -> str:
    """A value as SQL. Raises TypeError for one of another kind than a question has."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value) if isinstance(value, int) else f"cast({value!r} as double)"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("\0", "").replace("'", "''") + "'"
    raise TypeError(f"no literal for {type(value).__name__}")
