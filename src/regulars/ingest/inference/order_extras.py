"""What lines of an order repeat of the whole order: shipping that the total holds, and refunds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.money_words import amount_points, part_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_ADDED = ("shipping", "fee", "tip", "tax")
_MOST_ADDED = 4
_NEARLY_ALL, _NEARLY_REPEATED = 0.95, 0.9
_FEWEST_ORDERS = 5
_LEAST_EXTRA = 0.001  # of the money: what is less is rounding


def added_to_orders(
    warehouse: Warehouse,
    table: Table,
    order: Column,
    line: str,
    *,
    columns: Sequence[Column],
    repeated: Sequence[str],
) -> tuple[Column, list[Column]] | None:
    """A total that lines repeat, and what it holds beside their sum (SQL `line`), repeated too.

    None where the lines are the total already, or nothing explains the difference.
    """
    same = [column for column in columns if column.name in repeated]
    parts = [column for column in same if part_of(column.name) in _ADDED][:_MOST_ADDED]
    totals = [c for c in same if part_of(c.name) is None and amount_points(c.name) >= 3]
    for total in totals:
        for size in range(1, len(parts) + 1):
            for added in combinations(parts, size):
                if _is_sum(warehouse, table, order, line, total=total, added=added):
                    return total, list(added)
    return None


def _is_sum(
    warehouse: Warehouse,
    table: Table,
    order: Column,
    line: str,
    *,
    total: Column,
    added: Sequence[Column],
) -> bool:
    extra = " + ".join(f"coalesce(max({number_sql(column)}), 0)" for column in added)
    share, orders, more = warehouse.rows(
        f"with orders as (select sum({line}) as lines, max({number_sql(total)}) as total, "
        f"{extra} as extra, count(*) as n from {table.relation} "
        f"where trim(cast({quoted(order.name)} as varchar)) <> '' group by {quoted(order.name)}) "
        "select avg(case when abs(total - lines - extra) < 0.011 * n then 1.0 else 0.0 end), "
        "count(*), coalesce(sum(extra) / nullif(sum(abs(lines)), 0), 0) from orders "
        "where total is not null and lines is not null"
    )[0]
    is_some = int(orders) >= _FEWEST_ORDERS and float(more) >= _LEAST_EXTRA
    return is_some and float(share or 0.0) >= _NEARLY_ALL


def is_of_the_order(
    warehouse: Warehouse, table: Table, order: Column, line: str, *, refunded: Column
) -> bool:
    """Whether each line repeats what was paid back of its order, and not of itself.

    By orders that got something back and whose lines differ in their amounts (SQL `line`),
    or are less than that.
    """
    share, orders = warehouse.rows(
        "select avg(case when high - low < 0.005 then 1.0 else 0.0 end), count(*) from ("
        f"select max(back) as high, min(back) as low from (select {quoted(order.name)} as number, "
        f"abs(coalesce({number_sql(refunded)}, 0)) as back, {line} as line from {table.relation}) "
        "where trim(cast(number as varchar)) <> '' group by number "
        "having count(*) > 1 and max(back) > 0 "
        "and (max(line) - min(line) > 0.01 or max(back) > max(line) + 0.01))"
    )[0]
    return int(orders) >= _FEWEST_ORDERS and float(share or 0.0) >= _NEARLY_REPEATED
