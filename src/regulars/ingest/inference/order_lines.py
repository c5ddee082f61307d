"""Rows that are lines of an order: what its first line says for all, and what each line repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_NEARLY = 0.98
_MIN_ORDERS = 5  # with several lines, before their likeness means something
_SEVERAL_CUSTOMERS = 0.01  # of the numbers, before they are thought to begin anew
_MIN_NUMBERS = 10


@dataclass(frozen=True)
class OrderLines:
    """How the lines of an order share its fields.

    `order` may be empty on the lines after the first (`is_filled_down`), like the columns of
    `header`; `totals` are numbers of the order that only its first line holds.
    """

    order: Column
    header: tuple[Column, ...] = ()
    totals: tuple[Column, ...] = ()
    is_filled_down: bool = False

    @property
    def shares_fields(self) -> bool:
        """Whether later lines lack something that the first one says."""
        return bool(self.header) or self.is_filled_down


def find_order_lines(warehouse: Warehouse, table: Table, order: Column) -> OrderLines:
    """Which columns only the first line of an order holds, where lines follow one another."""
    is_filled_down = 0 < order.filled < _NEARLY * table.rows
    block = (
        f"count(nullif(trim(cast({quoted(order.name)} as varchar)), '')) over (order by rowid)"
        if is_filled_down
        else f"trim(cast({quoted(order.name)} as varchar))"
    )
    sparse = [
        column
        for column in table.columns.values()
        if column is not order and 0 < column.filled < _NEARLY * table.rows
    ]
    if not sparse:
        return OrderLines(order, is_filled_down=is_filled_down)
    first_only = _filled_first(warehouse, table, sparse, block=block)
    header = tuple(column for column in first_only if column.kind != "number")
    if not header:
        is_filled_down = False
    totals = tuple(column for column in first_only if column.kind == "number" and header)
    return OrderLines(order, header, totals, is_filled_down)


def _filled_first(
    warehouse: Warehouse, table: Table, columns: Sequence[Column], *, block: str
) -> list[Column]:
    """Columns that later lines of an order (nearly) never hold, though the first line does."""
    given = [f"nullif(trim(cast({quoted(column.name)} as varchar)), '')" for column in columns]
    counts = ", ".join(
        f"count({sql}) filter (line = 1 and lines > 1), count({sql}) filter (line > 1)"
        for sql in given
    )
    row = warehouse.rows(
        f"with blocks as (select *, rowid as place, {block} as block from {table.relation}), "
        "lined as (select *, row_number() over (partition by block order by place) as line, "
        "count(*) over (partition by block) as lines from blocks where block is not null) "
        f"select count(*) filter (line = 1 and lines > 1), count(*) filter (line > 1), {counts} "
        "from lined"
    )[0]
    firsts, laters = int(row[0]), int(row[1])
    if firsts < 2:
        return []
    chosen = []
    for column, first, later in zip(columns, row[2::2], row[3::2], strict=True):
        if (first and first / firsts > 0.3 and later <= (1 - _NEARLY) * laters) or (
            first and later == 0 and laters >= _MIN_ORDERS
        ):
            chosen.append(column)
    return chosen


@dataclass(frozen=True)
class OrderTotals:
    """Number columns by what they are within an order of several lines."""

    repeated: tuple[str, ...]  # the same on every line, and not the sum of the lines
    adds_up: tuple[str, str] | None = None  # a total of the order, and the lines that add up to it


def find_order_totals(
    warehouse: Warehouse,
    table: Table,
    order: Column,
    columns: Sequence[Column],
    *,
    reckoned: str | None = None,
) -> OrderTotals:
    """Which numbers are constant within orders of several lines, and whether others sum to them."""
    numbers = [column for column in columns if column.kind == "number"]
    if not numbers:
        return OrderTotals(())
    lines = [f"{number_sql(column)}" for column in numbers] + ([reckoned] if reckoned else [])
    names = [column.name for column in numbers] + (["reckoned"] if reckoned else [])
    listed = ", ".join(f"{sql} as v{n}" for n, sql in enumerate(lines))
    kept = ", ".join(
        f"max(v{n}) as h{n}, min(v{n}) as l{n}, sum(v{n}) as s{n}" for n in range(len(lines))
    )
    pairs = [(a, b) for a in range(len(lines)) for b in range(len(lines)) if a != b]
    constant = ", ".join(
        f"avg(case when h{n} - l{n} < 0.005 then 1.0 else 0.0 end)" for n in range(len(lines))
    )
    adding = "".join(
        f", avg(case when abs(h{a} - s{b}) < 0.011 * lines then 1.0 else 0.0 end) "
        f"filter (h{a} is not null)"
        for a, b in pairs
    )
    row = warehouse.rows(
        f"with lined as (select cast({quoted(order.name)} as varchar) as block, {listed} "
        f"from {table.relation}), orders as (select block, count(*) as lines, {kept} from lined "
        "where trim(block) <> '' group by block having count(*) > 1) "
        f"select count(*), {constant}{adding} from orders"
    )[0]
    if row[0] < _MIN_ORDERS:
        return OrderTotals(())
    shares = dict(enumerate(row[1 : len(lines) + 1]))
    repeated = {n for n, share in shares.items() if share is not None and share >= _NEARLY}
    sums = row[len(lines) + 1 :]
    adds_up = next(
        (
            (names[a], names[b])
            for (a, b), share in zip(pairs, sums, strict=True)
            if a in repeated and b not in repeated and share is not None and share >= 0.9
        ),
        None,
    )
    return OrderTotals(tuple(names[n] for n in sorted(repeated)), adds_up)


def same_day_share(warehouse: Warehouse, table: Table, order: Column, moment: str) -> float:
    """The share of orders of several lines whose lines are all of one day."""
    share = warehouse.rows(
        f"with dated as (select cast({quoted(order.name)} as varchar) as block, "
        f"cast({moment} as date) as day from {table.relation}), "
        "orders as (select count(distinct day) as days from dated where trim(block) <> '' "
        "group by block having count(*) > 1) "
        "select avg(case when days <= 1 then 1.0 else 0.0 end) from orders"
    )[0][0]
    return float(share if share is not None else 1.0)


def owner_of_number(
    warehouse: Warehouse, table: Table, order: Column, candidates: Sequence[Column], *, key: Column
) -> Column | None:
    """The column beside which an order's number names one order, where the number alone does not.

    Numbers begin anew by year or by shop: an order then has several customers.
    """
    if order.distinct < _MIN_NUMBERS:
        return None
    alone = _one_customer_share(warehouse, table, [order], key=key)
    if alone >= 1 - _SEVERAL_CUSTOMERS:
        return None
    for candidate in (*candidates, key):
        share = _one_customer_share(warehouse, table, [order, candidate], key=key)
        if share >= 1 - (1 - alone) / 20:
            return candidate
    return None


def _one_customer_share(
    warehouse: Warehouse, table: Table, columns: Sequence[Column], *, key: Column
) -> float:
    """The share of orders, so named, whose rows have one customer."""
    names = ", ".join(quoted(column.name) for column in columns)
    given = " and ".join(f"{quoted(column.name)} is not null" for column in columns)
    share = warehouse.rows(
        f"with orders as (select count(distinct {quoted(key.name)}) as people "
        f"from {table.relation} where {given} group by {names}) "
        "select avg(case when people <= 1 then 1.0 else 0.0 end) from orders"
    )[0][0]
    return float(share if share is not None else 1.0)
