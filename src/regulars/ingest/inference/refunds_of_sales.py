"""Refunds that name their sale and not their customer: the number that joins them."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.company import Company
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.value_overlap import Overlaps, key_like
from regulars.ingest.sources.scans import quoted

_MANY = 5  # different numbers of sales
_NEARLY_ALL = 0.9
_OF_ROWS = 0.2  # of the rows: lines of an order share its number


@dataclass(frozen=True)
class SaleOfRefund:
    """How a refund finds its sale, which tells the customer: by a number that both have."""

    column: Column
    sold: Table
    sold_column: Column
    customer: Column


def sale_of_refund(overlaps: Overlaps, company: Company, table: Table) -> SaleOfRefund | None:
    """The number by which rows without a customer refer to some of the sales, and tell of them."""
    bought = company.best.purchases
    if bought is None or bought.table.name == table.name:
        return None
    sold, links = bought.table, []
    numbers = [c for c in key_like(sold) if c is not bought.key and c.distinct >= _MANY]
    for column in key_like(table):
        for number in numbers:
            if column.filled < _NEARLY_ALL * table.rows or not _are_numbers(sold, number):
                continue
            share, form = overlaps.share(table, column, sold, number)
            if share >= _NEARLY_ALL and form == "exact":
                links.append((column.name == number.name, share, column, number))
    if not links:
        return None
    _, _, column, number = max(links, key=lambda link: link[:2])
    return SaleOfRefund(column, sold, number, bought.key)


def _are_numbers(sold: Table, number: Column) -> bool:
    """Whether a column numbers the sales, so that it tells the customer of each."""
    roles = ("order_id", "transaction_id")
    is_named = max(points(number.name, role) for role in roles) >= 3
    return number.unique or (is_named and number.distinct >= _OF_ROWS * sold.rows)


def joined_sale(sale: SaleOfRefund | None) -> str:
    """What a query of the refunds, called `refund`, joins to know the customer: `sale._who`."""
    if sale is None:
        return ""
    number, who = quoted(sale.sold_column.name), quoted(sale.customer.name)
    return (
        f" as refund left join (select cast({number} as varchar) as _number, max({who}) as _who "
        f"from {{{sale.sold.name}}} group by 1) as sale "
        f"on cast(refund.{quoted(sale.column.name)} as varchar) = sale._number"
    )
