"""A weighted sum of a row is the same however many rows stand beside it."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.ml.log_odds import weighed


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_row_sums_up_alike_alone_and_among_others(kind: type[np.floating]) -> None:
    random = np.random.default_rng(3)
    columns, weights = random.normal(size=(203, 57)).astype(kind), random.normal(size=57)
    for matrix in (columns, np.asfortranarray(columns)):
        together = weighed(matrix, weights)
        alone = [weighed(matrix[at : at + 1], weights)[0] for at in range(len(matrix))]
        assert together.tolist() == alone
    assert together == pytest.approx(columns.astype(np.float64) @ weights)


def test_nobody_sums_up_to_nothing() -> None:
    assert weighed(np.empty((0, 3)), np.ones(3)).shape == (0,)
