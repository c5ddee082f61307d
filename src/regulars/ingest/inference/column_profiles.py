"""What the values of a column are: numbers, dates, flags or text, and how they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from regulars.ingest.inference.date_formats import SHAPE, DateReading, Order, Shape, read_shapes
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.protocol import Warehouse

Kind = Literal["number", "date", "flag", "text", "empty"]

MOST_VALUES = 60
MOST_TESTED = 100_000
_FLAGS = ({"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"0", "1"}, {"0.0", "1.0"})
_SIGN = r"(?:[A-Z]{3}|[$€£¥₹]|kr|zł)?"
_DIGITS = r"(?:\d{1,3}(?:[.,' \x{A0}]\d{3})+(?:[.,]\d*)?|\d+(?:[.,]\d*)?|[.,]\d+)"
_MONEY = rf"\(?[-+]?\s*{_SIGN}\s*[-+]?{_DIGITS}\s*{_SIGN}\)?"
_TESTS = {
    "numbers": r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?",
    "money": _MONEY,
    "decimal_comma": r".*\d,(?:\d{1,2}|\d{4,})\D*",
    "decimal_point": r".*\.\d{1,2}\D*|.*\.\d{4,}\D*|.*,\d{3}\..*",
    "leading_zero": r"0\d+",
    "whole": r"[-+]?\d+(?:\.0+)?",
    "compact": r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    "iso": r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?",
    "mail": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
    "phone": r"\+?[\d][\d ()./-]{6,18}\d|\(\d{2,5}\)[\d ./-]{5,}",
}


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
        return _dated(warehouse, profile, DateReading(()), today=today)
    counts = _counts(warehouse, profile.filled)
    shares = {name: counts[name] / profile.filled for name in ("mail", "phone")}
    profile = replace(profile, mails=shares["mail"], phones=shares["phone"])
    return _typed(warehouse, profile, counts, today=today, order=order)


def _counts(warehouse: Warehouse, filled: int) -> dict[str, float]:
    """How many rows pass each test; of very many values, by a sample of them."""
    tests = ", ".join(
        f"coalesce(sum(n) filter (regexp_full_match(value, {literal(pattern)})), 0) as {name}"
        for name, pattern in _TESTS.items()
    )
    row = warehouse.rows(
        f"select sum(n), {tests} from "
        f"(select * from _values using sample {MOST_TESTED} rows (reservoir, 7))"
    )[0]
    sampled = int(row[0])
    return {
        name: int(count) * filled / sampled for name, count in zip(_TESTS, row[1:], strict=True)
    }


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
    if counts["compact"] == column.filled and column.distinct > 1 and counts["whole"]:
        return _dated(warehouse, column, DateReading(("%Y%m%d",)), today=today)
    if stored_number or counts["money"] >= 0.98 * column.filled:
        if counts["leading_zero"] and column.is_text:
            return replace(column, kind="text")
        if stored_number or not _looks_dated(counts, column):
            return _number(warehouse, column, counts)
    reading = _date_reading(warehouse, counts, column, order=order)
    if reading is not None:
        return _dated(warehouse, column, reading, today=today)
    return replace(column, kind="text")


def _is_flag(column: Column) -> bool:
    return column.distinct == 2 and any(set(column.words) == pair for pair in _FLAGS)


def _looks_dated(counts: dict[str, float], column: Column) -> bool:
    return counts["numbers"] < 0.5 * column.filled and any(
        re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{2,4}.*", value) for value, _ in column.values
    )


def _number(warehouse: Warehouse, column: Column, counts: dict[str, float]) -> Column:
    comma = counts["decimal_comma"] > counts["decimal_point"] and column.is_text
    kept = "regexp_replace(value, '[^0-9eE,.+-]', '', 'g')"
    plain = f"replace(replace({kept}, '.', ''), ',', '.')" if comma else f"replace({kept}, ',', '')"
    number = f"try_cast({plain} as double) * (case when value like '(%' then -1 else 1 end)"
    low, high, read, whole, symbols = warehouse.rows(
        "select min(x), max(x), coalesce(sum(n) filter (x is not null), 0), "
        "bool_and(x = round(x)), string_agg(distinct regexp_extract(value, '[$€£¥₹]'), '') "
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
        symbols=symbols or "",
    )


def _date_reading(
    warehouse: Warehouse, counts: dict[str, float], column: Column, *, order: Order | None
) -> DateReading | None:
    if counts["iso"] >= 0.98 * column.filled:
        return DateReading(())
    rows = warehouse.rows(
        "with parts as (select value, n, regexp_extract(value, ?, "
        "['a', 'mark', 'b', 'next', 'c', 'rest']) as p from _values "
        "where regexp_matches(value, ?)) "
        "select min(value), sum(n), coalesce(max(try_cast(p.a as integer)), 0), "
        "coalesce(max(try_cast(p.b as integer)), 0) from parts "
        "group by p.mark, p.next, length(p.a) = 4, length(p.c), "
        "regexp_matches(p.a, '[A-Za-z]'), regexp_matches(p.b, '[A-Za-z]'), "
        "length(p.b) > 3, regexp_replace(p.rest, '[0-9]+', '9', 'g')",
        [SHAPE, SHAPE],
    )
    if sum(int(row[1]) for row in rows) < 0.98 * column.filled:
        return None
    shapes = [Shape(str(value), int(n), int(a), int(b)) for value, n, a, b in rows]
    return read_shapes(shapes, otherwise=order)


def _dated(warehouse: Warehouse, column: Column, reading: DateReading, *, today: date) -> Column:
    if reading.formats:
        formats = ", ".join(map(literal, reading.formats))
        read = f"try_strptime(value, [{formats}])"
    else:
        read = "try_cast(value as timestamp)"
    first, last, known, monthly = warehouse.rows(
        f"select min(t), max(t) filter (t < ?), coalesce(sum(n) filter (t is not null), 0), "
        f"bool_and(t = date_trunc('month', t)) from (select n, {read} as t from _values)",
        [today + timedelta(days=2)],
    )[0]
    if int(known) < 0.9 * column.filled:
        return replace(column, kind="text")
    return replace(
        column,
        kind="date",
        dates=reading,
        parse_errors=column.filled - int(known),
        first_day=_day(first),
        last_day=_day(last),
        monthly=bool(monthly) and column.distinct > 1,
    )


def _day(moment: Any) -> date | None:
    return moment.date() if moment is not None else None
