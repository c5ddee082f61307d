"""Axes cover what they show with round steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.serve.reports.scales import Scale, round_ticks

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)


@given(low=NUMBERS, width=st.floats(1e-3, 1e9))
def test_ticks_cover_the_whole_range(low: float, width: float) -> None:
    ticks = round_ticks(low, low + width)
    slack = 1e-6 * max(abs(low), width)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + width - slack
    assert 2 <= len(ticks) <= 9


def test_ticks_are_round() -> None:
    assert round_ticks(0, 0.75) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert round_ticks(0, 1161817, about=4) == [0, 500_000, 1_000_000, 1_500_000]


def test_a_range_of_nothing_still_has_an_axis() -> None:
    assert len(round_ticks(0, 0)) >= 2


def test_a_scale_runs_either_way() -> None:
    down = Scale(0, 10, 200, 0)
    assert [down(0), down(5), down(10)] == [200, 100, 0]
