"""Which effects of a score are named: the strongest, and one that raises the risk if any does."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.ml.churn.reasons import SMALL, strongest_effects


@pytest.mark.parametrize(
    ("effects", "named"),
    [
        ([0.5, -0.9, 0.7, -0.6], [1, 2, 3]),
        ([-0.5, -0.9, -0.7, 0.3], [1, 2, 3]),
        ([-0.5, -0.9, 0.2, -0.6, 0.3], [1, 3, 4]),
        ([-0.5, -0.9, -0.7, SMALL], [1, 2, 3]),
        ([-0.5, -0.9, -0.7, np.nextafter(SMALL, 0)], [1, 2, 0]),
        ([-0.5, -0.9], [1, 0]),
    ],
)
def test_the_last_place_is_for_an_effect_that_raises_where_the_others_lower(
    effects: list[float], named: list[int]
) -> None:
    assert strongest_effects(np.array([effects]), 3).tolist() == [named]


def test_a_score_without_inputs_has_no_effects() -> None:
    assert strongest_effects(np.zeros((2, 0)), 3).shape == (2, 0)
