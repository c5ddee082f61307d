"""The currency of a company, by what its tables tell."""

from __future__ import annotations

from regulars.ingest.inference.amount_mapping import AT
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.profiled_tables import Table

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_COUNTRIES = {
    "united kingdom": "GBP",
    "uk": "GBP",
    "great britain": "GBP",
    "england": "GBP",
    "gb": "GBP",
    "united states": "USD",
    "usa": "USD",
    "us": "USD",
    "canada": "CAD",
    "australia": "AUD",
    "india": "INR",
    "japan": "JPY",
    "switzerland": "CHF",
    "brazil": "BRL",
    "mexico": "MXN",
    "poland": "PLN",
    "sweden": "SEK",
    "norway": "NOK",
    "denmark": "DKK",
    "germany": "EUR",
    "france": "EUR",
    "spain": "EUR",
    "italy": "EUR",
    "netherlands": "EUR",
    "austria": "EUR",
    "belgium": "EUR",
    "ireland": "EUR",
    "portugal": "EUR",
    "finland": "EUR",
    "greece": "EUR",
}


def set_currency(draft: Draft, tables: list[Table]) -> None:
    """The currency by a sign in the amounts, a column's name, or the commonest country."""
    columns = [column for table in tables for column in table.columns.values()]
    guess = _by_currency_column(draft, columns) or _by_symbol(columns) or _by_country(columns)
    if guess is None:
        draft.put("currency", "EUR")
        draft.leave_open("the currency: nothing in the files tells it; taken: EUR")
        return
    code, because = guess
    draft.put("currency", code, because)


def _by_currency_column(draft: Draft, columns: list[Column]) -> tuple[str, str] | None:
    name = draft.get(f"{AT}.columns.currency")
    column = next((c for c in columns if c.name == name and c.values), None)
    if column is None or len(column.values[0][0]) != 3:
        return None
    if column.distinct > 1:
        draft.leave_open(
            f"amounts in {column.distinct} currencies: rows in another one than "
            f"{column.values[0][0].upper()} are rejected"
        )
    return column.values[0][0].upper(), f"the commonest value of {column.name}"


def _by_symbol(columns: list[Column]) -> tuple[str, str] | None:
    for column in columns:
        for symbol in column.symbols:
            if symbol in _SYMBOLS:
                return _SYMBOLS[symbol], f"the sign {symbol} in {column.name}"
        ending = column.name.rpartition("_")[2].upper()
        if column.kind == "number" and (ending in _SYMBOLS.values() or ending == "DOLLARS"):
            return ("USD" if ending == "DOLLARS" else ending), f"the name of {column.name}"
    return None


def _by_country(columns: list[Column]) -> tuple[str, str] | None:
    for column in columns:
        if column.name.rpartition("_")[2] in ("country", "geography", "nation") and column.values:
            country, rows = column.values[0]
            code = _COUNTRIES.get(country.lower())
            if code and rows > 0.4 * column.filled:
                return code, f"most rows are from {country}; check it"
    return None
