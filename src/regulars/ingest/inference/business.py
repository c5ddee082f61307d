"""What kind of business it is: grain, churn and its horizon, currency, and the values to count."""

from __future__ import annotations

import re
from datetime import timedelta

from regulars.core.calendar import DAYS_PER_PERIOD, PERIODS_PER_YEAR, USUAL_SPANS, Grain
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.moments import Moment, day_text, first_and_last
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.transaction_mapping import AT, Purchases
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOST_LISTED = 30
# A charge that says its period, and one that does not. What is left on an account is no value.
_MONTHLY_NAME = re.compile(
    r"(?:monthly|per_?month)_?(?:charges?|fees?|revenue|spend|payment|premium|price|amount)"
    r"|(?:charges?|fees?|revenue|spend|payment|premium|price|amount)_?(?:monthly|per_?month)"
    r"|mrr(?:_amount)?|arpu"
)
_LIFETIME_NAME = re.compile(r"clv|ltv|(?:customer_)?lifetime_value")
_CHARGE_NAME = re.compile(
    r"(?:yearly_?|annual_?)?(?:charges?|fees?|premium|revenue|spend|payment|subscription)"
)
_LISTS = {
    "categories": "entities.transactions.columns.category",
    "channels": "entities.transactions.columns.channel",
    "payments": "entities.transactions.columns.payment",
    "interaction_kinds": "entities.interactions.columns.kind",
    "interaction_channels": "entities.interactions.columns.channel",
}
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


def set_grain(draft: Draft, when: Moment | None) -> None:
    """Months where every event is dated so, else days."""
    if when is not None and when.monthly:
        draft.put("grain", "month", "every event is dated by its month only")
    elif when is not None:
        draft.put("grain", "day", "events are dated to the day or finer")


def set_data_end(draft: Draft, warehouse: Warehouse, table: Table, when: Moment) -> None:
    """Say where the data ends; the as-of date then follows from it."""
    first, last = first_and_last(warehouse, table, when)
    if last is not None:
        next_day = day_text(last + timedelta(days=1))
        draft.reasons[("entities", "transactions")] = (
            f"from {day_text(first)} to {day_text(last)}; without an `as_of` everything is seen "
            f"from the end of the last complete period"
            + (f", {next_day}" if not when.monthly else "")
        )


def set_churn(
    draft: Draft,
    warehouse: Warehouse,
    purchases: Purchases | None,
    *,
    left: Moment | None,
    labelled: bool,
) -> None:
    """The kind of churn that the data can tell, and for silence how long a silence counts."""
    entities = draft.get("entities")
    month = draft.get("grain") == "month"
    if left is not None and "joined_at" in entities["customers"]["columns"]:
        draft.put("churn.kind", "contractual", "members have a date of leaving")
        horizon = 3 if month else 90
        draft.put("churn.horizon", horizon, f"periods ahead ({'months' if month else 'days'})")
        if purchases is not None:
            draft.put(
                f"{AT}.members_only", True, "rows before joining and after leaving do not count"
            )
    elif labelled:
        draft.put("churn.kind", "labelled", "a column says who left, without a date")
        if purchases is not None:
            draft.leave_open(
                "whether to trust the column that says who left: with dated purchases, "
                "`kind: silence` can be tested in time, and `labelled` cannot"
            )
    elif purchases is not None:
        _set_silence(draft, warehouse, purchases, grain="month" if month else "day")
    else:
        draft.leave_open("what churn means here: no purchases, no date of leaving and no label")


def _set_silence(draft: Draft, warehouse: Warehouse, purchases: Purchases, *, grain: Grain) -> None:
    draft.put("churn.kind", "silence", "nobody says goodbye here: who stops buying has left")
    low, high, span = _gaps(warehouse, purchases, days=DAYS_PER_PERIOD[grain])
    if low is None or high is None:
        draft.leave_open("how long a silence means churn: hardly anybody bought twice")
        return
    snaps = [snap for snap in USUAL_SPANS[grain] if snap <= max(span / 4, USUAL_SPANS[grain][0])]
    middle = (low + high) / 2
    horizon = min(snaps, key=lambda snap: abs(snap - middle))
    unit = "days" if grain == "day" else "months"
    draft.put(
        "churn.horizon",
        horizon,
        f"80 % of the gaps between purchases are within {low:.0f} {unit}, 90 % within {high:.0f}; "
        "compare others with `regulars advise`",
    )
    window = PERIODS_PER_YEAR[grain]
    draft.put("churn.activity_window", window, f"customers who bought in the last {window} {unit}")


def _gaps(
    warehouse: Warehouse, purchases: Purchases, *, days: float
) -> tuple[float | None, float | None, float]:
    """The 80th and 90th percentile of the gaps between purchases, and the span, in periods."""
    key = quoted(purchases.key.name)
    low, high, span = warehouse.rows(
        "with bought as (select distinct who, cast(t as date) as day from "
        f"(select {key} as who, {purchases.when.sql} as t from {purchases.table.relation}) "
        "where who is not null and t is not null), "
        "gaps as (select date_diff('day', lag(day) over (partition by who order by day), day) "
        "as gap, day from bought) "
        "select quantile_cont(gap, 0.8), quantile_cont(gap, 0.9), "
        "date_diff('day', min(day), max(day)) from gaps"
    )[0]
    if low is None or high is None:
        return None, None, 0.0
    return float(low) / days, float(high) / days, float(span or 0) / days


def set_values_to_count(draft: Draft, tables: dict[str, Table]) -> None:
    """List the categories, channels and so on that get features of their own."""
    for setting, path in _LISTS.items():
        entity = path.split(".")[1]
        name = draft.get(path)
        if not isinstance(name, str):
            continue
        column = tables[draft.get(f"entities.{entity}.source")].columns[name]
        values = [value for value, _ in column.values[:MOST_LISTED]]
        if column.distinct > MOST_LISTED and entity == "transactions":
            draft.leave_open(
                f"features.{setting}: '{name}' has {column.distinct:,} values; "
                f"the {MOST_LISTED} most frequent are listed, the others count together"
            )
        draft.put(f"features.{setting}", values)
        draft.reasons["features",] = "values with features of their own; others count together"


def set_value(draft: Draft, table: Table) -> None:
    """The customer value where there are no purchases: a charge known to be monthly, or a life's.

    A charge of an unknown period is asked for, and not counted until that is answered.
    """
    for pattern, period, why in (
        (_MONTHLY_NAME, "month", "no purchases here: a charge per month, by its name"),
        (_LIFETIME_NAME, "life", "no purchases here: the value of a life, by its name"),
    ):
        name = _numeric_attribute(draft, table, pattern)
        if name is not None:
            draft.put("value.attribute", name, why)
            draft.put("value.attribute_per", period)
            return
    name = _numeric_attribute(draft, table, _CHARGE_NAME)
    open_question = (
        "what a customer brings: without `value.attribute` (a monthly charge) and "
        "`value.attribute_per: month` no money is shown"
    )
    if name is not None:
        open_question = (
            f"whether '{name}' is a charge per month: if so, write `value: {{attribute: {name}, "
            "attribute_per: month}`; without it no money is shown"
        )
    draft.leave_open(open_question)


def _numeric_attribute(draft: Draft, table: Table, pattern: re.Pattern[str]) -> str | None:
    """The first attribute with numbers whose name fits; the outcome is none of them."""
    labels = draft.get("entities.labels.columns") or {}
    for name in draft.get("entities.customers.attributes") or {}:
        column = table.columns.get(name)
        is_number = column is not None and column.kind == "number"
        if is_number and name not in labels.values() and pattern.fullmatch(name):
            return str(name)
    return None


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
