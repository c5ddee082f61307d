"""Money that was paid back, in a column where other rows have words: `98.34` or `no refund`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.money_words import part_points, state_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_MOST_WORDS = 3  # different ones
_NEARLY_ALL = 0.97
_FEWEST = 3  # rows with money
_NAMED = 3  # points of a name that says that money was paid back


def refunded_in_text(
    warehouse: Warehouse, table: Table, amount: str, columns: Iterable[Column]
) -> Column | None:
    """The text column that tells how much of each amount (SQL) went back; by name or its words."""
    for column in columns:
        if column.kind != "text" or not column.values or not _may_be(column):
            continue
        decimal = "," if _has_commas(column) else "."
        as_number = replace(column, kind="number", decimal=decimal)
        back, name = number_sql(as_number), quoted(column.name)
        money, words, within = warehouse.rows(
            f"select count({back}), "
            f"count(distinct case when {back} is null then trim({name}) end), "
            f"avg(case when {back} between 0 and {amount} + 0.01 then 1.0 else 0.0 end) "
            f"filter ({back} is not null) from {table.relation} where trim({name}) <> ''"
        )[0]
        if int(money) >= _FEWEST and int(words) <= _MOST_WORDS and float(within) >= _NEARLY_ALL:
            return as_number
    return None


def _may_be(column: Column) -> bool:
    named = part_points(column.name, "refunded") >= _NAMED
    return named or any(state_of(value) == "refund" for value, _ in column.values[:_MOST_WORDS])


def _has_commas(column: Column) -> bool:
    with_comma = sum("," in value[-3:] for value, _ in column.values)
    return with_comma > sum("." in value[-3:] for value, _ in column.values)
