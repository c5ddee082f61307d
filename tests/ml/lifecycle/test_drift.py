"""Drift: an index per input, known by hand; missing values and new categories count."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.lifecycle.drift import drift, population_of, stability_index, verdict_of
from tests.ml.conftest import FIRST_DAY, frame_of


def frame(orders: object, city: list[str | None] | None = None) -> Frame:
    values = pa.array(orders, pa.float64(), from_pandas=True)
    columns = {"orders": ("number", values)}
    if city is not None:
        columns["city"] = ("category", pa.array(city, pa.string()))
    return frame_of(columns)  # type: ignore[arg-type]


def test_the_index_is_the_one_of_the_books() -> None:
    by_hand = (0.4 - 0.5) * math.log(0.4 / 0.5) + (0.6 - 0.5) * math.log(0.6 / 0.5)
    assert stability_index(np.array([0.5, 0.5]), np.array([0.4, 0.6])) == pytest.approx(by_hand)


def test_the_same_customers_have_not_moved() -> None:
    now = frame(np.arange(1000.0), ["Oslo", "Rome"] * 500)
    found = drift(population_of(now), now)
    assert {one.psi for one in found.inputs} == {0.0}
    assert found.major == ()


@pytest.mark.parametrize(("shift", "verdict"), [(0, "stable"), (80, "moderate"), (400, "major")])
def test_a_shift_is_told_by_how_far_it_goes(shift: int, verdict: str) -> None:
    found = drift(population_of(frame(np.arange(1000.0))), frame(np.arange(1000.0) + shift))
    assert found.inputs[0].verdict == verdict


@pytest.mark.parametrize(
    ("psi", "verdict"),
    [
        (math.nextafter(0.1, 0), "stable"),
        (0.1, "moderate"),
        (math.nextafter(0.25, 0), "moderate"),
        (0.25, "major"),
    ],
)
def test_verdicts_straddle_their_borders(psi: float, verdict: str) -> None:
    assert verdict_of(psi) == verdict


def test_the_worst_input_is_named_first() -> None:
    then = frame(np.arange(1000.0), ["Oslo", "Rome"] * 500)
    now = frame(np.arange(1000.0) + 300, ["Lima"] * 1000)
    found = drift(population_of(then), now)
    assert [one.input for one in found.inputs] == ["city", "orders"]
    assert found.major == found.inputs


def test_a_month_of_31_days_is_no_drift_from_one_of_30() -> None:
    then, now = [30.0, 61.0, 91.0] * 300, [31.0, 62.0, 92.0] * 300
    assert drift(population_of(frame(then)), frame(now)).inputs[0].psi == 0.0


def test_values_that_go_missing_are_drift() -> None:
    gone = np.where(np.arange(1000) < 500, np.nan, np.arange(1000.0))
    found = drift(population_of(frame(np.arange(1000.0))), frame(gone))
    assert found.inputs[0].verdict == "major"


def test_an_input_that_had_no_values_then_is_no_drift() -> None:
    then = population_of(frame([None] * 1000))
    assert drift(then, frame(np.arange(1000.0))).inputs == ()


def test_nobody_now_is_no_drift() -> None:
    then = frame(np.arange(1000.0))
    assert drift(population_of(then), then.take(np.arange(0))).inputs == ()


def cohorts(*days: int, customers: int = 800, sudden: float = 0.0, shop_opened: int = 400) -> Frame:
    """A growing company at these days: customers join evenly since it opened, and order weekly.

    `sudden` is added to the basket of the last day: a real shift. Everything else only goes on.
    """
    random = np.random.default_rng(7)
    joined = random.uniform(-shop_opened, max(days), customers)
    rate, basket = random.gamma(2, 0.08, customers), random.lognormal(3, 0.5, customers)
    columns: dict[str, list[np.ndarray]] = {}
    moments: list[datetime] = []
    for day in days:
        here = joined < day
        tenure = day - joined[here]
        season = 5 * np.cos(2 * np.pi * day / 365)
        gained = {
            "tenure_days": tenure,
            "orders_ever": random.poisson(rate[here] * tenure).astype(float),
            "orders_90d": random.poisson(rate[here] * np.minimum(tenure, 90)).astype(float),
            "as_of_month": np.full(here.sum(), float(day // 30)),
            "gifts_30d": random.normal(season, 1, here.sum()),
            "basket": basket[here] + (sudden if day == days[-1] else 0.0),
        }
        for name, values in gained.items():
            columns.setdefault(name, []).append(values)
        moments += [FIRST_DAY + timedelta(days=day)] * int(here.sum())
    inputs = {name: ("number", pa.array(np.concatenate(parts))) for name, parts in columns.items()}
    return frame_of(inputs, as_of=moments)  # type: ignore[arg-type]


def trained_and_scored(*days: int, **company: float) -> tuple[Frame, Frame]:
    """What was learned from, and who is scored at the last of the days."""
    whole = cohorts(*days, **company)  # type: ignore[arg-type]
    is_last = whole.as_of == whole.as_of.max()
    return whole.take(~is_last), whole.take(is_last)


TRAINING = (0, 30, 60, 90, 120, 150, 180)


@pytest.mark.parametrize("after", [30, 90, 150])
def test_the_first_training_raises_no_alarm_for_what_must_grow(after: int) -> None:
    # The newest closed cutoff lies a horizon back: everybody has grown older since.
    learned, scored = trained_and_scored(*TRAINING, 180 + after)
    found = {line.input: line for line in drift(population_of(learned), scored).inputs}
    growing = ["tenure_days", "orders_ever", "orders_90d", "as_of_month", "basket"]
    assert {name: found[name].verdict for name in growing} == dict.fromkeys(growing, "stable")
    assert found["tenure_days"].expected > 0


def test_a_real_shift_still_alarms_beside_what_must_grow() -> None:
    learned, scored = trained_and_scored(*TRAINING, 270, sudden=15.0)
    report = drift(population_of(learned), scored)
    assert "basket" in [line.input for line in report.major]
    assert "tenure_days" not in [line.input for line in report.major]


def test_a_season_is_compared_with_the_same_season_where_the_training_has_it() -> None:
    months = tuple(range(0, 360, 30))
    learned, scored = trained_and_scored(*months, 365 + 150)
    only_winter, _ = trained_and_scored(0, 30, 330, 365 + 150)
    psi = {
        name: next(line.psi for line in drift(then, scored).inputs if line.input == "gifts_30d")
        for name, then in {
            "year": population_of(learned),
            "winter": population_of(only_winter),
        }.items()
    }
    assert psi["year"] < 0.1
    assert psi["winter"] > 0.25


def test_with_one_cutoff_nobody_knows_what_must_grow() -> None:
    learned, scored = trained_and_scored(180, 270)
    report = drift(population_of(learned), scored)
    assert report.inputs == ()
    assert "tenure_days" in report.not_judged
    assert drift(population_of(learned), learned).not_judged == ()


def test_a_population_of_the_first_version_is_judged_as_it_was() -> None:
    then = population_of(frame(np.arange(1000.0)))
    old = {name: {**bins, "shares": bins["shares"][-1]} for name, bins in then["inputs"].items()}
    assert drift(old, frame(np.arange(1000.0) + 400)).inputs[0].verdict == "major"
