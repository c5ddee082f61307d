"""Who the customer is: the column that names customers, table by table."""

from __future__ import annotations

from collections import Counter

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse


def customer_keys(warehouse: Warehouse, tables: list[Table]) -> dict[str, Column]:
    """The customer column of every table that has one, by the table's name.

    The name that most tables share wins, then the name that fits best; a table without it may
    hold the same values under another name.
    """
    candidates = {
        table.name: [c for c in table.columns.values() if _may_be_key(c)] for table in tables
    }
    shared = Counter(column.name for columns in candidates.values() for column in columns)
    named = [column for columns in candidates.values() for column in columns]
    if not named:
        return {}
    chosen = max(
        named,
        key=lambda c: (
            min(points(c.name, "customer_id"), 4),
            shared[c.name],
            points(c.name, "customer_id"),
        ),
    )
    home = next(table for table in tables if chosen.name in table.columns)
    keys = {}
    for table in tables:
        if chosen.name in table.columns:
            keys[table.name] = table.columns[chosen.name]
            continue
        for column in candidates[table.name]:
            if overlap(warehouse, (table, column), (home, chosen)) >= 0.5:
                keys[table.name] = column
                break
    return keys


def overlap(warehouse: Warehouse, one: tuple[Table, Column], other: tuple[Table, Column]) -> float:
    """The share of one column's values that the other has too."""

    def values(table: Table, column: Column) -> str:
        # Keys held as floating point: 17850.0 is 17850.
        text = f"regexp_replace(trim(cast({quoted(column.name)} as varchar)), '\\.0$', '')"
        return f"select distinct {text} as value from {table.relation} where {text} <> ''"

    share = warehouse.rows(
        f"select avg(case when value in ({values(*other)}) then 1.0 else 0.0 end) "
        f"from ({values(*one)})"
    )[0][0]
    return float(share or 0.0)


def is_unique(table: Table, key: Column) -> bool:
    """Whether (nearly) every row has a key of its own: one row per customer."""
    return table.rows > 0 and key.distinct >= 0.98 * table.rows


def _may_be_key(column: Column) -> bool:
    like_a_key = column.kind == "text" or (column.kind == "number" and column.whole)
    return like_a_key and column.distinct > 2 and points(column.name, "customer_id") > 0
