"""Trees of many leaves: they find what meets, and stop where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.estimators import BoostedTrees, LeafwiseTrees, leafwise_trees
from regulars.ml.evaluation import measure
from regulars.ml.log_odds import probability

ROWS = 1500


@pytest.fixture(scope="module")
def made(make_frame) -> dict[str, tuple[Frame, Frame]]:
    """Rows to learn from and rows to test on: churn by a product of two inputs, and by nothing."""
    random = np.random.default_rng(4)
    values = random.normal(size=(2 * ROWS, 5))
    columns = {f"x{at}": ("number", pa.array(values[:, at])) for at in range(5)}
    odds = {"product": 5 * values[:, 0] * values[:, 1], "noise": np.full(2 * ROWS, -1.0)}
    frames = {
        name: make_frame(columns, (random.random(2 * ROWS) < probability(each)) * 1.0)
        for name, each in odds.items()
    }
    first = np.arange(2 * ROWS) < ROWS
    return {name: (frame.take(first), frame.take(~first)) for name, frame in frames.items()}


def loss(estimator: BoostedTrees | LeafwiseTrees, frames: tuple[Frame, Frame]) -> float:
    learned, test = frames
    predicted = estimator.fit(learned).predict(test)
    return measure(test.outcome, predicted, threshold=0.5)["log_loss"]


def test_an_interaction_that_shallow_trees_miss_is_found(made) -> None:
    shallow = loss(BoostedTrees(), made["product"])
    assert loss(LeafwiseTrees(), made["product"]) < shallow - 0.05


def test_without_a_signal_it_stops_at_once_and_stays_at_the_base_rate(made) -> None:
    learned, test = made["noise"]
    fitted = LeafwiseTrees().fit(learned)
    base = measure(test.outcome, np.full(ROWS, learned.outcome.mean()), threshold=0.5)
    assert np.median([booster.num_boosted_rounds() for booster in fitted.boosters_]) < 20
    assert loss(LeafwiseTrees(), made["noise"]) < base["log_loss"] + 0.01


def test_many_rows_take_fewer_boosters(made, monkeypatch: pytest.MonkeyPatch) -> None:
    learned, _ = made["noise"]
    assert len(LeafwiseTrees(rate=0.3).fit(learned).boosters_) == 5
    monkeypatch.setattr(leafwise_trees, "BAGGED_ROWS", 3 * ROWS)
    assert len(LeafwiseTrees(rate=0.3).fit(learned).boosters_) == 3


def test_rows_in_another_order_of_customers_give_the_same_trees_once_sorted(made) -> None:
    learned, test = made["product"]
    shuffled = learned.take(np.random.default_rng(0).permutation(ROWS)).sorted()
    once = LeafwiseTrees(rate=0.3).fit(learned).predict(test)
    assert LeafwiseTrees(rate=0.3).fit(shuffled).predict(test).tobytes() == once.tobytes()
