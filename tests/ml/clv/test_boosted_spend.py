from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.calendar import day_number
from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.clv.accuracy import value_accuracy
from regulars.ml.clv.boosted_spend import MAX_CUTOFFS, BoostedSpend, Hurdle
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.spans import Span


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
    accuracy = value_accuracy(then, predicted)
    assert accuracy.total_error == pytest.approx(0, abs=0.08)
    assert accuracy.spearman > 0.4
    assert accuracy.decile_error < 0.15


def test_the_same_frame_gives_the_same_values() -> None:
    frame, spend = shoppers(1_000, seed=1)
    first, second = (Hurdle(Span(90, "day")).fit(frame, spend).predict(frame) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_too_few_buyers_are_not_learned_from() -> None:
    frame, spend = shoppers(200, seed=1)
    with pytest.raises(NotEnoughData, match="next 90 days"):
        Hurdle(Span(90, "day")).fit(frame, np.where(np.arange(200) < 150, 0.0, spend))


CUTOFFS = [date(2024, 1, 1), date(2024, 1, 31), date(2024, 3, 1), date(2024, 3, 31)]


class Features:
    """Visits of 200 customers at any date; remembers for which dates it was asked."""

    def __init__(self) -> None:
        self.read: list[list[date]] = []

    def __call__(self, dates: Sequence[date]) -> Frame:
        self.read.append(list(dates))
        keys = [(f"c{number:03d}", day) for day in dates for number in range(200)]
        table = pa.table(
            {
                "customer_id": [key[0] for key in keys],
                "as_of": pa.array([key[1] for key in keys], pa.date32()).cast(pa.timestamp("us")),
            }
        )
        visits = pa.table({"visits": [float(number % 2) for _ in dates for number in range(200)]})
        return Frame(table, visits, {"visits": "number"})


def buying_history() -> SpendHistory:
    """Every second of 200 customers spends 40 ten days after each cutoff; the last never buys."""
    rows = [(2 * at + 1, day_number(day) + 10) for day in CUTOFFS for at in range(99)]
    rows += [(0, day_number(CUTOFFS[0]) - 90)]
    code, day = (np.array(column, dtype=np.int64) for column in zip(*sorted(rows), strict=True))
    known, index = np.unique(code, return_inverse=True)
    return SpendHistory(
        index.astype(np.int64),
        day,
        day,
        np.full(code.size, 40.0),
        np.zeros(code.size),
        pa.array([f"c{number:03d}" for number in known]),
    )


def boosted(features: Features, cutoffs: Sequence[date] = CUTOFFS) -> BoostedSpend:
    return BoostedSpend(
        buying_history(), cutoffs=cutoffs, read_frame=features, reach_days={"visits": 30}
    )


def test_trees_learn_from_cutoffs_whose_window_had_closed_and_value_at_the_next() -> None:
    features = Features()
    start = day_number(CUTOFFS[-1])
    history = buying_history()
    values = boosted(features)(np.unique(history.code), start, start + 30)
    assert features.read == [CUTOFFS[:MAX_CUTOFFS], CUTOFFS[-1:]]
    assert values is not None
    assert values[0] < 1  # never after a cutoff
    assert values[1:] == pytest.approx(40, rel=0.1)


def test_trees_have_no_values_between_cutoffs_or_before_a_window_had_closed() -> None:
    codes = np.array([0])
    start = day_number(CUTOFFS[-1])
    assert boosted(Features())(codes, start + 1, start + 31) is None
    assert boosted(Features())(codes, start, start + 365) is None
    assert boosted(Features(), [])(codes, start, start + 30) is None


def test_the_start_near_a_day_is_the_newest_cutoff_within_reach() -> None:
    trees = boosted(Features())
    start = day_number(CUTOFFS[-1])
    assert trees.start_near(start + 31, within=31) == start
    assert trees.start_near(start + 32, within=31) == start + 32
    assert trees.start_near(start - 1, within=31) == day_number(CUTOFFS[-2])
