"""Columns beside money that never decide what a row is: how it was paid, sent or sold."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import code_of
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.purchases import Purchases
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import is_beside_the_sale, is_weekday
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

_ROLES = (
    "region", "country", "city", "store", "seller", "gender", "currency", "product", "payment",
    "email", "phone", "full_name", "first_name", "last_name", "channel", "category", "consent",
    "campaign", "plan", "segment", "postal_code", "address", "company", "age", "year", "month",
    "week", "discount", "shipping", "quantity", "unit_price", "line_number", "tax",
)  # fmt: skip
_SURELY = 4
_MEANINGS = frozenset(
    {"delivery", "shipping", "consent", "mailing", "device", "gender", "weekday", "payment_method",
     "country", "campaign", "channel", "product", "store", "seller", "city", "region", "segment",
     "treated", "variant", "merchant", "tax", "discount", "opened", "clicked", "converted"}
)  # fmt: skip
_HALF = 0.5
_PURE = 0.9  # of the products with a word, the share that has no other: it tells of the product
_LEAST_CUSTOMERS = 10
_LEAST_GROUPS, _ROWS_OF_GROUP = 5, 5


def is_harmless(column: Column) -> bool:
    """Whether the name or most of the values say something else than what a row is."""
    if max(points(column.name, role) for role in _ROLES) >= _SURELY:
        return True
    if concepts(column.name) & _MEANINGS or column.clocks or column.mails or column.personal:
        return True
    known = [value for value, _ in column.values if _is_known(value)]
    return len(known) > _HALF * len(column.values)


def _is_known(value: str) -> bool:
    return is_beside_the_sale(value) or is_weekday(value) or code_of(value) is not None


def is_property(
    warehouse: Warehouse,
    purchases: Purchases,
    column: Column,
    value: str,
    *,
    among: Sequence[Column],
) -> bool:
    """Whether a word goes with a product, a shop or another thing that returns in the rows."""
    text = f"coalesce(trim(cast({quoted(column.name)} as varchar)), '')"
    things = [
        other
        for other in among
        if other is not column
        and other.kind in ("text", "number")
        and other.filled >= _HALF * other.rows
        and _LEAST_GROUPS <= other.distinct <= other.filled / _ROWS_OF_GROUP
        and not points(other.name, "order_id")
        and not points(other.name, "amount")
    ]
    for other in things:
        pure, groups = warehouse.rows(
            f"select avg(case when own = n then 1.0 else 0.0 end), count(*) from (select count(*) "
            f"filter ({text} = {literal(value)}) as own, count(*) as n "
            f"from {purchases.table.relation} group by {quoted(other.name)}) "
            "where own > 0 and n > 1"
        )[0]
        if int(groups) and float(pure) >= _PURE:
            return True
    return False


def tells_of_customer(warehouse: Warehouse, table: Table, column: Column, *, key: Column) -> bool:
    """Whether a state is that of the customer: who has a rarer word has it in (nearly) all rows."""
    if column.distinct < 2:
        return False
    text = f"coalesce(trim(cast({quoted(column.name)} as varchar)), '')"
    main = literal(column.values[0][0])
    mixed, customers = warehouse.rows(
        f"select avg(case when other < n then 1.0 else 0.0 end), count(*) from (select count(*) "
        f"filter ({text} <> {main}) as other, count(*) as n from {table.relation} "
        f"where {quoted(key.name)} is not null group by {quoted(key.name)}) "
        "where other > 0 and n > 1"
    )[0]
    return int(customers) >= _LEAST_CUSTOMERS and float(mixed) <= 1 - _PURE
