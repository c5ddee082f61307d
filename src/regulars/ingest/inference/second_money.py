"""Money of a second table beside that of the purchases: how much, and whether it is the same."""

from __future__ import annotations

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company, Join
from regulars.ingest.inference.money_columns import number_sql
from regulars.ingest.inference.money_words import amount_points, part_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.same_money import joins_of, parts_of
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_LEAST = 0.02  # of the money of the purchases: less changes no figure
_MOST_REFERRED = 0.5  # of the purchases: of more of them it tells again
_NAMED = 3  # points of a name that says that the column holds an amount


def money_of(table: Table, key: Column | None) -> Column | None:
    """The column of money of a table: by its name, by a sign, or the only one with fractions."""
    numbers = [c for c in table.of_kind("number") if c is not key and not c.percent]
    fits = {c.name: max(points(c.name, "refund_amount"), amount_points(c.name)) for c in numbers}
    best = max(numbers, key=lambda column: fits[column.name], default=None)
    if best is not None and fits[best.name] >= _NAMED:
        return best
    signed = [c for c in numbers if c.currencies] or [c for c in numbers if _has_fractions(c)]
    return signed[0] if len(signed) == 1 else None


def _has_fractions(column: Column) -> bool:
    return not column.whole and part_of(column.name) is None and (column.high or 0) > 1


def is_other_money(warehouse: Warehouse, company: Company, table: Table, key: Column) -> bool:
    """Whether the money of a table is a question beside that of the purchases.

    Payments, lines and fees tell again of most purchases that they refer to; refunds of few.
    """
    bought = company.best.purchases
    amount = money_of(table, key)
    if bought is None:
        return True
    if amount is None or _sum(warehouse, table, amount) < _LEAST * _taken(warehouse, company):
        return False
    is_part = part_of(amount.name) in ("tax", "shipping", "fee", "tip", "discount", "balance")
    joins = joins_of(warehouse, company, parts_of(bought.table), table)
    referred = max((_referred(warehouse, company, join, table) for join in joins), default=0.0)
    return not joins or (not is_part and referred < _MOST_REFERRED)


def _taken(warehouse: Warehouse, company: Company) -> float:
    bought = company.best.purchases
    amount = money_of(bought.table, bought.key) if bought is not None else None
    return _sum(warehouse, bought.table, amount) if bought is not None and amount else 0.0


def _sum(warehouse: Warehouse, table: Table, amount: Column) -> float:
    total = warehouse.rows(f"select sum(abs({number_sql(amount)})) from {table.relation}")[0][0]
    return float(total or 0.0)


def _referred(warehouse: Warehouse, company: Company, join: Join, table: Table) -> float:
    """The share of a table's rows that the rows of another refer to."""
    is_here = join.table == table.name
    mine, name = (join.column, join.to_table) if is_here else (join.to_column, join.table)
    other, column = company.tables[name], join.to_column if is_here else join.column
    share = warehouse.rows(
        f"select avg(case when cast({quoted(column)} as varchar) in (select cast({quoted(mine)} as "
        f"varchar) from {table.relation}) then 1.0 else 0.0 end) from {other.relation}"
    )[0][0]
    return float(share or 0.0)
