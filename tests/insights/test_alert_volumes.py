"""A day is compared with the days before it, never with itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from regulars.insights.alerts.volumes import judge_volume

TODAY = datetime(2024, 7, 20, 3, tzinfo=UTC)


def days_before(*rows: int, today: int | None = None) -> list[tuple[datetime, int]]:
    """One landing at 3 o'clock on each of these days, the last of which is yesterday."""
    first = TODAY - timedelta(days=len(rows))
    landings = [(first + timedelta(days=day), count) for day, count in enumerate(rows)]
    return landings if today is None else [*landings, (TODAY, today)]


@pytest.mark.parametrize(
    ("rows", "is_unusual"), [(49, True), (50, False), (240, False), (241, True)]
)
def test_less_than_half_of_the_lowest_or_more_than_twice_the_highest_is_unusual(
    rows: int, is_unusual: bool
) -> None:
    landings = days_before(100, 110, 120, 100, 110, 120, 105, today=rows)
    volume = judge_volume(landings, timezone="UTC", now=TODAY)
    assert (volume is not None) is is_unusual
    if volume is not None:
        assert (volume.rows, volume.low, volume.high, volume.days) == (rows, 100, 120, 7)


def test_less_than_a_week_of_days_says_nothing() -> None:
    landings = days_before(100, 100, 100, 100, 100, 100, today=0)
    assert judge_volume(landings, timezone="UTC", now=TODAY) is None
    assert judge_volume([], timezone="UTC", now=TODAY) is None


def test_a_shop_that_rests_on_sundays_is_not_told_so() -> None:
    week = (100, 100, 100, 100, 100, 100, 0)
    assert judge_volume(days_before(*week, *week), timezone="UTC", now=TODAY) is None


def test_a_day_that_has_only_begun_is_not_judged_but_the_one_before_is() -> None:
    busy = [
        (at + timedelta(hours=hour), 50) for at, _ in days_before(*[0] * 9) for hour in range(2)
    ]
    begun = [*busy, (TODAY, 10)]
    assert judge_volume(begun, timezone="UTC", now=TODAY) is None
    silent = [
        (at, rows if at.date() < TODAY.date() - timedelta(days=1) else 0) for at, rows in begun
    ]
    volume = judge_volume(silent, timezone="UTC", now=TODAY)
    assert volume is not None
    assert (volume.day, volume.rows) == (TODAY.date() - timedelta(days=1), 0)


def test_the_time_zone_of_the_project_decides_the_day() -> None:
    late = [(at.replace(hour=23), rows) for at, rows in days_before(*[100] * 8)]
    second = [(at + timedelta(hours=2), 100) for at, _ in late]  # 01:00 of the next day in UTC
    in_paris = judge_volume([*late, *second], timezone="Europe/Paris", now=TODAY.replace(hour=21))
    assert in_paris is None
