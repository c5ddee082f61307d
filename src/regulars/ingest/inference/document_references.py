"""Whole numbers that are no amounts: they name a document that another row of the table is."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_words import amount_points, part_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_NEARLY_ALL = 0.95
_FEWEST = 3  # different numbers
_MOST_KEYS = 3
_NUMBERED = 0.9  # different values per row of a column that numbers documents
_LARGE = 1_000  # numbers below occur in any count


def referring_columns(
    warehouse: Warehouse, table: Table, numbers: Sequence[Column]
) -> list[tuple[Column, Column]]:
    """Number columns (nearly) all of whose values number a document of the table, with that one."""
    keys = [column for column in table.columns.values() if _numbers_documents(column)][:_MOST_KEYS]
    pairs = []
    for column in numbers:
        if not column.whole or column.distinct < _FEWEST or (column.high or 0) < _LARGE:
            continue
        key = next(
            (k for k in keys if k is not column and _refers(warehouse, table, column, k)), None
        )
        if key is not None:
            pairs.append((column, key))
    return pairs


def _numbers_documents(column: Column) -> bool:
    is_money = bool(amount_points(column.name) or part_of(column.name) or column.currencies)
    is_key = not is_money and (column.kind == "text" or (column.kind == "number" and column.whole))
    return (
        is_key and column.distinct >= _NUMBERED * max(column.filled, 1) and column.filled > _FEWEST
    )


def _refers(warehouse: Warehouse, table: Table, column: Column, key: Column) -> bool:
    """By values; of a sample of the rows, as many are found as the sample has of all."""
    mine, other = (f"trim(cast({quoted(c.name)} as varchar))" for c in (column, key))
    given = (
        f"select {mine} as value from {table.relation} where coalesce({mine}, '') not in ('', '0')"
    )
    share = warehouse.rows(
        f"select avg(case when value in (select {other} from {table.relation}) then 1.0 else 0.0 "
        f"end) from ({given})"
    )[0][0]
    return float(share or 0.0) >= _NEARLY_ALL / max(table.factor, 1.0)
