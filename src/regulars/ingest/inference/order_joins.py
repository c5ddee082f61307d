"""Orders in several tables: lines that have their customer and date from the order's header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Role
from regulars.ingest.inference.customer_keys import named_customers
from regulars.ingest.inference.derived_tables import (
    Derived,
    Side,
    base_column,
    build_derived,
    joined_name,
    joined_sql,
    own_names,
)
from regulars.ingest.inference.moments import find_moment
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import best, points, ranked
from regulars.ingest.inference.table_roles import is_of_people
from regulars.ingest.inference.value_overlap import Link, Overlaps
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_LINES_COUNT = 6.0
_MOST_STATES = 60  # rows of a table that names them
_AGREE = 0.9  # of the orders, lines and header tell the same amount


@dataclass(frozen=True)
class OrderLines:
    """Rows joined to the table that tells their customer, and whether to count their amounts."""

    derived: Derived
    link: Link
    tell_the_amount: bool

    def points(self, table: Table, role: Role) -> float:
        """What this says for or against a table as purchases: lines or headers, never both."""
        if role != "transactions":
            return 0.0
        if table.name == self.derived.table.name:
            return _LINES_COUNT if self.tell_the_amount else -_LINES_COUNT
        is_beaten = self.tell_the_amount and table.name == self.link.to.name
        return -1.0 if is_beaten else 0.0


def lines_with_headers(
    warehouse: Warehouse, overlaps: Overlaps, *, today: date
) -> list[OrderLines]:
    """Tables whose rows have their customer or their date in another table, joined to it.

    Amounts of the header are left out: every line would repeat them.
    """
    derived_table = []
    for link in _header_links(overlaps):
        sides = _sides(overlaps, link)
        derived = build_derived(
            warehouse,
            joined_name(link.table, link.to),
            joined_sql(link.table, sides),
            [link.table, *(side.table for side in sides)],
            because=f"'{link.column.name}' is found in {link.to.name} ({link.share:.0%}), "
            "which tells the customer and the date",
            today=today,
        )
        tells = not is_payments(link.table) and lines_tell_the_amount(
            warehouse, link.table, link.to, link
        )
        derived_table.append(OrderLines(derived, link, tells))
    return derived_table


def _sides(overlaps: Overlaps, link: Link) -> list[Side]:
    """The header of each line, and the names of its states where a table of their own has them."""
    states = next(_named_states(overlaps, link.to), None)
    columns = list(_brought(link))
    if states is not None and states[0].column not in columns:
        columns.append(states[0].column)
    taken = set(link.table.columns)
    names = own_names(link.to, columns, taken)
    sides = [Side(link.to, link.to_column, base_column(link.column.name), names, link.form)]
    if states is not None and states[0].column.name in names:
        to_names, text = states
        on = f"joined_1.{quoted(names[to_names.column.name])}"
        named = re.sub(r"_?(id|code|key|no)$", "", to_names.column.name)
        name = named if named and named not in taken else f"{named}_name"
        if name not in taken:
            brings = {text.name: name}
            sides.append(Side(to_names.to, to_names.to_column, on, brings, to_names.form))
    return sides


def _named_states(overlaps: Overlaps, header: Table) -> Iterator[tuple[Link, Column]]:
    """Links from a status of the header to the small table that has its names."""
    for link in overlaps.links:
        is_state = link.table is header and points(link.column.name, "status") >= 3
        if not is_state or not link.is_key or not link.named or link.to.rows > _MOST_STATES:
            continue
        texts = [
            column
            for column in link.to.columns.values()
            if column is not link.to_column and column.kind == "text"
        ]
        if texts:
            yield link, texts[0]


def lines_tell_the_amount(warehouse: Warehouse, lines: Table, header: Table, link: Link) -> bool:
    """Whether to add up the lines: the header has no amount, or its amounts are the lines' sums."""
    total, line = _total(header, link.to_column), _line_sql(lines)
    if line is None:
        return False
    if total is None:
        return True
    key, refers = quoted(link.to_column.name), quoted(link.column.name)
    share = warehouse.rows(
        f"with line_sums as (select {refers} as _key, sum({line}) as total from {lines.relation} "
        f"group by 1) select avg(case when abs(line_sums.total - h.total) "
        f"<= 0.02 + 0.001 * abs(h.total) then 1.0 else 0.0 end) from line_sums join "
        f"(select {key} as _key, {number_sql(total)} as total from {header.relation}) as h "
        "on cast(h._key as varchar) = cast(line_sums._key as varchar)"
    )[0][0]
    return float(share or 0.0) >= _AGREE


def is_payments(table: Table) -> bool:
    """Whether rows tell how something was paid, and not what was bought."""
    columns = table.columns.values()
    goods = any(points(c.name, role) >= 4 for c in columns for role in ("product", "unit_price"))
    return not goods and any(points(c.name, "payment") >= 4 for c in columns)


def _header_links(overlaps: Overlaps) -> Iterator[Link]:
    """For each table without a customer of its own, the best table that tells it."""
    for table in overlaps.tables:
        if named_customers(table):
            continue
        links = [
            link
            for link in overlaps.links
            if link.table is table
            and link.is_key
            and link.share >= 0.5
            and _tells_who(link)
            and not is_of_people(link.to, link.to_column)
            and table.rows >= 0.5 * link.to.rows
        ]
        if links:
            yield max(links, key=lambda link: (link.named, link.share, link.to.rows))


def _tells_who(link: Link) -> bool:
    """Whether the other table names the customer of each of its rows, and not only of itself."""
    customers = [column for column in named_customers(link.to) if column is not link.to_column]
    return bool(customers) and find_moment(link.to, "occurred_at") is not None


def _brought(link: Link) -> Iterator[Column]:
    own_time = find_moment(link.table, "occurred_at") is not None
    customers = {column.name for column in named_customers(link.to)}
    for column in link.to.columns.values():
        if column is link.to_column or column.kind == "empty":
            continue
        is_number = column.kind == "number" and column.name not in customers
        if not is_number and not (own_time and column.kind == "date"):
            yield column


def _total(header: Table, key: Column) -> Column | None:
    numbers = [c for c in header.columns.values() if c.kind == "number" and c is not key]
    fitting = [c for c in ranked(numbers, "amount") if points(c.name, "amount") >= 3]
    return fitting[0] if fitting else None


def _line_sql(lines: Table) -> str | None:
    numbers = [c for c in lines.columns.values() if c.kind == "number"]
    total = best([c for c in numbers if points(c.name, "amount") >= 3], "amount")
    if total is not None:
        return number_sql(total)
    price, quantity = best(numbers, "unit_price"), best(numbers, "quantity")
    if price is None:
        return None
    return f"{number_sql(price)} * {number_sql(quantity)}" if quantity else number_sql(price)
