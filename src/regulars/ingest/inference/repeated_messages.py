"""Orders that an interface sent twice: the same lines, under another number of the message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Event
from regulars.ingest.inference.derived_tables import Derived, build_derived
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import ranked
from regulars.ingest.inference.value_overlap import key_like
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_FEWEST_ORDERS = 5  # that were sent again
_MOST_AGAIN = 0.4  # of the orders: more of them are no mistakes but parts
_NEARLY_ALL = 0.95
_MOST_CANDIDATES = 4


def with_messages_once(warehouse: Warehouse, bought: Event, *, today: date) -> Derived | None:
    """The purchases with one message of each order; None where no order was sent again.

    The lines of a message share its number, so that equal lines of one order are kept.
    """
    table = bought.table
    if table.preset is not None or table.source.sql is not None:
        return None
    order = next((c for c in ranked(table.columns.values(), "order_id") if not c.unique), None)
    if order is None or order is bought.key:
        return None
    for message in _messages(table, order, bought):
        if _repeat_orders(warehouse, table, order, message, bought=bought):
            return _once(warehouse, bought, order, message, today=today)
    return None


def _messages(table: Table, order: Column, bought: Event) -> Iterator[Column]:
    """Columns with more values than there are orders, and with several rows of a value."""
    dates = [c for c in table.of_kind("date") if c.name not in bought.when.names]
    candidates = [c for c in (*key_like(table), *dates) if c not in (order, bought.key)]
    fitting = [c for c in candidates if order.distinct < c.distinct < _NEARLY_ALL * table.rows]
    yield from fitting[:_MOST_CANDIDATES]


def _repeat_orders(
    warehouse: Warehouse, table: Table, order: Column, message: Column, *, bought: Event
) -> bool:
    """Whether some orders have several messages, which hold the same lines, and no message two."""
    number, sent = quoted(order.name), quoted(message.name)
    lines = " || '|' || ".join(
        f"coalesce(cast({quoted(c.name)} as varchar), '')"
        for c in _columns_of_lines(table, order, message, bought)
    )
    shared, orders, again, same = warehouse.rows(
        f"with lines as (select cast({number} as varchar) as o, cast({sent} as varchar) as m, "
        f"hash({lines}) as line from {table.relation} "
        f"where {number} is not null and {sent} is not null), "
        "messages as (select o, m, count(*) || ' ' || sum(line) as held from lines group by 1, 2), "
        "orders as (select o, count(*) as n, count(distinct held) as different "
        "from messages group by 1) "
        "select (select count(*) - count(distinct m) from messages), count(*), "
        "count(*) filter (n > 1), count(*) filter (n > 1 and different = 1) from orders"
    )[0]
    is_some = _FEWEST_ORDERS <= int(again) <= _MOST_AGAIN * int(orders)
    return int(shared) == 0 and is_some and int(same) >= _NEARLY_ALL * int(again)


def _columns_of_lines(
    table: Table, order: Column, message: Column, bought: Event
) -> Sequence[Column]:
    """What tells one line from another: no numbers of messages, and no times of sending."""
    return [
        column
        for column in table.columns.values()
        if column not in (order, message, bought.key)
        and column.kind not in ("date", "empty")
        and column.distinct < message.distinct
    ]


def _once(
    warehouse: Warehouse, bought: Event, order: Column, message: Column, *, today: date
) -> Derived:
    number, sent = quoted(order.name), quoted(message.name)
    table = bought.table
    sql = (
        f"select base.* from {{{table.name}}} as base left join (select {number} as _order, "
        f"max({sent}) as _last from {{{table.name}}} group by 1) as message "
        f"on base.{number} = message._order "
        f"where message._last is null or base.{sent} is null or base.{sent} = message._last"
    )
    because = (
        f"some orders came twice, with the same lines and another '{message.name}': one counts"
    )
    derived = build_derived(
        warehouse, f"{table.name}_once", sql, [table], because=because, today=today
    )
    return replace(derived, whole=())
