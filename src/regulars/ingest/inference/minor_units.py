"""Amounts in the smallest unit of a currency: 1999 for 19.99."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from regulars.core.settings import Answer
from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.currency_names import CODES
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.money_words import is_in_minor_units
from regulars.ingest.inference.number_rows import NEARLY_ALL, Numbers
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.whole_shares import whole_shares
from regulars.ingest.moment_formats import COUNTED

# Currencies whose amounts have no cents, or so small ones that nobody writes them.
_WITHOUT_CENTS = {
    "jpy", "krw", "vnd", "clp", "isk", "huf", "idr", "cop", "pyg", "ugx", "xaf", "xof", "irr",
    "twd", "rsd", "kzt", "iqd", "lbp", "mmk", "tzs", "crc", "czk", "inr", "rub", "php", "thb",
}  # fmt: skip
_ENDINGS = (99, 95, 90, 49, 50, 98)
_PRICED = 0.6  # of the values end as prices do
_ROUND = 0.7  # of the values: sums in hundreds are no prices in cents
_FEWEST = 30  # different names of things
_IDENTIFIERS = re.compile(r"[a-z]{2,5}_[0-9A-Za-z]{6,}")  # ch_3Nk...: as interfaces name things
_UNROUND, _NOT_ROUND = 0.35, 5  # of unrounded amounts, few are multiples
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
    whole = [c.name for c in columns if c is not amount and c.whole]
    rounded = whole_shares(numbers, amount.name, whole)
    is_of_interface = _is_of_an_interface(table)
    if not (is_priced or is_of_interface or rounded):
        return False
    if (is_priced or rounded) and (_writes_codes_small(table) or (rounded and is_of_interface)):
        return True
    at = f"{AT}.columns.amount"
    name = amount.name
    draft.ask(
        "minor_units",
        f"Whether '{name}' of {table.name} counts cents: all are whole numbers, "
        + _evidence(is_priced=is_priced, rounded=rounded)
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


def _evidence(*, is_priced: bool, rounded: str | None) -> str:
    if rounded is not None:
        return f"and '{rounded}' is a fixed share of them, rounded to whole numbers too"
    if is_priced:
        return "most end as prices in cents do"
    return "as interfaces of services give them"


def _end_like_prices(values: np.ndarray) -> bool:
    endings = np.isin(values.astype(np.int64) % 100, _ENDINGS)
    return bool(endings.mean() >= _PRICED) and bool((values % 10 != 0).mean() > 1 - NEARLY_ALL)


def _may_be_cents(table: Table, values: np.ndarray) -> bool:
    """Whether whole amounts beside a currency with cents end in 0 or 9, or anyhow: not round."""
    if not any(_is_of_currencies(column) for column in table.columns.values()):
        return False
    if _has_fractions(table):
        return False
    multiples = (values % _NOT_ROUND == 0).mean()
    if multiples < _UNROUND and (values >= 100).mean() >= _PRICED:
        return True
    endings = np.isin(values.astype(np.int64) % 10, (0, 9)).mean()
    sizes = ((values >= 100) & (values < 1_000_000)).mean()
    is_round = (values % 100 == 0).mean() > _ROUND
    return bool(endings >= _PRICED and sizes >= _PRICED and not is_round)


def _has_fractions(table: Table) -> bool:
    """Whether another amount of the table has cents."""
    numbers = table.of_kind("number")
    return any(not column.whole and points(column.name, "amount") for column in numbers)


def _is_of_currencies(column: Column) -> bool:
    is_named = column.kind == "text" and points(column.name, "currency") >= 3
    return is_named and all(value.upper() in CODES for value, _ in column.values)


def _has_no_cents(table: Table) -> bool:
    for column in table.columns.values():
        if column.kind == "text" and points(column.name, "currency") >= 3 and column.values:
            return column.values[0][0].lower() in _WITHOUT_CENTS
    return False


def _is_of_an_interface(table: Table) -> bool:
    """Whether things are named `ch_3Nk...`, or times counted since 1970 beside a currency `eur`."""
    has_currency = any(_is_of_currencies(column) for column in table.columns.values())
    named = [c for c in table.columns.values() if c.kind == "text" and c.distinct > _FEWEST]
    if has_currency and any(all(_IDENTIFIERS.fullmatch(v) for v, _ in c.values) for c in named):
        return not _has_fractions(table)
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
