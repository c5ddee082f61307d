"""The clock of a shop: a season is learned from a year of purchases, and from less none."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.core.calendar import DAYS_PER_YEAR
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.shop_clock import EVEN_CLOCK, ShopClock, learned_clock

SEASON = np.array([0.7, 0.8, 0.9, 0.9, 1.0, 1.0, 1.0, 0.9, 1.0, 1.2, 1.5, 1.1])
END = 2 * 365  # 1970 and 1971: January first is day 0


def purchases(index: np.ndarray, *, days: int = END) -> tuple[np.ndarray, np.ndarray]:
    """Customer codes and days: buyers come all the time, buy as the season says, and leave."""
    rng = np.random.default_rng(2)
    month = np.arange(days).astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    start = rng.uniform(-300, days - 30, 1_500).astype(int)
    stop = start + rng.exponential(400, start.size)
    rate = rng.gamma(1.2, 1 / 40, start.size)
    at = np.arange(days)
    here = (at >= start[:, None]) & (at < stop[:, None])
    bought = rng.random(here.shape) < here * rate[:, None] * index[month]
    bought[(start >= 0), start[start >= 0]] = True
    code, day = np.nonzero(bought)
    return code, day


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    return purchases(SEASON)


def test_the_season_is_learned_from_a_year_and_a_half(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    code, day = rows
    before = day < 550
    clock = learned_clock(code[before], day[before], end=550)
    assert clock.index == pytest.approx(SEASON / SEASON.mean(), abs=0.2)
    assert np.corrcoef(clock.index, SEASON)[0, 1] > 0.9
    # As many days as on the calendar passed in all: only their lengths differ.
    assert clock.between(0, 550) == pytest.approx(550)


def test_a_shop_without_a_season_keeps_an_even_clock() -> None:
    assert learned_clock(*purchases(np.ones(12)), end=END) is EVEN_CLOCK


def test_less_than_a_year_teaches_no_clock(rows: tuple[np.ndarray, np.ndarray]) -> None:
    code, day = rows
    first = int(day.min())
    for end, is_even in (
        (first + int(DAYS_PER_YEAR) - 1, True),
        (first + int(DAYS_PER_YEAR), False),
    ):
        kept = day < end
        assert (learned_clock(code[kept], day[kept], end=end) is EVEN_CLOCK) is is_even


def test_nobody_bought_twice_teaches_no_clock() -> None:
    assert learned_clock(np.arange(5), np.arange(5) * 80, end=400) is EVEN_CLOCK


def test_histories_pass_at_the_speed_of_the_clock() -> None:
    clock = ShopClock(np.array([2.0, 0.5] + [1.0] * 10))
    summary = clock.summary(np.array([3, 3, 4]), np.array([0, 40, 31]), end=60, unit="day")
    # Until February 10 31 days of 2 and 9 of a half have passed; until March 1 (day 59) 19 more.
    assert summary.t_x.tolist() == [66.5, 0]
    assert summary.T.tolist() == [76.0, 14.0]
    assert summary.log_gaps == pytest.approx([np.log(66.5), 0])
    assert clock.between(30, 33) == pytest.approx(2 + 0.5 + 0.5)


def test_the_even_clock_is_the_calendar() -> None:
    code, day = np.array([1, 1, 2]), np.array([5, 9, 7])
    by_clock = EVEN_CLOCK.summary(code, day, end=20, unit="week")
    calendar = Summary.from_days(code, day, as_of=20, unit="week")
    assert by_clock.t_x.tobytes() == calendar.t_x.tobytes()
    assert by_clock.T.tobytes() == calendar.T.tobytes()
