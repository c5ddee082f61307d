"""What a test says in words: true for a chance order, and for an order without probabilities."""

from __future__ import annotations

import numpy as np

from regulars.ml.churn.verdict import judge
from regulars.ml.evaluation import Rows

RANDOM = np.random.default_rng(4)
PROMISED = RANDOM.uniform(0.05, 0.95, size=1500)
CHURNED = (RANDOM.random(1500) < PROMISED).astype(float)
ON = Rows("test cutoff", CHURNED, np.arange(1500).astype(str))
RATE = {"base_rate": np.full(1500, CHURNED.mean())}


def test_an_order_that_may_be_chance_is_no_signal() -> None:
    verdict = judge(RANDOM.permutation(PROMISED), RATE, on=ON)
    assert verdict.ships == "base_rate"
    assert "which may be chance" in verdict.words
    assert "no ranking ships" in verdict.words


def test_an_order_whose_probabilities_are_worse_than_one_rate_for_all_ships_no_ranking() -> None:
    verdict = judge(PROMISED**8, RATE, on=ON)
    assert verdict.ships == "base_rate"
    assert "the log loss is worse than the base rate (-" in verdict.words
    assert "although the order is better than chance, ROC AUC 0.799" in verdict.words
