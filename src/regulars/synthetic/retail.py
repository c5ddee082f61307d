"""The retail recipe: invoice lines of a gift shop, customers with rhythms of their own.

Each customer buys at intervals drawn from a gamma distribution around an own mean, in shop time:
days count more before Christmas and not at all on Saturdays. After a random lifetime the customer
is gone without a word. So silence differs from a slow rhythm, but not by recency alone.
Beside sales stand what real files hold: cancellations (invoice C...), guests without a customer,
charges among the goods, free lines, lines twice, and corrections of stock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.synthetic.company_size import Size
from regulars.synthetic.drawing import (
    Flags,
    Floats,
    Ints,
    blocks,
    choose,
    place_in_group,
)
from regulars.synthetic.products import ProductCatalogue, catalogue
from regulars.synthetic.raw_columns import category, iso_text
from regulars.synthetic.recipe import Recipe, TableSpec
from regulars.synthetic.row_rules import EveryRow, before, filled, matches
from regulars.synthetic.rule_kinds import RowCount, Rule, Share, plain
from regulars.synthetic.shop_visits import (
    CANCELLED,
    CORRECTED,
    GUEST,
    PACK_SHARES,
    PACKS,
    SOLD,
    TWICE,
    WRITTEN_OFF,
    Timeline,
    timeline,
)

ROWS_PER_CHUNK = 1_000_000
FIRST_INVOICE = 500_001
FIRST_CUSTOMER = 12_346
LETTERS = ("", "", "C", "", "A")  # by kind of invoice

COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
    "CustomerID", "Country",
)  # fmt: skip
COUNTRIES = (
    "United Kingdom", "Germany", "France", "EIRE", "Spain", "Netherlands", "Belgium",
    "Switzerland", "Portugal", "Australia", "Norway", "Italy", "Unspecified",
)  # fmt: skip
COUNTRY_SHARES = (90.5, 2.2, 2.0, 0.8, 0.7, 0.5, 0.6, 0.5, 0.5, 0.3, 0.3, 0.4, 0.1)

INVOICES = TableSpec(
    "invoices",
    "online_retail.parquet",
    occurred=("InvoiceDate",),
    dates=("InvoiceDate",),
    words=("Description", "Country"),
    optional=("Description", "Country"),
)


@dataclass(frozen=True)
class _Customers:
    number: Floats
    country: Ints
    trade: Flags  # resellers order by the case

    @classmethod
    def drawn(cls, size: Size) -> _Customers:
        rng = size.rng("customers")
        return cls(
            number=(FIRST_CUSTOMER + rng.permutation(size.customers)).astype(np.float64),
            country=choose(rng, COUNTRY_SHARES, size=size.customers),
            trade=rng.random(size.customers) < 0.12,
        )


@dataclass
class _Lines:
    """The lines of invoices `start` to `stop`: arrays of one value per line."""

    invoice: Ints
    product: Ints
    quantity: Ints
    price: Floats
    nameless: Flags


def chunks(size: Size) -> Iterator[tuple[str, pa.Table]]:
    """Invoice lines in order of time, about a million at once."""
    goods = catalogue(size.rng("catalogue"))
    invoices = timeline(size, goods)
    people = _Customers.drawn(size)
    rng = size.rng("lines")
    for start, stop in blocks(invoices.lines, rows=ROWS_PER_CHUNK):
        some = invoices.between(start, stop)
        lines = _lines(rng, goods, people, some)
        columns = {**_invoice_columns(lines, some, start), **_line_columns(lines, goods)}
        columns |= _customer_columns(people, who=some.customer[lines.invoice])
        yield INVOICES.name, pa.table(columns).select(COLUMNS)


def _lines(
    rng: np.random.Generator, goods: ProductCatalogue, people: _Customers, invoices: Timeline
) -> _Lines:
    invoice = np.repeat(np.arange(len(invoices.at)), invoices.lines)
    kind = invoices.kind[invoice]
    rows = len(invoice)
    product = goods.bought(rng, rows)
    _put_charges(rng, goods, product, kind)
    quantity = PACKS[choose(rng, PACK_SHARES, size=rows)]
    quantity[product >= goods.count] = 1
    who = invoices.customer[invoice]
    quantity[(who >= 0) & people.trade[who] & (kind == SOLD)] *= 4
    _put_returns(invoices, invoice, product, quantity)
    price = _prices(rng, goods, product, kind)
    lines = _Lines(invoice, product, quantity, price, np.zeros(rows, dtype=np.bool_))
    _put_corrections(rng, goods, lines, kind)
    return _twice(rng, lines)


def _put_charges(
    rng: np.random.Generator, goods: ProductCatalogue, product: Ints, kind: Ints
) -> None:
    """A few lines of sales are postage, fees and the like."""
    charged = (rng.random(len(product)) < 0.004) & (kind <= GUEST)
    product[charged] = goods.charged(rng, int(charged.sum()))
    product[kind == WRITTEN_OFF] = goods.bad_debt


def _put_returns(invoices: Timeline, invoice: Ints, product: Ints, quantity: Ints) -> None:
    """What comes back was bought: the first lines of a sale equal those of its cancellation."""
    place = place_in_group(invoices.lines)
    back = place < invoices.returned[invoice]
    at = invoices.returned_from[invoice[back]] + place[back]
    product[back], quantity[back] = invoices.products[at], invoices.quantities[at]
    quantity[invoices.kind[invoice] == CANCELLED] *= -1


def _prices(rng: np.random.Generator, goods: ProductCatalogue, product: Ints, kind: Ints) -> Floats:
    """List prices; guests pay more, charges are what they happen to be, and few lines are free."""
    price = goods.prices[product].copy()
    price[kind == GUEST] *= 1.9
    charge = (product >= goods.count) & (product < goods.bad_debt)
    price[charge] *= np.exp(rng.normal(0.0, 0.4, int(charge.sum())))
    price = np.maximum(np.round(price, 2), 0.01)
    price[(kind == SOLD) & (rng.random(len(product)) < 0.00015)] = 0.0
    return price


def _put_corrections(
    rng: np.random.Generator, goods: ProductCatalogue, lines: _Lines, kind: Ints
) -> None:
    """Corrections of stock cost nothing and mostly have no name; bad debts go both ways."""
    corrected = np.flatnonzero(kind == CORRECTED)
    lines.product[corrected] = goods.noted(rng, len(corrected))
    lines.price[corrected] = 0.0
    lines.quantity[corrected] *= np.where(rng.random(len(corrected)) < 0.55, -1, 1)
    lines.nameless[corrected] = rng.random(len(corrected)) < 0.6
    debts = np.flatnonzero(kind == WRITTEN_OFF)
    lines.quantity[debts] = 1
    lines.price[debts] *= np.where(rng.random(len(debts)) < 0.7, -1, 1)


def _twice(rng: np.random.Generator, lines: _Lines) -> _Lines:
    """Some lines stand twice in the file; both are true."""
    again = np.repeat(np.arange(len(lines.invoice)), 1 + (rng.random(len(lines.invoice)) < TWICE))
    return _Lines(
        lines.invoice[again],
        lines.product[again],
        lines.quantity[again],
        lines.price[again],
        lines.nameless[again],
    )


def _invoice_columns(lines: _Lines, invoices: Timeline, start: int) -> dict[str, Any]:
    """Number and time: one text per invoice, referred to by its lines."""
    number = pa.array(np.arange(len(invoices.at)) + FIRST_INVOICE + start).cast(pa.string())
    letters = category(LETTERS, invoices.kind).cast(pa.string())
    numbers = pc.binary_join_element_wise(letters, number, "")
    return {
        "InvoiceNo": category(numbers, lines.invoice),
        "InvoiceDate": category(iso_text(invoices.at), lines.invoice),
    }


def _line_columns(lines: _Lines, goods: ProductCatalogue) -> dict[str, Any]:
    return {
        "StockCode": category(goods.codes, lines.product),
        "Description": category(goods.names, lines.product, absent=lines.nameless),
        "Quantity": lines.quantity,
        "UnitPrice": lines.price,
    }


def _customer_columns(people: _Customers, *, who: Ints) -> dict[str, Any]:
    known = who >= 0
    return {
        "CustomerID": pa.array(people.number[who], mask=~known),
        "Country": category(COUNTRIES, np.where(known, people.country[who], 0)),
    }


def rules(size: Size) -> dict[str, list[Rule]]:
    """Shares of the real file, wide enough for other sizes."""
    judged: list[Rule] = [
        filled("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "Country"),
        matches("InvoiceNo", r"^[AC]?\d{6,}$"),
        before("InvoiceDate", size.until),
        EveryRow("CustomerID from 12346 on", lambda rows: _numbers_fit(rows, size)),
        EveryRow("cancellations have negative quantities", _negative_where_cancelled),
        EveryRow("a negative price is a bad debt", _debt_where_negative),
        Share("lines without a customer", _unknown, 0.22, tolerance=0.12, severity=size.severity),
        Share("lines on cancellations", _cancelled, 0.017, tolerance=0.016, severity=size.severity),
        Share("lines without a price", _free, 0.005, tolerance=0.01, severity=size.severity),
    ]
    if size.transactions:
        judged.append(RowCount(size.transactions, tolerance=0.03))
    return {INVOICES.name: judged}


def _numbers_fit(rows: pa.Table, size: Size) -> Any:
    beyond = FIRST_CUSTOMER + size.customers
    number = rows["CustomerID"]
    return pc.and_(pc.greater_equal(number, FIRST_CUSTOMER), pc.less(number, beyond))


def _cancelled(rows: pa.Table) -> Any:
    return pc.starts_with(plain(rows["InvoiceNo"]), "C")


def _negative_where_cancelled(rows: pa.Table) -> Any:
    return pc.or_(pc.invert(_cancelled(rows)), pc.less(rows["Quantity"], 0))


def _debt_where_negative(rows: pa.Table) -> Any:
    debt = pc.starts_with(plain(rows["InvoiceNo"]), "A")
    return pc.or_(debt, pc.greater_equal(rows["UnitPrice"], 0))


def _unknown(rows: pa.Table) -> Any:
    return pc.is_null(rows["CustomerID"])


def _free(rows: pa.Table) -> Any:
    return pc.equal(rows["UnitPrice"], 0)


RECIPE = Recipe("retail", 2_000, 150.0, (INVOICES,), chunks, rules)
