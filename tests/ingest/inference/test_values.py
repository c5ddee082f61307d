"""What the values of a column say: times, numbers, keys, flags and personal data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from regulars.ingest.inference.column_profiles import Column, profile_column
from regulars.ingest.inference.personal import is_personal
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

TODAY = date(2024, 6, 22)


def column(name: str, *values: str | None, times: int = 1) -> Column:
    """A text column of these values, profiled."""
    warehouse = DuckDBWarehouse(None)
    try:
        warehouse.replace_table("main", "rows", pa.table({name: pa.array(list(values) * times)}))
        rows = Column(name, "VARCHAR", rows=len(values) * times)
        return profile_column(warehouse, warehouse.relation("main", "rows"), rows, today=TODAY)
    finally:
        warehouse.close()


@pytest.mark.parametrize(
    ("name", "values", "formats", "first"),
    [
        ("date", ("2022-03-01 00:25:36 +0100", "2022-03-02 10:00:00 +0200"), (), "2022-02-28"),
        ("created_at", ("1718971200", "1718900000", "1700000000"), ("epoch",), "2023-11-14"),
        ("ts", ("1718971200000", "1718900000123"), ("epoch_ms",), "2024-06-20"),
        ("order_date", ("240622", "231231"), ("%y%m%d",), "2023-12-31"),
        ("orderdatum", ("20240622", "20231231"), ("%Y%m%d",), "2023-12-31"),
        ("Bestelldatum", ("45465", "45465.5", "45000"), ("excel",), "2023-03-15"),
        ("woche", ("2024-W05", "2023-W52"), ("%G-W%V",), "2023-12-25"),
        ("monat", ("202401", "202405"), ("%Y%m",), "2024-01-01"),
        ("datum", ("3. März 2024", "24. Dezember 2023"), ("%d. %B %Y",), "2023-12-24"),
        ("fecha", ("5 ene 2024", "6 abr 2024"), ("%d %b %Y",), "2024-01-05"),
        ("quartal", ("2024-Q1", "2023-Q4"), ("%Y-Q%q",), "2023-10-01"),
        ("date", ("05/03/2024", "2024-03-25", "25/03/2024"), ("%Y-%m-%d", "%d/%m/%Y"), "2024-03-05"),
        ("time", ("3/5/2024 1:05 PM", "3/25/2024 12:00 AM"), ("%m/%d/%Y %I:%M %p",), "2024-03-05"),
    ],
)  # fmt: skip
def test_a_time_is_read_in_the_format_it_has(
    name: str, values: tuple[str, ...], formats: tuple[str, ...], first: str
) -> None:
    profile = column(name, *values)
    assert profile.kind == "date"
    assert profile.dates is not None
    assert set(profile.dates.formats) == set(formats)
    assert str(profile.first_day) == first


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("customer_id", ("1718971200", "1718900000")),
        ("amount", ("45465", "45000")),
        ("phone", ("1718971200", "1718900000")),
        ("size", ("240622", "231231")),
        ("days_since", ("45465", "45000")),
    ],
)
def test_a_number_is_no_time_where_its_name_says_something_else(
    name: str, values: tuple[str, ...]
) -> None:
    assert column(name, *values).kind == "number"


def test_an_unreadable_time_is_named_with_an_example() -> None:
    assert column("order_date", "2024 Frühling 3", "2023 Herbst 2").unread_time == "2023 Herbst 2"


def test_init_names_a_column_of_times_that_it_cannot_read(guess: Callable[..., Any]) -> None:
    rows = "\n".join(f"{n},{n}.5,sometime {n} ago" for n in range(30))
    project = guess(sales=f"customer_id,amount,order_date\n{rows}\n")
    assert project.leaves_open("what time sales.order_date tells")


def test_year_and_week_columns_are_a_time(guess: Callable[..., Any]) -> None:
    rows = "\n".join(f"K{n % 9},2023,{n % 52 + 1},{n}.50" for n in range(200))
    project = guess(umsatz=f"kundennummer,jahr,kw,betrag\n{rows}\n")
    assert project["entities.transactions.columns.customer_id"] == "kundennummer"
    assert project["entities.transactions.columns.occurred_at"] == {
        "sql": "cast(jahr as varchar) || '-W' || lpad(cast(kw as varchar), 2, '0')",
        "format": "%G-W%V",
    }


@pytest.mark.parametrize(
    ("values", "low", "facts"),
    [
        (("(1,234.50)", "10.00"), -1234.5, {"decimal": "."}),
        (("1.234,56 €", "10,00 €"), 10.0, {"decimal": ",", "symbols": "€", "currencies": ("€",)}),
        (("1.234,50-", "10,00"), -1234.5, {"decimal": ","}),
        (("CHF 1'234.50", "EUR 10.00", "CHF 5.00"), 5.0, {"currencies": ("CHF", "EUR")}),
        (("12.5%", "7%"), 7.0, {"percent": True}),
        (("100 kr", "1 200 kr"), 100.0, {"currencies": ("kr",)}),
    ],
)
def test_a_number_says_how_it_is_written(
    values: tuple[str, ...], low: float, facts: dict[str, Any]
) -> None:
    profile = column("price", *values)
    assert (profile.kind, profile.low, profile.parse_errors) == ("number", low, 0)
    assert {name: getattr(profile, name) for name in facts} == facts


def test_keys_tell_their_prefix_and_their_padding() -> None:
    keys = column("id", "C00000012", "C00000345")
    assert (keys.key_prefix, keys.key_width) == ("C", 8)
    keys = column("id", "00012", "00345")
    assert (keys.key_prefix, keys.key_width) == ("", 5)
    keys = column("id", "12", "345")
    assert (keys.key_prefix, keys.key_width) == ("", 0)


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("kunde", ("oui", "non"), "flag"),
        ("aktiv", ("ja", "nein"), "flag"),
        ("newsletter", ("tak", "nie"), "flag"),
        ("会员", ("是", "否"), "flag"),
        ("newsletter", ("x", None), "flag"),
        ("gekündigt", ("1", "2"), "flag"),
        ("children", ("1", "2"), "number"),
        ("size", ("x", "s"), "text"),
    ],
)
def test_a_flag_is_two_answers_in_any_language(
    name: str, values: tuple[str | None, ...], kind: str
) -> None:
    assert column(name, *values).kind == kind


IBANS = ("DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606",
         "NL91ABNA0417164300", "ES9121000418450200051332", "IT60X0542811101000000123456",
         "AT611904300234573201", "BE68539007547034", "CH9300762011623852957")  # fmt: skip
CARDS = ("4111111111111111", "5555555555554444", "4012888888881881", "378282246310005",
         "6011111111111117", "4222222222222", "5105105105105100", "371449635398431")  # fmt: skip
NAMES = tuple(f"{first} {last}" for first in ("Anna", "Ben", "Cleo", "Dora") for last in
              ("Abel", "Berg", "Clement", "Dorn"))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values", "personal"),
    [
        ("field_7", ("anna@shop.com", "ben@shop.com"), True),
        ("field_7", IBANS, True),
        ("field_7", CARDS, True),
        ("field_7", tuple(str(int(card) + 1) for card in CARDS), False),
        ("Kundenname", NAMES, True),
        ("product_name", NAMES, False),
        ("number_of_address", tuple(map(str, range(20))), False),
        ("adresse", tuple(f"Hauptstr. {number}" for number in range(20)), True),
        ("email_opens", tuple(map(str, range(20))), False),
        ("ssn", tuple(f"123-45-67{number}" for number in range(10, 30)), True),
        ("Geburtsdatum", tuple(f"1980-01-{day:02}" for day in range(1, 20)), True),
        ("segment", ("gold", "silver"), False),
    ],
)  # fmt: skip
def test_personal_data_is_told_by_values_and_not_by_a_name_alone(
    name: str, values: tuple[str, ...], personal: bool
) -> None:
    assert is_personal(column(name, *values)) is personal
