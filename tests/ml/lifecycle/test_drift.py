"""Drift: an index per input, known by hand; missing values and new categories count."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.lifecycle.drift import drift, population_of, stability_index, verdict_of
from tests.ml.conftest import frame_of


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
