"""Times of day in a column of their own are joined to the dates, and zones are told by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from regulars.ingest.inference.clock_formats import clock_format
from regulars.ingest.moment_formats import moment_sql
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.transactions.columns.occurred_at"


def sales(head: str, *, day: str = "{0:02}.03.2024", clock: str = "{0}:{1:02}") -> str:
    """Sales of seven customers, with a date and a time of day; semicolons between fields."""
    rows = [
        f"k{n % 7};{day.format(n % 27 + 1)};{clock.format(n % 12 + 1, n % 60)};{10 + n}.50"
        for n in range(70)
    ]
    return "\n".join([f"customer_id;{head};amount", *rows]) + "\n"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("9:37 AM", "%I:%M %p"),
        ("14:33", "%H:%M"),
        ("11:56:34", "%H:%M:%S"),
        ("14h33", "%Hh%M"),
        ("14:33 Uhr", "%H:%M Uhr"),
        ("9:37 a. m.", "%I:%M %p"),
        ("14:33 CET", "%H:%M CET"),
        ("25:00", None),
        ("13:00 PM", None),
        ("2024-03-05 14:33", None),
        ("3:0", None),
    ],
)
def test_a_time_of_day_names_the_format_that_reads_it(value: str, form: str | None) -> None:
    assert clock_format(value) == form


@pytest.mark.parametrize(
    ("head", "clock", "written"),
    [
        ("Datum;Uhrzeit", "{0}:{1:02}", "%H:%M"),
        ("Date;Time", "{0}:{1:02} AM", "%I:%M %p"),
        ("Order Date;Order Time", "{0:02}:{1:02}:07", "%H:%M:%S"),
        ("Fecha;Hora", "{0}:{1:02} a. m.", "%I:%M %p"),
        ("Purchase Date;Time", "{0}:{1:02}", "%H:%M"),
        ("Data;Ora", "{0}:{1:02}", "%H:%M"),
    ],
)
def test_date_and_time_in_two_columns_are_one_moment(
    guess: Guess, head: str, clock: str, written: str
) -> None:
    guessed = guess(sales=sales(head, clock=clock))
    formats = guessed[f"{AT}.format"]
    assert formats == [f"%d.%m.%Y {written}", "%d.%m.%Y"]
    day, time = (name.lower().replace(" ", "_") for name in head.split(";"))
    warehouse = DuckDBWarehouse(None)
    try:
        moments = warehouse.rows(
            f"select {moment_sql(guessed[f'{AT}.sql'], formats)} "
            f'from (select ? as "{day}", unnest(?) as "{time}")',
            ["05.03.2024", [clock.format(9, 37), None]],
        )
    finally:
        warehouse.close()
    assert [(moment.day, moment.hour, moment.minute) for (moment,) in moments] == [
        (5, 9, 37),
        (5, 0, 0),
    ]


def test_midnight_behind_the_date_gives_way_to_the_time(guess: Guess) -> None:
    text = sales("Date;Time", day="2024-03-{0:02} 00:00:00")
    assert guess(sales=text)[f"{AT}.format"] == ["%Y-%m-%d %H:%M", "%Y-%m-%d"]


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Order Date;Delivery Time", "{0:02}.03.2024"),
        ("Date;Call duration", "{0:02}.03.2024"),
        ("Date;Time", "{0:02}.03.2024 10:30"),
    ],
)
def test_a_time_of_something_else_is_not_joined(guess: Guess, head: str, day: str) -> None:
    assert "sql" not in guess(sales=sales(head, day=day))[AT]


@pytest.mark.parametrize(
    ("head", "clock", "zone"),
    [
        ("Date;Time", "{0}:{1:02} CET", "Europe/Berlin"),
        ("Date;TimeZone", "PST", "America/Los_Angeles"),
        ("Date;Zeitzone", "Europe/Paris", "Europe/Paris"),
        ("Date;Agent", "CET", "UTC"),
    ],
)
def test_times_are_read_in_the_zone_that_is_named(
    guess: Guess, head: str, clock: str, zone: str
) -> None:
    assert guess(sales=sales(head, clock=clock))["timezone"] == zone


def test_an_unread_time_is_named_with_an_example(guess: Guess) -> None:
    guessed = guess(sales=sales("Date;Time", clock="{0} past {1}"))
    assert guessed.leaves_open("what time sales.time tells: most of its values are no times; for ")
