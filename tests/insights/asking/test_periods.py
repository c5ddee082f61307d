"""Periods in words are half-open and count from the as-of date."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.insights.asking.periods import period_at, preceding, shifted
from regulars.insights.asking.tokens import words_of
from regulars.insights.semantic.intent import Period

AS_OF = date(2024, 6, 22)


def read(text: str, as_of: date = AS_OF) -> tuple[str, str] | None:
    norm = " ".join(words_of(text))
    period = period_at(norm, 0, as_of)
    if period is None or period.length != len(norm):
        return None
    return period.period.start.isoformat(), period.period.end.isoformat()


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("last month", "2024-05-01", "2024-06-01"),
        ("the past 3 months", "2024-03-01", "2024-06-01"),
        ("last three months", "2024-03-01", "2024-06-01"),
        ("last 90 days", "2024-03-24", "2024-06-22"),
        ("last 2 weeks", "2024-06-08", "2024-06-22"),
        ("last quarter", "2024-01-01", "2024-04-01"),
        ("last year", "2023-01-01", "2024-01-01"),
        ("this month", "2024-06-01", "2024-06-22"),
        ("year to date", "2024-01-01", "2024-06-22"),
        ("ytd", "2024-01-01", "2024-06-22"),
        ("yesterday", "2024-06-21", "2024-06-22"),
        ("March", "2024-03-01", "2024-04-01"),
        ("August", "2023-08-01", "2023-09-01"),
        ("June", "2024-06-01", "2024-07-01"),
        ("feb 2023", "2023-02-01", "2023-03-01"),
        ("march of last year", "2023-03-01", "2023-04-01"),
        ("Q1", "2024-01-01", "2024-04-01"),
        ("Q3", "2023-07-01", "2023-10-01"),
        ("Q3 2022", "2022-07-01", "2022-10-01"),
        ("q4 last year", "2023-10-01", "2024-01-01"),
        ("the second quarter of 2023", "2023-04-01", "2023-07-01"),
        ("first half of 2023", "2023-01-01", "2023-07-01"),
        ("2023", "2023-01-01", "2024-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("12 march 2024", "2024-03-12", "2024-03-13"),
        ("march 12th, 2024", "2024-03-12", "2024-03-13"),
        ("from March to May 2024", "2024-03-01", "2024-06-01"),
        ("between November and February 2024", "2023-11-01", "2024-03-01"),
        ("since April", "2024-04-01", "2024-06-22"),
        ("before 2024", "1900-01-01", "2024-01-01"),
        ("after March 2024", "2024-04-01", "2024-06-22"),
    ],
)
def test_words_are_a_period(words: str, start: str, end: str) -> None:
    assert read(words) == (start, end)


@pytest.mark.parametrize(
    "words",
    [
        "next month",
        "30 february 2024",
        "last",
        "q5",
        "tomorrow",
        "last 0 days",
        "a month",
        "third half of 2023",
    ],
)
def test_words_that_are_no_period_of_the_past_are_none(words: str) -> None:
    assert read(words) is None


def test_at_the_first_of_a_month_the_last_month_is_the_whole_one_before() -> None:
    assert read("last month", date(2024, 6, 1)) == ("2024-05-01", "2024-06-01")
    assert read("last 3 months", date(2024, 1, 1)) == ("2023-10-01", "2024-01-01")


def test_a_period_before_is_as_long_in_months_or_in_days() -> None:
    march = Period(start=date(2024, 3, 1), end=date(2024, 4, 1))
    days = Period(start=date(2024, 3, 24), end=date(2024, 6, 22))
    assert preceding(march).start == date(2024, 2, 1)
    assert preceding(days).start == date(2023, 12, 25)
    leap = Period(start=date(2024, 2, 29), end=date(2024, 3, 1))
    assert shifted(leap, years=-1) == Period(start=date(2023, 2, 28), end=date(2023, 3, 1))
