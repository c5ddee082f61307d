"""Rows for the macros that differ between engines: inputs, and what must come of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

TEXT, WHOLE, DOUBLE, BOOLEAN = pa.string(), pa.int64(), pa.float64(), pa.bool_()
MOMENT, DAY, ZONED = pa.timestamp("us"), pa.date32(), pa.timestamp("us", "UTC")
MONEY = pa.decimal128(18, 4)


@dataclass(frozen=True)
class Case:
    """An expression over typed columns; in `rows` the last value is the expected one."""

    name: str
    expression: str
    columns: dict[str, pa.DataType]
    rows: list[tuple[Any, ...]]
    grain: str = "day"


def at(*parts: int) -> datetime:
    """A moment without a time zone."""
    return datetime(*parts)  # type: ignore[arg-type]


def text_case(name: str, expression: str, **rows: Any) -> Case:
    """A case over one column of text."""
    return Case(name, expression, {"value": TEXT}, list(rows["rows"].items()))


NUMBERS = {
    "1": "1", "$1,234.50 ": "1234.5", "(12.00)": "-12", "-0": "0", "1.00005": "1.0001",
    "-1.00005": "-1.0001", "1e3": "1000", "1E-5": "0", ".5": "0.5", "5.": "5", "+5": "5",
    "--5": None, "1-2": None, "1e": None, "e5": None, "": None, "-": None, "abc": None,
    "12 EUR": "12", "EUR 12": "12", "USD1.5": "1.5", "12 apples": None, "1e99": None,
    "1e400": None, "99999999999999.9999": "99999999999999.9999", "99999999999999.99995": None,
    "123456789012345": None, "nan": None, "inf": None, "\u00a0 7": "7", "5%": "5", None: None,
    "12.50-": "-12.5", "-12.50-": "-12.5", "CHF 1'234.50": "1234.5", "1’234.50 CHF": "1234.5",
    "kr. 1,200": "1200", "100 zł": "100", "US$ 5.00": "5", "A$5": "5", "12 zlots": None,
    "12-13-": None, "150 руб.": "150", "$(12.00)": "-12", "-$12.00": "-12", "−$12.00": "-12",
    "USD (1,200.00)": "-1200", "(USD 12.00)": "-12", "$ -5.00": "-5", "(EUR 7)": "-7",
    "1234567890123.45": "1234567890123.45", "12345678901234.5": "12345678901234.5", "007": "7",
    "-17.00005": "-17.0001", "0x1F": None, "1 000": "1000", "12.5 ": "12.5",
    "12.00 EUR-": "-12", "$\u00a01,234.50": "1234.5", "USD 12": "12", "(12 apples)": None,
}  # fmt: skip
EUROPEAN = {
    "1.234,56 €": "1234.56",
    "1.234,50-": "-1234.5",
    "R$ 1.234,50": "1234.5",
    "1.234,5": "1234.5",
    "0,001": "0.001",
    "-3": "-3",
    "12,50": "12.5",
    "1.5": "15",
    "(1,5)": "-1.5",
    "12,3,4": None,
    "1\u00a0249,00\u00a0zł": "1249",
    "1\u202f249,00 zł": "1249",
    "1\u00a0234,50": "1234.5",
    "-R$ 5,00": "-5",
    "12,00- zł": "-12",
    "(12,00) €": "-12",
    "12,00 kr-": "-12",
}
MOMENTS = {
    "2024-06-22": at(2024, 6, 22), "2024-1-5": at(2024, 1, 5), "2024/01/05": at(2024, 1, 5),
    "2024-01/05": None, "2024-02-29": at(2024, 2, 29), "2023-02-29": None, "1900-02-29": None,
    "2000-02-29": at(2000, 2, 29), "2024-04-31": None, "2024-13-01": None, "2024-00-10": None,
    "2024-01-00": None, "2024-01": None, "20240105": None, "yesterday": None, "": None, None: None,
    "2024-06-22 13:05": at(2024, 6, 22, 13, 5), "2024-06-22 1:2:3": at(2024, 6, 22, 1, 2, 3),
    "2024-06-22T13:05:01.25": at(2024, 6, 22, 13, 5, 1, 250000),
    "2024-06-22 13:05:01.1234567": at(2024, 6, 22, 13, 5, 1, 123456),
    "2024-06-22 24:00:00": at(2024, 6, 23), "2024-06-22 24:00:01": None,
    "2024-06-22 13:60": None, "2024-06-22 13:05:60": None, "2024-06-22 13": None,
    "2024-01-31": at(2024, 1, 31), "2024-6-31": None, "2024-11-30T8:05": at(2024, 11, 30, 8, 5),
    "2024-12-31 23:59:59.999999": at(2024, 12, 31, 23, 59, 59, 999999), "2024-06-22 ": at(2024, 6, 22),
    "2024-06-22 23:59:59.999999999": at(2024, 6, 22, 23, 59, 59, 999999),
    " 2024-06-22 ": at(2024, 6, 22), "0024-01-05": at(24, 1, 5), "24-01-05": at(24, 1, 5),
    # An offset is applied; the project's zone here is Europe/London.
    "2024-06-22T12:00:00Z": at(2024, 6, 22, 13), "2024-01-22T12:00:00Z": at(2024, 1, 22, 12),
    "2024-06-22 12:00:00+02:00": at(2024, 6, 22, 11),
    "2024-06-22 12:00:00-0230": at(2024, 6, 22, 15, 30),
    "2024-06-22 23:30:00+00": at(2024, 6, 23, 0, 30), "2024-02-30 12:00:00Z": None,
    "2024-06-22 12:00:00 +0200": at(2024, 6, 22, 11), "2024-06-22 12:00 +02:00": at(2024, 6, 22, 11),
    "2024-06-22 12:00:00 UTC": at(2024, 6, 22, 13), "2024-06-22T12:00Z": at(2024, 6, 22, 13),
    "2024-06-22 12:00:00 GMT": at(2024, 6, 22, 13), "2024-06-22 12:00:00 CET": None,
}  # fmt: skip
FORMATS = {
    "%d/%m/%Y": {"5/1/2024": at(2024, 1, 5), "31/02/2024": None, "29/02/2024": at(2024, 2, 29),
                 "31/01/2024": at(2024, 1, 31), "31/6/2024": None, "30/6/2024": at(2024, 6, 30),
                 "05-01-2024": None, "1/2/3/4": None, "": None, None: None},
    "%d.%m.%y": {"05.01.68": at(2068, 1, 5), "05.01.69": at(1969, 1, 5), "05.01.2024": None},
    "%m/%d/%Y %H:%M": {"1/2/2024 3:04": at(2024, 1, 2, 3, 4), "1/2/2024 24:00": None,
                       "01/02/2024  03:04": at(2024, 1, 2, 3, 4), "1/2/2024": None,
                       "1/2/2024 3:04:05": None, "1/2/2024 23:59": at(2024, 1, 2, 23, 59)},
    "%d.%m.%Y %H:%M:%S": {"5.1.2024 3:04:05": at(2024, 1, 5, 3, 4, 5), "31.12.2024 24:00:00": None,
                          "5.1.2024 3:04": None, "5.1.2024 3:04:05.5": None,
                          "29.02.2023 00:00:00": None, " 05.01.2024 03:04:05": at(2024, 1, 5, 3, 4, 5)},
    "%Y/%m/%dT%H:%M": {"2024/01/05T13:05": at(2024, 1, 5, 13, 5), "2024/13/05T13:05": None},
    "%Y%m%d": {"20240105": at(2024, 1, 5), "20241305": None},
    "%d-%b-%Y": {"05-JAN-2024": at(2024, 1, 5), "05-Mai-2024": at(2024, 5, 5),
                 "5-january-2024": at(2024, 1, 5), "05-xyz-2024": None, "05-03-2024": None},
    "%d %B %Y": {"5 january 2024": at(2024, 1, 5), "5 Jan 2024": at(2024, 1, 5),
                 "5 août 2024": at(2024, 8, 5), "31 Juin 2024": None, "5 мая 2024": at(2024, 5, 5)},
    "%d. %B %Y": {"3. März 2024": at(2024, 3, 3), "3. MÄRZ 2024": at(2024, 3, 3),
                  "3. Marz 2024": at(2024, 3, 3)},
    "%b. %d %Y": {"mar. 5 2024": at(2024, 3, 5), "févr. 5 2024": at(2024, 2, 5)},
    "%d-%b-%y": {"05-mei-24": at(2024, 5, 5), "5-paź-23": at(2023, 10, 5)},
    "%d de %B de %Y": {"5 de marzo de 2024": at(2024, 3, 5)},
    "%A, %d. %B %Y": {"Dienstag, 5. März 2024": at(2024, 3, 5), "Tuesday, 5. March 2024": at(2024, 3, 5)},
    "%d %b %Y %H:%M %z": {"5 Mai 2024 12:00 +0200": at(2024, 5, 5, 11),
                          "5 May 2024 12:00 UTC": at(2024, 5, 5, 13)},
    "%G-W%V": {"2024-W05": at(2024, 1, 29), "2020-W53": at(2020, 12, 28), "2024-W00": None,
               "2024-W54": None, "2024-05": None},
    "%V/%G": {"1/2021": at(2021, 1, 4)},
    "%Y-Q%q": {"2024-Q1": at(2024, 1, 1), "2024-Q4": at(2024, 10, 1), "2024-Q5": None},
    "Q%q %Y": {"Q3 2024": at(2024, 7, 1), "2024": None},
    "epoch": {"1718971200": at(2024, 6, 21, 13), "1718971200.5": at(2024, 6, 21, 13, 0, 0, 500000),
              "1718971200000": None, "soon": None, "": None, None: None},
    "epoch_ms": {"1705838400000": at(2024, 1, 21, 12), "-1": None},
    "excel": {"45465": at(2024, 6, 22), "45465.5": at(2024, 6, 22, 12), "0": None, "99999": None,
              "45465.999999": at(2024, 6, 23)},
    "%y%m%d": {"240622": at(2024, 6, 22), "241322": None},
    "%a %d.%m.%Y": {"Fri 05.01.2024": at(2024, 1, 5)},
    "%m/%d/%Y %I:%M:%S %p": {"1/2/2024 12:00:00 AM": at(2024, 1, 2),
                             "1/2/2024 12:30:00 pm": at(2024, 1, 2, 12, 30),
                             "1/2/2024 1:00:00 PM": at(2024, 1, 2, 13),
                             "1/2/2024 13:00:00 PM": None},
    "%Y-%m-%dT%H:%M:%S.%f": {"2024-01-05T10:20:30.5": at(2024, 1, 5, 10, 20, 30, 500000)},
    "%Y-%m-%d %H:%M:%S%z": {"2024-06-22 12:00:00+0200": at(2024, 6, 22, 11)},
    "%Y-%m": {"2024-05": at(2024, 5, 1)},
}  # fmt: skip
FLAGS = {
    "yes": True, " Y ": True, "1": True, "1.0": True, "TRUE": True, "no": False, "0": False,
    "F": False, "JÁ": None, "maybe": None, "": None, None: None,
}  # fmt: skip


def _decimals(rows: dict[Any, Any]) -> dict[Any, Any]:
    return {key: None if value is None else Decimal(value) for key, value in rows.items()}


def _key(*parts: str) -> str:
    return hashlib.md5("|".join(parts).encode(), usedforsecurity=False).hexdigest()


CASES = [
    text_case("numbers", "regulars.read_number('value')", rows=_decimals(NUMBERS)),
    text_case(
        "numbers with a decimal comma",
        "regulars.read_number('value', ',')",
        rows=_decimals(EUROPEAN),
    ),
    text_case("moments", "regulars.read_timestamp('value')", rows=MOMENTS),
    *(
        text_case(f"moments as {form}", f"regulars.read_timestamp('value', ['{form}'])", rows=rows)
        for form, rows in FORMATS.items()
    ),
    text_case(
        "moments in the first format that fits",
        "regulars.read_timestamp('value', ['%d/%m/%Y', '%m/%d/%Y', '%Y-%m-%d %H:%M:%S%z'])",
        rows={
            "5/1/2024": at(2024, 1, 5),
            "1/25/2024": at(2024, 1, 25),
            "2024-06-22 12:00:00+0200": at(2024, 6, 22, 11),
            "25/25/2024": None,
        },
    ),
    text_case("flags", "regulars.read_flag('value')", rows=FLAGS),
    text_case(
        "flags in words of the project",
        "regulars.read_flag('value', ['Já'])",
        rows={"JÁ": True, "já": True, "nei": False, "": None},
    ),
    text_case(
        "flags of which both sides are said",
        "regulars.read_flag('value', ['Weg', '2'], ['Da', '1'])",
        rows={"weg": True, "2": True, "DA": False, "1": False, "unklar": None, "yes": True},
    ),
    Case(
        "flags that are flags already, turned round",
        "regulars.read_flag('value', ['false'], ['true'])",
        {"value": BOOLEAN},
        [(True, False), (False, True), (None, None)],
    ),
    Case(
        "flags from numbers",
        "regulars.read_flag('value')",
        {"value": DOUBLE},
        [(1.0, True), (0.0, False), (2.0, None), (None, None)],
    ),
    text_case(
        "text",
        "regulars.read_text('value')",
        rows={" a b ": "a b", "\u2003x\u00a0": "x", "   ": None, "": None, "\ta": "\ta"},
    ),
    Case(
        "keys held as floating point",
        "regulars.text_of_number('value')",
        {"value": DOUBLE},
        [(17850.0, "17850"), (17850.5, "17850.5"), (-3.0, "-3"), (0.0, "0"), (None, None)],
    ),
    Case(
        "whole keys",
        "regulars.text_of_number('value')",
        {"value": WHOLE},
        [(17850, "17850"), (100, "100"), (0, "0")],
    ),
    Case(
        "a name that is a word of SQL",
        "regulars.quoted('order')",
        {"order": TEXT},
        [("1", "1")],
    ),
    Case(
        "a name of other letters",
        "regulars.quoted('客户 \"等级\" 100%')",
        {'客户 "等级" 100%': TEXT},
        [("gold", "gold")],
    ),
    text_case("trimmed text", "regulars.trimmed('value')", rows={"\u3000 ": "", " ñ ": "ñ"}),
    text_case("small letters", "regulars.lowered('value')", rows={"ÀÖß Σ": "àöß σ", None: None}),
    text_case("capitals", "regulars.raised('value')", rows={"àö é": "ÀÖ É", None: None}),
    text_case(
        "titles",
        "regulars.titled('value')",
        rows={"new yORK": "New York", "saint-denis": "Saint-denis", "ÉLAN o'brien": "Élan O'brien"},
    ),
    text_case(
        "patterns",
        "regulars.matches('value', '^[A-C][0-9]+$')",
        rows={"A1": True, "a1": False, "D1": False, "xA1": False},
    ),
    text_case(
        "whole numbers",
        "regulars.try_cast('value', 'bigint')",
        rows={
            "7": 7,
            "1.5": 2,
            "-2.5": -3,
            "9223372036854775807": 2**63 - 1,
            "1e19": None,
            "x": None,
        },
    ),
    text_case(
        "doubles",
        "regulars.try_cast('value', 'double')",
        rows={"0.1": 0.1, "-1e-3": -0.001, "1e300": 1e300, "x": None},
    ),
    Case(
        "decimals of doubles",
        "regulars.typed_number('value', 'decimal(18, 4)')",
        {"value": DOUBLE},
        [
            (2.675, Decimal("2.6750")),
            (5e-05, Decimal("0.0001")),
            (-0.1, Decimal("-0.1000")),
            (9e13, Decimal("90000000000000.0000")),
            (1e20, None),
            (float("nan"), None),
            (None, None),
        ],
    ),
    Case(
        "whole numbers of decimals",
        "regulars.typed_number('value', 'bigint')",
        {"value": MONEY},
        [(Decimal("7.0000"), 7), (Decimal("-2.5000"), -3), (None, None)],
    ),
    Case(
        "moments of dates in expressions",
        "regulars.try_cast('value', 'timestamp')",
        {"value": DAY},
        [(date(2024, 6, 22), at(2024, 6, 22)), (None, None)],
    ),
    Case(
        "moments of days",
        "regulars.typed_moment('value')",
        {"value": DAY},
        [(date(2024, 6, 22), at(2024, 6, 22)), (None, None)],
    ),
    Case(
        "moments of moments",
        "regulars.typed_moment('value')",
        {"value": MOMENT},
        [(at(2024, 6, 22, 13, 5, 1, 250), at(2024, 6, 22, 13, 5, 1, 250)), (None, None)],
    ),
    Case(
        "the name of a double",
        "'cast(value as ' ~ regulars.type_name('double') ~ ')'",
        {"value": MONEY},
        [(Decimal("0.1000"), 0.1)],
    ),
    Case(
        "ratios",
        "regulars.ratio('above', 'below')",
        {"above": MONEY, "below": WHOLE},
        [
            (Decimal(1), 3, 1 / 3),
            (Decimal("-0.7"), 2, -0.35),
            (Decimal(1), 0, None),
            (None, 1, None),
            (Decimal(1), None, None),
            (Decimal("987654321.1234"), 7, 987654321.1234 / 7),
        ],
    ),
    Case(
        "keys",
        "regulars.hashed(['word', 'amount', 'moment', 'flag'])",
        {"word": TEXT, "amount": MONEY, "moment": MOMENT, "flag": pa.bool_()},
        [
            (
                "anna",
                Decimal("1.5"),
                at(2024, 6, 22),
                True,
                _key("anna", "1.5000", "2024-06-22 00:00:00", "true"),
            ),
            (
                "",
                None,
                at(2024, 6, 22, 1, 2, 3, 500),
                False,
                _key("", "~", "2024-06-22 01:02:03.0005", "false"),
            ),
        ],
    ),
    Case(
        "quick hashes",
        "regulars.fast_hash(['one']) ~ ' = ' ~ regulars.fast_hash(['other'])",
        {"one": TEXT, "other": TEXT},
        [("anna", "anna", True), ("anna", "ben", False)],
    ),
    Case(
        "set bits",
        "regulars.counted_bits('value')",
        {"value": WHOLE},
        [(0, 0), (1, 1), (255, 8), (2**62, 1), (None, None)],
        "week",
    ),
    Case(
        "days of the week",
        "regulars.weekday('value')",
        {"value": MOMENT},
        [(at(2024, 6, 17), 1), (at(2024, 6, 23, 23, 59), 7), (None, None)],
    ),
    Case(
        "dates later and earlier",
        "regulars.date_added('month', -1, regulars.date_added('day', 'count', 'value'))",
        {"value": DAY, "count": WHOLE},
        [
            (date(2024, 3, 30), 1, date(2024, 2, 29)),
            (date(2024, 1, 1), -1, date(2023, 11, 30)),
            (None, 1, None),
        ],
    ),
    text_case(
        "replaced texts",
        r"regulars.replaced('value', '([a-z])[.]', '<\\1>')",
        rows={"a.b.": "<a><b>", "A.": "A.", "": "", None: None},
    ),
    Case(
        "set bits of any row",
        "regulars.bit_or('value') ~ ' over ()'",
        {"value": WHOLE},
        [(1, 7), (6, 7)],
    ),
    Case(
        "the day of the week, as the catalogue says it",
        "regulars.engine_sql('iso_weekday(value) + iso_weekday(value)')",
        {"value": DAY},
        [(date(2024, 6, 22), 12), (None, None)],
    ),
    Case(
        "set bits of any row, as the catalogue says it",
        "regulars.engine_sql('any_bits(case when value > 0 then value else 0 end)') ~ ' over ()'",
        {"value": WHOLE},
        [(1, 3), (2, 3), (-1, 3)],
    ),
    Case(
        "days between",
        "regulars.days_between('earlier', 'later')",
        {"earlier": MOMENT, "later": MOMENT},
        [
            (at(2024, 2, 28, 23, 59), at(2024, 3, 1), 2),
            (at(2024, 6, 22), at(2024, 6, 22, 23), 0),
            (at(2024, 6, 23), at(2024, 6, 22), -1),
            (None, at(2024, 6, 22), None),
        ],
    ),
    Case(
        "dates of parts",
        "regulars.date_of_parts('y', 'm', 'd')",
        {"y": TEXT, "m": TEXT, "d": TEXT},
        [
            ("2017", "1", "9", at(2017, 1, 9)),
            (" 2017", "12", "31 ", at(2017, 12, 31)),
            ("2017", "2", "29", None),
            ("2017", "13", "1", None),
            ("x", "1", "1", None),
            (None, "1", "1", None),
        ],
    ),
    Case(
        "months of numbers",
        "regulars.date_of_parts('y', 'm', none)",
        {"y": WHOLE, "m": DOUBLE},
        [(2017, 1.0, at(2017, 1, 1)), (2018, 12.0, at(2018, 12, 1)), (2018, 0.0, None)],
    ),
    Case(
        "clock time in the zone",
        "regulars.local_timestamp('value')",
        {"value": ZONED},
        [
            (datetime(2024, 6, 22, 12, tzinfo=UTC), at(2024, 6, 22, 13)),
            (datetime(2024, 1, 22, 12, tzinfo=UTC), at(2024, 1, 22, 12)),
        ],
    ),
    *(
        Case(
            f"first day of the {grain}",
            "regulars.period_of('value')",
            {"value": MOMENT},
            [(at(2024, 6, 22, 23, 59), first), (None, None)],
            grain,
        )
        for grain, first in {
            "day": date(2024, 6, 22),
            "week": date(2024, 6, 17),
            "month": date(2024, 6, 1),
        }.items()
    ),
    *(
        Case(
            f"{grain}s between",
            "regulars.periods_between('earlier', 'later')",
            {"earlier": DAY, "later": DAY},
            [(first, second, count), (second, first, -count), (first, first, 0)],
            grain,
        )
        for grain, first, second, count in (
            ("day", date(2024, 2, 28), date(2024, 3, 1), 2),
            ("week", date(2023, 12, 25), date(2024, 1, 8), 2),
            ("month", date(2023, 11, 1), date(2024, 2, 1), 3),
        )
    ),
    # The buying rhythm, with an activity window of 120 days.
    Case(
        "purchase rhythm",
        "regulars.purchase_rhythm()",
        {"silent": WHOLE, "usual_pause": DOUBLE},
        [
            (0, 10.0, "on time"),
            (10, 10.0, "on time"),
            (11, 10.0, "late"),
            (20, 10.0, "late"),
            (21, 10.0, "overdue"),
            (59, 10.0, "overdue"),
            (60, 10.0, "lapsed"),
            (59, 30.5, "late"),
            (60, 60.0, "on time"),
            (119, 200.0, "on time"),
            (120, 200.0, "lapsed"),
        ],
    ),
    Case(
        # Four pauses of 100 days together: 25 days with each customer's own, at least 10 of 120.
        "usual pause",
        "regulars.usual_pause()",
        {"first_sale_period": DAY, "last_sale_period": DAY, "purchases": WHOLE, "as_of": MOMENT},
        [
            (date(2024, 1, 1), date(2024, 1, 1), 1, at(2024, 6, 22), 25.0),
            (date(2024, 1, 1), date(2024, 2, 20), 2, at(2024, 6, 22), 37.5),
            (date(2024, 1, 1), date(2024, 2, 20), 4, at(2024, 6, 22), 18.75),
            (date(2024, 1, 1), date(2024, 1, 1), 3, at(2024, 6, 23), 10.0),
            (date(2024, 1, 1), date(2024, 1, 1), 1, at(2024, 6, 24), 10.0),
        ],
    ),
    Case(
        "new customer",
        "regulars.is_new_customer()",
        {"first_sale_period": DAY, "as_of": MOMENT},
        [
            (date(2024, 6, 21), at(2024, 6, 22), True),
            (date(2024, 5, 23), at(2024, 6, 22), True),
            (date(2024, 5, 22), at(2024, 6, 22), False),
        ],
    ),
]
