from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import LeakageError
from regulars.features.frames import Frame
from regulars.ml.survival.disguised_durations import find_disguises, refuse_disguises
from regulars.ml.survival.durations import Durations

RNG = np.random.default_rng(3)
AGE = RNG.integers(0, 73, 2_000).astype(float)
PRICE = RNG.uniform(20, 120, 2_000)
LIVES = Durations.of(AGE, RNG.random(2_000) < 0.3, unit="month")


def frame(**columns: np.ndarray) -> Frame:
    inputs = pa.table(columns)
    keys = pa.table(
        {
            "customer_id": [f"c{i:05d}" for i in range(2_000)],
            "as_of": pa.array(np.full(2_000, np.datetime64("2024-06-22", "us"))),
        }
    )
    return Frame(keys, inputs, dict.fromkeys(columns, "number"))


def test_a_total_that_is_tenure_times_price_is_refused_by_name() -> None:
    noisy = AGE * PRICE * RNG.lognormal(0, 0.03, AGE.size)
    with pytest.raises(LeakageError, match=r"total: .* product of the duration and price"):
        refuse_disguises(frame(price=PRICE, total=noisy), LIVES)


def test_a_total_is_refused_also_where_its_price_is_not_among_the_inputs() -> None:
    found = find_disguises(frame(total=AGE * RNG.uniform(90, 110, AGE.size)), LIVES)
    assert [disguise.input_name for disguise in found] == ["total"]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_duration_under_another_name_is_refused(sign: int) -> None:
    found = find_disguises(frame(member_since=sign * (AGE - 200)), LIVES)
    assert found[0].input_name == "member_since"
    assert "concordance" in found[0].reason


def test_honest_inputs_pass() -> None:
    calls = RNG.poisson(2 + AGE / 20).astype(float)
    with_tax = PRICE * 1.19  # a product too, but not with the duration
    assert find_disguises(frame(price=PRICE, with_tax=with_tax, calls=calls), LIVES) == []


def test_an_accepted_name_is_let_through() -> None:
    refuse_disguises(frame(price=PRICE, total=AGE * PRICE), LIVES, accepted=["total"])


def test_null_and_constant_inputs_are_no_disguise() -> None:
    assert find_disguises(frame(empty=np.full(2_000, np.nan), same=np.ones(2_000)), LIVES) == []
