"""Times as cron has them: what they are, how far apart, and the same for systemd."""

from __future__ import annotations

import pytest

from regulars.core.cron import parse_cron


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("* * * * *", 1),
        ("*/2 * * * *", 2),
        ("*/7 * * * *", 7),
        ("5,20 * * * *", 45),
        ("30 2 * * *", 24 * 60),
        ("0 6,18 * * *", 12 * 60),
        ("0 8-18/2 * * *", 14 * 60),
        ("0 3 * * 1-5", 3 * 24 * 60),
        ("0 3 * * 7", 7 * 24 * 60),
        ("0 3 1 * *", 31 * 24 * 60),
        ("0 3 31 * *", 62 * 24 * 60),
        ("0 3 1 1 *", 366 * 24 * 60),
    ],
)
def test_the_longest_gap_is_never_below_the_true_one(text: str, minutes: int) -> None:
    assert parse_cron(text).longest_gap == minutes


@pytest.mark.parametrize(
    ("text", "calendars"),
    [
        ("30 2 * * *", ["*-*-* 02:30:00"]),
        ("*/20 * * * *", ["*-*-* *:00,20,40:00"]),
        ("0 3 * * 0,5", ["Sun,Fri *-*-* 03:00:00"]),
        ("0 3 * * 5,7", ["Sun,Fri *-*-* 03:00:00"]),
        ("0 3 1 6 1", ["*-06-01 03:00:00", "Mon *-06-* 03:00:00"]),
    ],
)
def test_systemd_has_the_same_times_and_two_where_cron_takes_either_day(
    text: str, calendars: list[str]
) -> None:
    assert list(parse_cron(text).calendars()) == calendars


@pytest.mark.parametrize(
    "text", ["", "@daily", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "*/0 * * * *",
             "5-1 * * * *", "a * * * *", "* * * * 8", "-1 * * * *"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_cron(text)
