"""Whether two tables tell of the same purchases: orders and their payments, invoices, returns."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.ingest.derived import sources_named
from regulars.ingest.inference.company import Company, Join
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.value_overlap import alike_sql
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_OF_ONE_CUSTOMER = 0.3  # of rows with one number, so many have one customer: by chance hardly any


def parts_of(table: Table) -> set[str]:
    """A table and the tables that its query is made of."""
    return {table.name, *sources_named(table.source.sql or "")}


def refer_to_one_another(
    warehouse: Warehouse, company: Company, names: Iterable[str], other: Table
) -> bool:
    """Whether a key joins tables that is not the customer's, and joins rows of one customer."""
    return any(joins_of(warehouse, company, names, other))


def joins_of(
    warehouse: Warehouse, company: Company, names: Iterable[str], other: Table
) -> list[Join]:
    """The joins of a table with others by another key than the customer's, of rows of one.

    Numbers of two systems are often the same; then the rows that they join have other customers.
    """
    keys, known, joins = company.best.keys, set(names), []
    for join in company.joins:
        between = {join.table, join.to_table}
        if other.name not in between or not between - {other.name} <= known:
            continue
        key = keys.get(join.table)
        if key is not None and join.column == key.name:
            continue
        if _joins_customers(warehouse, company, join):
            joins.append(join)
    return joins


def _joins_customers(warehouse: Warehouse, company: Company, join: Join) -> bool:
    """Whether most rows that a key joins are of one customer; true where a side names none."""
    sides = []
    for name, column in ((join.table, join.column), (join.to_table, join.to_column)):
        table, key = company.tables[name], company.best.keys.get(name)
        if key is None or key.name == column:
            return True
        number = alike_sql(f"cast({quoted(column)} as varchar)")
        who = alike_sql(f"cast({quoted(key.name)} as varchar)")
        sides.append(f"select {number} as number, {who} as who from {table.relation}")
    share = warehouse.rows(
        "select avg(case when one.who = other.who then 1.0 else 0.0 end) "
        f"from ({sides[0]}) as one join ({sides[1]}) as other using (number)"
    )[0][0]
    return share is None or float(share) >= _OF_ONE_CUSTOMER
