"""Lifetimes of members as known on a day, and what is left of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.value_rows import MEMBERS
from regulars.ml.survival.lifetimes import (
    LIFETIMES,
    TIME_TO_CHURN,
    Memberships,
    lifetimes_on,
    time_to_churn,
)

TODAY = 1000
AS_OF = date(1972, 9, 27)  # day 1000


def members(*rows: tuple[str, float | None, float | None], group: str = "all") -> pa.Table:
    return pa.table(
        {
            "customer_id": [row[0] for row in rows],
            "joined_day": pa.array([row[1] for row in rows], pa.float64()),
            "left_day": pa.array([row[2] for row in rows], pa.float64()),
            "group": [group] * len(rows),
            "monthly_value": pa.nulls(len(rows), pa.float64()),
        },
        schema=MEMBERS,
    )


CLUB = members(
    ("anna", 900, None),  # there for 100 days
    ("ben", 900, 950),  # left after 50 days
    ("cleo", 900, 1000),  # leaves on this day: not known to have left before it
    ("dora", 1000, None),  # joins on this day
    ("emil", None, None),  # nobody knows since when
    ("fay", 960, 940),  # left before joining: cannot be
)


def test_a_life_ends_before_the_day_and_begins_before_it() -> None:
    found = lifetimes_on(CLUB, TODAY)
    assert found.schema == LIFETIMES
    assert found["age_days"].to_pylist() == [100, 50, 100, None, None, None]
    assert found["is_member"].to_pylist() == [True, False, True, False, False, False]
    assert found["has_left"].to_pylist() == [False, True, False, False, False, False]


def test_an_earlier_day_does_not_know_who_left_later() -> None:
    found = lifetimes_on(CLUB, 940)
    assert found["age_days"].to_pylist()[:2] == [40, 40]
    assert found["is_member"].to_pylist()[:2] == [True, True]


def test_lifetimes_are_unknown_before_anybody_left() -> None:
    club = Memberships(CLUB, today=TODAY, is_dated=True)
    assert club.on(950) is None
    assert club.on(951) is not None


def test_members_without_dates_are_known_today_alone() -> None:
    club = Memberships(CLUB, today=TODAY, is_dated=False)
    assert club.on(990) is None
    assert club.on(TODAY) is not None


def test_a_stranger_is_no_member_and_has_no_age() -> None:
    known = Memberships(CLUB, today=TODAY, is_dated=True).on(TODAY)
    assert known is not None
    lives = known.of(pa.array(["zoe", "ben", "anna"]))
    assert lives["age_days"].to_pylist() == [None, 50, 100]
    assert lives["is_member"].to_pylist() == [False, False, True]
    assert known.first_day == 900


def test_the_life_that_is_left_is_the_area_under_the_curve_from_the_age_on() -> None:
    """Ten leave at 100 days and ten at 300: who is there at 100 days stays 200 more."""
    gone = [(f"a{at}", 0.0, 100.0) for at in range(10)] + [
        (f"b{at}", 0.0, 300.0) for at in range(10)
    ]
    club = Memberships(members(("now", 900, None), *gone), today=TODAY, is_dated=True)
    lives = time_to_churn(club, as_of=AS_OF)
    assert lives.table.schema == TIME_TO_CHURN
    (row,) = lives.table.to_pylist()
    assert (row["customer_id"], row["age_days"], row["curve_is_pooled"]) == ("now", 100, False)
    assert row["as_of"].date() == AS_OF
    assert row["expected_days_in_next_365"] == pytest.approx(200, abs=1)
    assert row["stays_365_days"] == pytest.approx(0, abs=0.05)
    assert (lives.report.members, lives.report.little_history) == (1, 0)
    (curve,) = lives.report.curves
    assert (curve.customers, curve.is_pooled, curve.half_left_after_days) == (21, False, 300)
    assert {point.days: point.share for point in curve.points}[90] == 1.0
    assert max(point.days for point in curve.points) <= 300


def test_a_life_of_less_than_90_days_is_little_history() -> None:
    gone = [(f"a{at}", 0.0, 400.0) for at in range(10)]
    club = Memberships(
        members(("young", 911, None), ("older", 910, None), *gone), today=TODAY, is_dated=True
    )
    lives = time_to_churn(club, as_of=AS_OF)
    flags = dict(
        zip(
            lives.table["customer_id"].to_pylist(),
            lives.table["little_history"].to_pylist(),
            strict=True,
        )
    )
    assert flags == {"young": True, "older": False}
    assert lives.report.little_history == 1


NOBODY_LEFT = Memberships(members(("anna", 900, None)), today=TODAY, is_dated=True)


@pytest.mark.parametrize(
    ("memberships", "why"),
    [
        (None, "it needs memberships that end on a known day"),
        (NOBODY_LEFT, "no member has left yet"),
    ],
)
def test_without_members_or_ends_there_is_a_reason_and_an_empty_table(
    memberships: Memberships | None, why: str
) -> None:
    lives = time_to_churn(memberships, as_of=AS_OF)
    assert lives.table.num_rows == 0
    assert lives.report.why_none.startswith(why)
    assert lives.report.expected_days_in_next_365 is None


def test_the_order_of_members_plays_no_part() -> None:
    order = np.random.default_rng(3).permutation(CLUB.num_rows)
    mixed = Memberships(CLUB.take(order), today=TODAY, is_dated=True)
    straight = time_to_churn(Memberships(CLUB, today=TODAY, is_dated=True), as_of=AS_OF).table
    assert straight["customer_id"].to_pylist() == ["anna", "cleo"]
    assert time_to_churn(mixed, as_of=AS_OF).table.equals(straight)
