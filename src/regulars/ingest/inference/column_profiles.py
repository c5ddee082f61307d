"""What the values of a column are: numbers, dates, flags or text, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from regulars.ingest.inference.affixes import affix_of
from regulars.ingest.inference.clock_formats import clock_formats
from regulars.ingest.inference.currency_names import WITHOUT_DECIMALS, code_of
from regulars.ingest.inference.date_formats import LONGEST_DATE, DateReading, Order
from regulars.ingest.inference.value_dates import (
    MOST_TESTED,
    counted_dates,
    date_reading,
    dated_column,
)
from regulars.ingest.inference.value_tests import NO_DATE, TESTS, key_shape, personal_kind
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.words import answer_meaning
from regulars.ingest.number_formats import CURRENCY, number_sql, plain_signs
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

Kind = Literal["number", "date", "flag", "text", "empty"]

MOST_VALUES = 60
MOST_ZEROS = 1_000  # for one date: a column of zeros has none
_NEARLY_ALL = 0.98
_SAYS_WHETHER = frozenset({"flag", "churned", "left", "cancelled", "retained", "consent", "label"})


@dataclass(frozen=True)
class Column:
    """A column of a table; counts are of rows, `distinct` of values."""

    name: str
    stored: str
    kind: Kind = "empty"
    rows: int = 0
    filled: int = 0
    distinct: int = 0
    values: tuple[tuple[str, int], ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    parse_errors: int = 0
    decimal: str = "."
    symbols: str = ""
    currencies: tuple[str, ...] = ()  # signs and codes beside the numbers, the commonest first
    percent: bool = False
    minor_units: bool = False  # whole and large, possibly cents, by size or name
    key_prefix: str = ""  # C of C00000012
    key_width: int = 0  # digits of a key that is padded with zeros
    unread_time: str = ""  # a value of a column that is named for a time and cannot be read so
    clocks: tuple[str, ...] = ()  # formats that read all of its values as times without a date
    far: tuple[str, ...] = ()  # dates that no record can mean: 9999-12-31 says that no end is set
    far_rows: int = 0
    personal: str = ""  # what of a person the values are: an e-mail, a phone, an IBAN
    affix: str = ""  # a word at every number that no list of currencies has
    dates: DateReading | None = None
    first_day: date | None = None
    last_day: date | None = None
    monthly: bool = False
    mails: float = 0.0
    phones: float = 0.0
    coverage: float = 1.0  # of its distinct values, the share that a sample holds
    label: str = ""  # its name as the file writes it

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return 0 < self.rows == self.filled == self.distinct

    @property
    def is_text(self) -> bool:
        """Whether the landed column is text, whatever its values are."""
        return self.stored.startswith("VARCHAR")

    @property
    def words(self) -> list[str]:
        """The values that occur, the most frequent first, small letters."""
        return [value.lower() for value, _ in self.values]

    def share(self, *values: str) -> float:
        """The share of filled rows that hold one of these values."""
        return sum(n for value, n in self.values if value.lower() in values) / max(self.filled, 1)


def profile_column(
    warehouse: Warehouse, relation: str, column: Column, *, today: date, order: Order | None = None
) -> Column:
    """The column with what its values say; `order` decides dates that do not themselves."""
    name = quoted(column.name)
    text = f"trim(cast({name} as varchar))" if column.is_text else f"cast({name} as varchar)"
    warehouse.execute(
        f"create or replace temp table _values as select {text} as value, count(*) as n "
        f"from {relation} where {text} <> '' group by 1"
    )
    filled, distinct = warehouse.rows("select coalesce(sum(n), 0), count(*) from _values")[0]
    top = warehouse.rows(f"select value, n from _values order by n desc, value limit {MOST_VALUES}")
    profile = replace(
        column,
        filled=int(filled),
        distinct=int(distinct),
        values=tuple((str(value), int(n)) for value, n in top),
    )
    if not profile.filled:
        return profile
    if profile.stored.startswith(("TIMESTAMP", "DATE")):
        return dated_column(warehouse, profile, DateReading(()), today=today) or profile
    if profile.stored == "TIME":
        return replace(profile, kind="text", clocks=clock_formats(warehouse))
    counts = _counts(warehouse, profile.filled)
    profile = _with_shapes(warehouse, profile, counts)
    typed = _typed(warehouse, profile, counts, today=today, order=order)
    return _without_zeros(warehouse, typed, counts, today=today, order=order) or typed


def _counts(warehouse: Warehouse, filled: int) -> dict[str, float]:
    """How many rows pass each test; of very many values, by a sample of them."""
    tests = ", ".join(
        f"coalesce(sum(n) filter (regexp_full_match(plain, {literal(pattern)})), 0) as {name}"
        for name, pattern in TESTS.items()
    )
    row = warehouse.rows(
        f"select sum(n), {tests} from "
        f"(select n, {plain_signs('value')} as plain from _values "
        f"using sample {MOST_TESTED} rows (reservoir, 7))"
    )[0]
    sampled = int(row[0])
    return {name: int(count) * filled / sampled for name, count in zip(TESTS, row[1:], strict=True)}


def _with_shapes(warehouse: Warehouse, column: Column, counts: dict[str, float]) -> Column:
    """The column with what kind of key or of personal data its values look like."""
    prefix, width = key_shape(warehouse) if counts["key"] >= column.filled > 1 else ("", 0)
    return replace(
        column,
        mails=counts["mail"] / column.filled,
        phones=counts["phone"] / column.filled,
        key_prefix=prefix,
        key_width=width,
        personal=personal_kind(warehouse, column.name, counts, filled=column.filled),
    )


def _typed(
    warehouse: Warehouse,
    column: Column,
    counts: dict[str, float],
    *,
    today: date,
    order: Order | None,
) -> Column:
    if column.stored == "BOOLEAN" or _is_flag(column):
        return replace(column, kind="flag")
    stored_number = not column.is_text
    may_be_number = stored_number or counts["money"] >= _NEARLY_ALL * column.filled
    dated = counted_dates(warehouse, column, counts, today=today) if may_be_number else None
    if dated is not None:
        return dated
    if may_be_number and counts["leading_zero"] and column.is_text:
        return replace(column, kind="text")
    if may_be_number and (stored_number or not _looksdated_column(counts, column)):
        return _number(warehouse, column, counts)
    reading = date_reading(warehouse, counts, column, order=order)
    as_date = reading and dated_column(warehouse, column, reading, today=today)
    if as_date is None and (affix := affix_of(column.values)):
        return _number(warehouse, replace(column, affix=affix), counts)
    clocks = clock_formats(warehouse) if as_date is None else ()
    unread = "" if clocks else _unread_time(column)
    return as_date or replace(column, kind="text", unread_time=unread, clocks=clocks)


def _without_zeros(
    warehouse: Warehouse,
    column: Column,
    counts: dict[str, float],
    *,
    today: date,
    order: Order | None,
) -> Column | None:
    """The column as dates where all but its zeros (00000000, 0000-00-00, 0) are some; else None."""
    is_counted = 0 < counts["compact"] < column.filled
    if column.kind not in ("number", "text") or not (counts["no_date"] or is_counted):
        return None
    zeros = f"regexp_full_match(value, {literal(f'{NO_DATE}|0')})"
    rows = warehouse.rows(f"select value, n from _values where {zeros} order by n desc")
    without = column.filled - sum(int(n) for _, n in rows)
    if not rows or without < counts["no_date"] / MOST_ZEROS:
        return None
    warehouse.execute(f"delete from _values where {zeros}")
    rest = replace(column, kind="empty", filled=without, distinct=column.distinct - len(rows))
    left = _counts(warehouse, without)
    dated = _typed(warehouse, rest, left, today=today, order=order)
    if dated.kind != "date":
        return None
    return replace(
        dated,
        filled=column.filled,
        distinct=column.distinct,
        far=(*(str(value) for value, _ in rows), *dated.far),
        far_rows=column.filled - without + dated.far_rows,
    )


def _is_flag(column: Column) -> bool:
    """Two values of which one says yes and the other no; a mark or nothing; 1 and 2 by the name."""
    answers = {answer_meaning(value) for value, _ in column.values}
    if column.distinct == 2 and answers == {True, False}:
        return True
    says_whether = bool(concepts(column.name) & _SAYS_WHETHER)
    if column.distinct == 2 and set(column.words) == {"1", "2"}:
        return says_whether
    is_mark = column.words in (["x"], ["✓"], ["✔"])
    return column.distinct == 1 and is_mark and column.filled < column.rows


def _looksdated_column(counts: dict[str, float], column: Column) -> bool:
    return counts["numbers"] < 0.5 * column.filled and any(
        re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{2,4}.*", value) for value, _ in column.values
    )


def _unread_time(column: Column) -> str:
    """A value of a column named for a time, with digits in it, that no format was found for."""
    is_named = bool(concepts(column.name) & {"date", "time", "birth"})
    is_short = is_named and len(column.values[0][0]) <= LONGEST_DATE
    has_digits = re.search(r"\d", column.values[0][0]) is not None
    return column.values[0][0] if is_short and has_digits else ""


def _number(warehouse: Warehouse, column: Column, counts: dict[str, float]) -> Column:
    currencies = _currencies(warehouse) if counts["numbers"] < column.filled else ()
    currencies = (column.affix,) if column.affix else currencies
    comma = column.is_text and _has_comma(counts, currencies)
    number = number_sql(without_affix("value", column), decimal="," if comma else ".")
    low, high, read, whole = warehouse.rows(
        "select min(x), max(x), coalesce(sum(n) filter (x is not null), 0), bool_and(x = round(x)) "
        f"from (select value, n, {number} as x from _values)"
    )[0]
    return replace(
        column,
        kind="number",
        low=low,
        high=high,
        whole=bool(whole),
        parse_errors=column.filled - int(read),
        decimal="," if comma else ".",
        symbols="".join(sign for sign in currencies if sign in "$€£¥₹"),
        currencies=currencies,
        percent=counts["percent"] >= 0.5 * column.filled,
        minor_units=_may_be_minor(column, low=low, high=high, whole=bool(whole)),
    )


def without_affix(text: str, column: Column) -> str:
    """A text as SQL without the word that stands at every number of a column."""
    return f"trim(replace({text}, {literal(column.affix)}, ''))" if column.affix else text


def _has_comma(counts: Mapping[str, float], currencies: Iterable[str]) -> bool:
    """Whether the decimal mark is a comma, or dots stand between thousands: 1.234.567."""
    if counts["decimal_comma"] or counts["decimal_point"]:
        return counts["decimal_comma"] > counts["decimal_point"]
    codes = [code_of(sign) for sign in currencies]
    is_whole = None in codes or any(code in WITHOUT_DECIMALS for code in codes)
    return counts["millions_by_dots"] > 0 or (is_whole and counts["thousands_by_dots"] > 0)


def _currencies(warehouse: Warehouse) -> tuple[str, ...]:
    rows = warehouse.rows(
        f"select sign, sum(n) from (select regexp_extract(value, {literal(CURRENCY)}) as sign, n "
        "from _values) where sign <> '' group by sign order by 2 desc, 1 limit 20"
    )
    return tuple(str(sign) for sign, _ in rows)


def _may_be_minor(column: Column, *, low: float | None, high: float | None, whole: bool) -> bool:
    """Whether amounts may be in cents: said by the name, or all whole, large and of many values."""
    meanings = concepts(column.name)
    if "minor_unit" in meanings and whole:
        return True
    is_money = bool(meanings & {"amount", "total", "price", "fee", "net", "gross", "refund", "tax"})
    is_large = high is not None and high >= 1_000 and (low is None or abs(low) >= 50 or low <= 0)
    return is_money and whole and is_large and column.distinct > 20
