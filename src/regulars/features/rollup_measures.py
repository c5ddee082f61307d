"""Measures: the columns of fct_customer_periods, as the catalogue's entries give them."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.settings import Project
from regulars.features.entries import Combine, MeasureEntry, is_mapped, values_of_any
from regulars.features.expressions import quoted, value_columns, values_of

# The bit of a day within its period, so that a day is counted once however often it occurs.
_DAY_BITS = {
    "day": "1",
    "week": "cast(power(2, iso_weekday(occurred_at) - 1) as bigint)",
    "month": "cast(power(2, extract(day from occurred_at) - 1) as bigint)",
}


@dataclass(frozen=True)
class Measure:
    """A column of fct_customer_periods; of `bits`, another measure, those that are set count."""

    name: str
    entity: str
    sql: str
    data_type: str
    empty: int | None
    combine: Combine
    description: str
    bits: str | None = None


def measures_of(entry: MeasureEntry, project: Project) -> list[Measure]:
    """The measures of an entry: none, one, or one for each value that a project lists."""

    def make(name: str, sql: str, meaning: str) -> Measure:
        return Measure(
            name, entry.entity, sql, entry.type, entry.empty, entry.combine, meaning, entry.bits
        )

    if entry.needs_column is not None and not is_mapped(entry.needs_column, project):
        nothing = "null" if entry.empty is None else str(entry.empty)
        return [make(entry.name, nothing, entry.meaning)]

    if entry.needs_values is not None:
        listed = values_of_any(entry.needs_values, project)
        sql = entry.sql.replace("{values}", _listed(listed))
        return [make(entry.name, sql, entry.meaning)] if listed else []
    if entry.for_each is None:
        sql = entry.sql.replace("{orders}", _orders(project))
        sql = sql.replace("{day_bit}", _DAY_BITS[project.grain])
        sql = sql.replace("{unhappy_below}", str(project.features.unhappy_below))
        return [make(entry.name, sql, entry.meaning)]
    values = values_of(entry.for_each, project)
    return [
        make(
            column,
            entry.sql.replace("{value}", quoted(value)).replace("{values}", _listed(values[value])),
            entry.meaning.replace("{value}", value),
        )
        for value, column in value_columns(entry.name, list(values)).items()
    ]


def _listed(values: list[str]) -> str:
    return ", ".join(quoted(value) for value in values)


def _orders(project: Project) -> str:
    """Orders are counted once where rows are order lines; else every sale row is an order."""
    mapping = project.entities.get("transactions")
    if mapping is not None and "order_id" in mapping.columns:
        return "count(distinct case when kind = 'sale' then order_id end)"
    return "count(case when kind = 'sale' then 1 end)"
