from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.clv.accuracy import value_accuracy
from regulars.ml.clv.hurdle import Hurdle
from regulars.ml.clv.purchase_summary import Span


def shoppers(n: int, *, seed: int) -> tuple[Frame, np.ndarray]:
    """Who visits often buys more probably, and who lives in town spends more when buying."""
    rng = np.random.default_rng(seed)
    visits, town = rng.gamma(2.0, 2.0, n), rng.random(n) < 0.5
    buys = rng.random(n) < 1 / (1 + np.exp(2 - visits / 2))
    spend = np.where(buys, rng.lognormal(3 + town, 0.8), 0.0)
    keys = pa.table(
        {
            "customer_id": [f"c{seed}-{i:05d}" for i in range(n)],
            "as_of": pa.array(np.full(n, np.datetime64("2024-06-22", "us"))),
        }
    )
    inputs = pa.table({"visits": visits, "place": np.where(town, "town", "country")})
    return Frame(keys, inputs, {"visits": "number", "place": "category"}), spend


def test_order_and_total_of_unseen_customers_are_met() -> None:
    frame, spend = shoppers(6_000, seed=1)
    unseen, then = shoppers(6_000, seed=2)
    predicted = Hurdle(Span(90, "day")).fit(frame, spend).predict(unseen)
    found = value_accuracy(then, predicted)
    assert found.total_error == pytest.approx(0, abs=0.08)
    assert found.spearman > 0.4
    assert found.decile_error < 0.15


def test_the_same_frame_gives_the_same_values() -> None:
    frame, spend = shoppers(1_000, seed=1)
    one, other = (Hurdle(Span(90, "day")).fit(frame, spend).predict(frame) for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_too_few_buyers_are_not_learned_from() -> None:
    frame, spend = shoppers(200, seed=1)
    with pytest.raises(NotEnoughData, match="next 90 days"):
        Hurdle(Span(90, "day")).fit(frame, np.where(np.arange(200) < 150, 0.0, spend))
