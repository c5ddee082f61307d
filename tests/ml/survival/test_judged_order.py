"""The order of ends is judged on members held apart, with an interval."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.judged_order import judged_order

pytest.importorskip("lifelines")


def members(*, effect: float, leavers: bool = True) -> tuple[Frame, Durations]:
    """Six hundred members whose hazard rises with `pull`, and a total that restates the age."""
    draw = np.random.default_rng(3)
    pull = draw.normal(size=600)
    life = draw.exponential(400 * np.exp(-effect * pull))
    seen = draw.uniform(50, 800, 600)
    age = np.maximum(np.minimum(life, seen), 1.0)
    ended = (life <= seen) & leavers
    names = pa.array([f"c{n:03}" for n in range(600)])
    moment = pa.scalar(datetime(2024, 6, 22), pa.timestamp("us"))
    keys = pa.table({"customer_id": names, "as_of": pa.repeat(moment, 600)})
    inputs = pa.table({"pull": pull, "total": age * 20})
    frame = Frame(keys, inputs, {"pull": "number", "total": "number"})
    return frame, Durations.of(age, ended, unit="day")


def test_an_input_that_matters_orders_the_ends_and_chance_does_not() -> None:
    strong, chance = judged_order(*members(effect=1.0)), judged_order(*members(effect=0.0))
    assert strong is not None
    assert chance is not None
    assert 0.65 < strong.low < strong.value < strong.high < 0.85
    assert abs(chance.value - 0.5) < 0.05
    assert (strong.customers, strong.inputs) == (600, 1)  # the restated age is left out


def test_without_leavers_nothing_is_judged() -> None:
    assert judged_order(*members(effect=1.0, leavers=False)) is None
