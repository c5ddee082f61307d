"""Amounts in the smallest unit of a currency: 1999 for 19.99."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import CODES
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_columns import NEARLY_ALL, Numbers
from regulars.ingest.inference.money_words import is_in_minor_units
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.moment_formats import COUNTED

# Currencies whose amounts have no cents, or so small ones that nobody writes them.
_WITHOUT_CENTS = {
    "jpy", "krw", "vnd", "clp", "isk", "huf", "idr", "cop", "pyg", "ugx", "xaf", "xof", "irr",
    "twd", "rsd", "kzt", "iqd", "lbp", "mmk", "tzs", "crc", "czk", "inr", "rub", "php", "thb",
}  # fmt: skip
_ENDINGS = (99, 95, 90, 49, 50, 98)
_PRICED = 0.6  # of the values end as prices do
_ROUND = 0.7  # of the values: sums in hundreds are no prices in cents
_LARGE = 300  # the median from which whole numbers may be cents


def is_in_cents(
    draft: Draft, table: Table, amount: Column, *, columns: Sequence[Column], numbers: Numbers
) -> bool:
    """Whether the amount counts cents: by its name, by the rest of the table; asked where open."""
    if not amount.whole:
        return False
    if is_in_minor_units(amount.name):
        return True
    values = numbers.values.get(amount.name)
    if values is None or _has_no_cents(table):
        return False
    other_numbers = [
        numbers.values[c.name] for c in columns if c is not amount and c.name in numbers.values
    ]
    if any(numbers.are_equal(amount.name, other * 100) for other in other_numbers):
        return True
    given = np.abs(values[~np.isnan(values) & (values != 0)])
    if given.size < 5 or float(np.median(given)) < _LARGE:
        return False
    is_priced = _end_like_prices(given) or _may_be_cents(table, given)
    if not is_priced and not _is_of_an_interface(table):
        return False
    if is_priced and _writes_codes_small(table):
        return True
    at = f"{AT}.columns.amount"
    name = amount.name
    draft.ask(
        "minor_units",
        f"Whether '{name}' of {table.name} counts cents: all are whole numbers, "
        + ("most end as prices in cents do" if is_priced else "as interfaces of services give them")
        + f" (such as {int(given[0])}).",
        [
            Answer(say=f"Whole units: {int(given[0])} is {int(given[0])}."),
            Answer(
                say=f"Cents: {int(given[0])} is {given[0] / 100:.2f}.",
                set={
                    at: {"sql": f"{name} / 100.0"},
                    **({f"sources.{table.name}.types.{name}": "number"} if amount.is_text else {}),
                },
            ),
        ],
    )
    return False


def _end_like_prices(values: np.ndarray) -> bool:
    endings = np.isin(values.astype(np.int64) % 100, _ENDINGS)
    return bool(endings.mean() >= _PRICED) and bool((values % 10 != 0).mean() > 1 - NEARLY_ALL)


def _may_be_cents(table: Table, values: np.ndarray) -> bool:
    """Whether whole amounts beside a currency with cents end in 0 or 9 and are no round sums."""
    if not any(_is_of_currencies(column) for column in table.columns.values()):
        return False
    if any(c.kind == "number" and not c.whole and points(c.name, "amount") for c in
           table.columns.values()):  # fmt: skip
        return False
    endings = np.isin(values.astype(np.int64) % 10, (0, 9)).mean()
    sizes = ((values >= 100) & (values < 1_000_000)).mean()
    is_round = (values % 100 == 0).mean() > _ROUND
    return bool(endings >= _PRICED and sizes >= _PRICED and not is_round)


def _is_of_currencies(column: Column) -> bool:
    is_named = column.kind == "text" and points(column.name, "currency") >= 3
    return is_named and all(value.upper() in CODES for value, _ in column.values)


def _has_no_cents(table: Table) -> bool:
    for column in table.columns.values():
        if column.kind == "text" and points(column.name, "currency") >= 3 and column.values:
            return column.values[0][0].lower() in _WITHOUT_CENTS
    return False


def _is_of_an_interface(table: Table) -> bool:
    """Whether times are counted since 1970 and currencies are written `eur`: also round prices."""
    return _writes_codes_small(table) and any(
        column.dates is not None and not COUNTED.keys().isdisjoint(column.dates.formats)
        for column in table.columns.values()
    )


def _writes_codes_small(table: Table) -> bool:
    """Interfaces of payment services write `eur` and count cents; exports do neither."""
    return any(
        column.kind == "text"
        and 0 < column.distinct <= 5
        and points(column.name, "currency") >= 3
        and all(len(value) == 3 and value.islower() for value, _ in column.values)
        for column in table.columns.values()
    )
