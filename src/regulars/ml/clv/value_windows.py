"""Stretches of time that spend is predicted for: the year ahead, and one that was hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from regulars.core.calendar import (
    PERIODS_PER_QUARTER,
    PERIODS_PER_YEAR,
    Grain,
    add_periods,
    date_of,
    day_number,
    whole_periods_between,
)
from regulars.ml.spans import Span

# A test in a shorter window would judge mostly who happened to buy in it.
_MIN_TEST_PERIODS: Mapping[Grain, int] = {"day": 30, "week": 4, "month": 2}
_MAX_DAYS_TO_CUTOFF = 31


@dataclass(frozen=True)
class Window:
    """A stretch of days [start, end) in which spend is predicted, and its length as a span."""

    start: int
    end: int
    span: Span

    @classmethod
    def after(cls, day: date, periods: int, *, grain: Grain) -> Window:
        """The window of so many periods that begins on a day."""
        end = add_periods(day, periods, grain=grain)
        return cls(day_number(day), day_number(end), Span(periods, grain))


def year_after(as_of: date, *, grain: Grain) -> Window:
    """The window that values are predicted for."""
    return Window.after(as_of, PERIODS_PER_YEAR[grain], grain=grain)


def hidden_window(
    as_of: date, *, grain: Grain, first_day: int, cutoff_near: Callable[..., int] | None = None
) -> Window | None:
    """The last stretch as long as the horizon, or half of a shorter history; None of too short.

    `first_day` is the day number at which the history begins. The window begins at a cutoff where
    one is near (`cutoff_near(day, within=days)`), for features are known at cutoffs only.
    """
    history = whole_periods_between(date_of(first_day), as_of, grain=grain)
    periods = PERIODS_PER_YEAR[grain]
    if history - periods < PERIODS_PER_QUARTER[grain]:
        periods = history // 2
    if periods < _MIN_TEST_PERIODS[grain]:
        return None
    start = day_number(add_periods(as_of, -periods, grain=grain))
    if cutoff_near is not None:
        start = cutoff_near(start, within=_MAX_DAYS_TO_CUTOFF)
    return Window.after(date_of(start), periods, grain=grain)


def sets_level(test: Window, ahead: Window, *, first_day: int) -> bool:
    """Whether a miss in the test may set the level of what is ahead.

    A stretch shorter than the horizon or than a year, or one without a year before it, shows a
    season or growth that the estimators had no chance to know.
    """
    unit = ahead.span.unit
    year_before = add_periods(date_of(test.start), -PERIODS_PER_YEAR[unit], grain=unit)
    needed = max(ahead.span.in_unit("day"), Span(PERIODS_PER_YEAR[unit], unit).in_unit("day"))
    is_long = test.end - test.start >= 0.99 * needed  # days of a year of months are not all equal
    return is_long and first_day <= day_number(year_before)
