from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import NotEnoughData
from regulars.ml.survival.concordance import concordance
from regulars.ml.survival.durations import Durations

ROWS = st.lists(
    st.tuples(st.integers(0, 8), st.booleans(), st.integers(0, 5)), min_size=2, max_size=40
)


@given(rows=ROWS)
def test_it_is_the_share_of_comparable_pairs_in_order(rows: list[tuple[int, bool, int]]) -> None:
    pairs = [
        1.0 if one[2] > other[2] else 0.5 if one[2] == other[2] else 0.0
        for one in rows
        for other in rows
        if one[1] and (other[0] > one[0] or (other[0] == one[0] and not other[1]))
    ]
    age, ended, risk = (np.array(values) for values in zip(*rows, strict=True))
    durations = Durations.of(age, ended, unit="month")
    if pairs:
        assert concordance(durations, risk.astype(float)) == pytest.approx(np.mean(pairs))
    else:
        with pytest.raises(NotEnoughData):
            concordance(durations, risk.astype(float))


def test_turning_the_risk_around_turns_the_concordance_around() -> None:
    rng = np.random.default_rng(1)
    risk = rng.normal(size=3_000)
    durations = Durations.of(rng.exponential(np.exp(-risk)), rng.random(3_000) < 0.7, unit="day")
    found = concordance(durations, risk)
    assert found > 0.65
    assert concordance(durations, -risk) == pytest.approx(1 - found)
