"""How long a day, week, month and year are, and how periods of a grain add up.

A month has no one length, so four are named here for what they are good for. They differ on
purpose: published tables were made with each, and no other module writes such a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

Grain = Literal["day", "week", "month"]

MONTHS_PER_YEAR = 12
DAYS_PER_WEEK = 7
# The Julian year, leap years spread evenly: discount rates per year and mean months rest on it.
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR  # 30.4375, and so the same in every file

# Mean length of a period: for lengths of time that are measured, such as tenure or a pause.
DAYS_PER_PERIOD: Mapping[Grain, float] = {
    "day": 1.0,
    "week": float(DAYS_PER_WEEK),
    "month": DAYS_PER_MONTH,
}
# Whole days for windows and horizons that are given in days: 3 months count as 90 days.
WINDOW_DAYS_PER_PERIOD: Mapping[Grain, int] = {"day": 1, "week": DAYS_PER_WEEK, "month": 30}
# The longest a period can be: data must not look stale because its last month had 31 days.
LONGEST_DAYS_PER_PERIOD: Mapping[Grain, int] = {"day": 1, "week": DAYS_PER_WEEK, "month": 31}
# Features count orders per month of 30.44 days: with the mean month two columns would change.
FEATURE_DAYS_PER_MONTH = 30.44

# Whole periods that come nearest to a month, a quarter and a year.
PERIODS_PER_MONTH: Mapping[Grain, int] = {"day": 30, "week": 4, "month": 1}
PERIODS_PER_QUARTER: Mapping[Grain, int] = {"day": 90, "week": 13, "month": 3}
PERIODS_PER_YEAR: Mapping[Grain, int] = {"day": 365, "week": 52, "month": MONTHS_PER_YEAR}

# The year of the day grain, for what compares a day with the same day a year ago.
WHOLE_DAYS_PER_YEAR = PERIODS_PER_YEAR["day"]

# Lengths from a month to a year that people think in, in periods.
USUAL_SPANS: Mapping[Grain, tuple[int, ...]] = {
    "day": (30, 60, 90, 180, 365),
    "week": (4, 9, 13, 26, 52),
    "month": (1, 2, 3, 6, 12),
}

_EPOCH = date(1970, 1, 1).toordinal()


def add_periods(day: date, count: int, *, grain: Grain) -> date:
    """The period border `count` periods after (or before) a border."""
    if grain == "month":
        months = day.year * MONTHS_PER_YEAR + day.month - 1 + count
        return date(months // MONTHS_PER_YEAR, months % MONTHS_PER_YEAR + 1, 1)
    return day + timedelta(days=count * WINDOW_DAYS_PER_PERIOD[grain])


def period_start(day: date, *, grain: Grain) -> date:
    """The first day of the period that holds a day; weeks begin on Monday."""
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def whole_periods_between(first: date, last: date, *, grain: Grain) -> int:
    """Whole periods from one day to another; months are counted by their names, not by days."""
    if grain == "month":
        return (last.year - first.year) * MONTHS_PER_YEAR + last.month - first.month
    return (last - first).days // WINDOW_DAYS_PER_PERIOD[grain]


def window_days(periods: int, *, grain: Grain) -> int:
    """Days in a window or a horizon of so many periods, as people and estimators are given it."""
    return periods * WINDOW_DAYS_PER_PERIOD[grain]


def mean_days(periods: float, *, grain: Grain) -> float:
    """Mean days in so many periods, for comparing with a measured length of time."""
    return periods * DAYS_PER_PERIOD[grain]


def months_of_days(days: float) -> float:
    """A length of time in days as months of mean length."""
    return days / DAYS_PER_MONTH


def day_number(day: date) -> int:
    """Days since 1970-01-01, as tables and arrays of whole days count them."""
    return day.toordinal() - _EPOCH


def date_of(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number + _EPOCH)


def periods_text(count: int, *, grain: Grain) -> str:
    """A count with its unit: `1 month`, `90 days`."""
    return f"{count} {grain}{'s' if count != 1 else ''}"
