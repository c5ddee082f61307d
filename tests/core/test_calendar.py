"""Lengths of periods and how they add up: one place for the whole program."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core import calendar
from regulars.core.calendar import (
    Grain,
    add_periods,
    date_of,
    day_number,
    mean_days,
    months_of_days,
    period_start,
    periods_text,
    whole_periods_between,
    window_days,
)

days = st.dates(date(1990, 1, 1), date(2050, 1, 1))
grains = st.sampled_from(["day", "week", "month"])
SOURCE = Path(str(resources.files("regulars")))


@given(days, grains)
def test_a_day_lies_in_the_period_that_begins_at_its_start(day: date, grain: Grain) -> None:
    start = period_start(day, grain=grain)
    assert start <= day < add_periods(start, 1, grain=grain)
    assert period_start(start, grain=grain) == start


def test_a_week_begins_on_monday() -> None:
    assert period_start(date(2024, 6, 16), grain="week") == date(2024, 6, 10)  # a Sunday
    assert period_start(date(2024, 6, 17), grain="week") == date(2024, 6, 17)


@given(days, grains, st.integers(-60, 60), st.integers(-60, 60))
def test_periods_add_up(day: date, grain: Grain, first: int, second: int) -> None:
    start = period_start(day, grain=grain)
    stepped = add_periods(add_periods(start, first, grain=grain), second, grain=grain)
    assert stepped == add_periods(start, first + second, grain=grain)


@given(days, grains, st.integers(0, 60))
def test_whole_periods_between_two_borders_are_those_that_were_added(
    day: date, grain: Grain, count: int
) -> None:
    start = period_start(day, grain=grain)
    end = add_periods(start, count, grain=grain)
    assert whole_periods_between(start, end, grain=grain) == count


def test_a_month_is_counted_by_its_name_and_a_week_by_seven_days() -> None:
    assert whole_periods_between(date(2024, 1, 31), date(2024, 2, 1), grain="month") == 1
    assert whole_periods_between(date(2024, 1, 1), date(2024, 1, 14), grain="week") == 1


@given(days)
def test_a_day_number_names_one_date(day: date) -> None:
    assert date_of(day_number(day)) == day
    assert day_number(date(1970, 1, 2)) == 1


def test_a_window_of_months_is_told_in_days_of_30_and_measured_in_mean_months() -> None:
    assert window_days(3, grain="month") == 90
    assert mean_days(12, grain="month") == calendar.DAYS_PER_YEAR == 365.25
    assert calendar.DAYS_PER_MONTH == 30.4375
    assert months_of_days(365.25) == 12


@given(st.integers(0, 40_000))
def test_days_become_months_as_a_twelfth_of_a_year(whole_days: int) -> None:
    assert months_of_days(whole_days) == whole_days * 12 / 365.25


@pytest.mark.parametrize(("count", "text"), [(0, "0 weeks"), (1, "1 week"), (26, "26 weeks")])
def test_a_count_of_periods_has_its_unit(count: int, text: str) -> None:
    assert periods_text(count, grain="week") == text


def test_orders_per_month_of_the_catalogue_use_the_month_that_is_named_for_them() -> None:
    catalogue = (SOURCE / "features" / "catalogue.yaml").read_text("utf-8")
    lengths = set(re.findall(r"\b30\.\d+", catalogue))
    assert lengths == {str(calendar.FEATURE_DAYS_PER_MONTH)}


def test_no_other_module_writes_the_length_of_a_month_or_a_year() -> None:
    length = re.compile(r"\b30\.4\d*|\b365\.25\b|\"month\": (30|31|12|30\.\d+)\b")
    modules = [path for path in SOURCE.rglob("*.py") if path.name != "calendar.py"]
    assert [
        f"{path.relative_to(SOURCE)}: {line.strip()}"
        for path in modules
        for line in path.read_text("utf-8").splitlines()
        if length.search(line)
    ] == []
