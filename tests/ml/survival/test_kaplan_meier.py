from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.spans import Span
from regulars.ml.survival.curve import SurvivalCurve
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.kaplan_meier import (
    kaplan_meier,
    kaplan_meier_by_segment,
    remaining_life_by_segment,
)

LIVES = st.lists(st.tuples(st.integers(1, 24), st.booleans()), min_size=2, max_size=60)


def lives(rows: list[tuple[int, bool]]) -> Durations:
    age, ended = zip(*rows, strict=True)
    return Durations.of(age, ended, unit="month")


def exponential(n: int, *, hazard: float, watched: float, seed: int) -> Durations:
    age = np.random.default_rng(seed).exponential(1 / hazard, n)
    return Durations.of(np.minimum(age, watched), age <= watched, unit="month")


def test_a_worked_example_steps_down_at_each_end() -> None:
    found = kaplan_meier(lives([(1, True), (2, False), (3, True), (3, True), (5, False)]))
    assert found.curve.times.tolist() == [1, 3]
    assert found.at_risk.tolist() == [5, 3]
    assert found.curve.survival == pytest.approx([4 / 5, 4 / 15])
    variance = (4 / 5) ** 2 * (1 / (5 * 4))  # Greenwood at the first step
    spread = 1.959964 * np.sqrt(variance) / (4 / 5 * -np.log(4 / 5))
    assert found.low[0] == pytest.approx((4 / 5) ** np.exp(spread))
    assert found.high[0] == pytest.approx((4 / 5) ** np.exp(-spread))


@given(rows=LIVES)
def test_the_curve_falls_inside_its_interval(rows: list[tuple[int, bool]]) -> None:
    found = kaplan_meier(lives(rows))
    survival = found.curve.survival
    assert np.all(np.diff(np.concatenate(([1.0], survival))) <= 0)
    assert np.all((found.low <= survival + 1e-12) & (survival <= found.high + 1e-12))
    assert np.all((found.low >= 0) & (found.high <= 1))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = []
    for seed in range(200):
        found = kaplan_meier(exponential(80, hazard=0.1, watched=12, seed=seed))
        step = np.searchsorted(found.curve.times, 5.0, side="right") - 1
        held.append(found.low[step] <= np.exp(-0.5) <= found.high[step])
    assert 0.9 <= np.mean(held) <= 0.99


def test_customers_who_were_there_before_the_records_count_from_then_on() -> None:
    rng = np.random.default_rng(4)
    age = rng.exponential(10, 60_000)
    entered = rng.uniform(0, 10, age.size)
    seen = age > entered
    late = Durations.of(
        np.minimum(age, entered + 12)[seen],
        (age <= entered + 12)[seen],
        entered=entered[seen],
        unit="month",
    )
    assert kaplan_meier(late).curve.at(8.0) == pytest.approx(np.exp(-0.8), abs=0.02)
    ignored = Durations.of(late.age, late.ended, unit="month")
    assert kaplan_meier(ignored).curve.at(8.0) > np.exp(-0.8) + 0.1


def test_remaining_life_is_the_area_under_the_conditional_curve() -> None:
    curve = kaplan_meier(exponential(400, hazard=0.08, watched=20, seed=2)).curve
    ages, ahead = np.array([0.0, 3.5, 12, 19.9, 20, 35]), np.linspace(0, 10, 200_001)
    for rate in (0.0, 0.2):
        worth = (1 + rate) ** (-ahead / 12)
        area = [np.trapezoid(curve.given(age, ahead) * worth, ahead) for age in ages]
        found = curve.remaining_life(ages, horizon=Span(10, "month"), discount_rate_per_year=rate)
        assert found == pytest.approx(area, rel=1e-3)


def test_a_constant_hazard_leaves_everyone_the_same_life_also_beyond_the_records() -> None:
    curve = kaplan_meier(exponential(200_000, hazard=0.1, watched=30, seed=3)).curve
    expected = (1 - np.exp(-0.1 * 12)) / 0.1
    found = curve.remaining_life([0, 10, 25, 60], horizon=Span(12, "month"))
    assert found == pytest.approx(np.full(4, expected), rel=0.03)


def test_surviving_the_dangerous_month_lengthens_what_remains() -> None:
    curve = SurvivalCurve(np.array([8.0]), np.array([0.5]), 24.0, 0.0, "month")
    before, after = curve.remaining_life([7, 9], horizon=Span(10, "month"))
    assert before == pytest.approx(1 + 0.5 * 9)
    assert after == 10


def test_nothing_is_left_of_a_curve_that_reached_zero_but_the_tail_goes_on() -> None:
    curve = kaplan_meier(lives([(2, True), (4, True)])).curve
    assert curve.at(4) == 0
    assert curve.remaining_life(3, horizon=Span(12, "month")) == pytest.approx(1)
    assert np.isfinite(curve.remaining_life(4, horizon=Span(12, "month")))


def test_segments_have_their_own_curves_and_tiny_ones_borrow_that_of_all() -> None:
    short = exponential(500, hazard=0.3, watched=24, seed=1)
    long = exponential(500, hazard=0.03, watched=24, seed=2)
    both = Durations.of(
        np.concatenate([short.age, long.age, [5.0]]),
        np.concatenate([short.ended, long.ended, [False]]),
        unit="month",
    )
    segments = np.array(["guest"] * 500 + ["member"] * 500 + ["founder"])
    found = kaplan_meier_by_segment(both, segments)
    assert list(found) == ["founder", "guest", "member"]
    assert [life.pooled for life in found.values()] == [True, False, False]
    left = remaining_life_by_segment(
        found, np.array(["guest", "member", "stranger"]), np.ones(3), horizon=Span(12, "month")
    )
    assert left[0] < 4
    assert left[1] > 8
    assert np.isnan(left[2])


def test_ten_ends_are_enough_for_a_curve_of_a_segments_own_and_nine_are_not() -> None:
    rows = [(1 + at, True) for at in range(19)]
    found = kaplan_meier_by_segment(lives(rows), np.array(["nine"] * 9 + ["ten"] * 10))
    assert {name: life.pooled for name, life in found.items()} == {"nine": True, "ten": False}
    assert found["nine"].lifetimes.customers == 19
    assert found["ten"].lifetimes.customers == 10


def test_the_median_age_is_missing_where_half_never_ended() -> None:
    assert kaplan_meier(lives([(1, True), (2, True), (3, False)])).age_when_left() == 2
    assert np.isnan(kaplan_meier(lives([(1, True), (2, False), (3, False)])).age_when_left())


def test_nobody_ending_keeps_everybody() -> None:
    curve = kaplan_meier(lives([(5, False), (7, False)])).curve
    assert curve.given([0, 100], 50).tolist() == [1, 1]
    assert curve.remaining_life(3, horizon=Span(12, "month")) == 12


@pytest.mark.parametrize(
    ("age", "ended", "entered"), [(-1, False, 0), (3, False, 4), (3, True, 3), (np.nan, False, 0)]
)
def test_a_lifetime_that_cannot_be_is_refused_by_row(
    age: float, ended: bool, entered: float
) -> None:
    with pytest.raises(DataError, match="at row 1"):
        Durations.of([5, age], [False, ended], entered=[0, entered], unit="month")
    with pytest.raises(NotEnoughData):
        Durations.of([], [], unit="month")
