"""Value over a stated horizon: net of refunds, chosen by spend that was hidden, with its width."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.predicted_values import Valued, Window, value_customers
from regulars.ml.clv.purchase_summary import Span
from regulars.ml.clv.spend_history import SpendHistory

NOW = 730


def ledger(rows: list[tuple[int, int, float, float]], *, known_later: int = 0) -> SpendHistory:
    code, day, sold, refunded = (np.array(column) for column in zip(*rows, strict=True))
    return SpendHistory(
        code.astype(np.int64), day.astype(np.int64), (day + known_later).astype(np.int64),
        sold.astype(np.float64), refunded.astype(np.float64),
    )  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> SpendHistory:
    """300 customers over two years who buy at their own rate until they stop."""
    random = np.random.default_rng(5)
    rows = []
    for code in range(300):
        start, rate = int(random.integers(0, 500)), random.gamma(1.2, 1 / 40)
        stop = start + random.exponential(400)
        day: float = start
        price = random.gamma(4, 10)
        while day < min(stop, NOW):
            rows.append((code, int(day), float(random.gamma(4, price / 4)), 0.0))
            day += 1 + random.exponential(1 / rate)
    return ledger(rows)


def window(start: int, days: int) -> Window:
    return Window(start, start + days, Span(days, "day"))


@pytest.fixture(scope="module")
def valued(shop: SpendHistory) -> Valued:
    return value_customers(shop, window(NOW, 180), window(NOW - 180, 180))


def test_every_customer_gets_a_value_with_its_width(valued: Valued, shop: SpendHistory) -> None:
    assert valued.codes.tolist() == sorted(set(shop.code.tolist()))
    assert np.all(valued.value >= 0)
    assert np.all(valued.low <= valued.high)
    assert valued.level == 0.8


def test_the_way_is_the_one_that_did_best_on_hidden_spend(valued: Valued) -> None:
    assert valued.way in valued.accuracy
    assert {"own rate", "BG/NBD", "MBG/NBD", "Pareto/NBD"} == set(valued.accuracy)
    assert "Tested on the 180 days from" in valued.words


def test_what_was_missed_in_a_test_as_long_as_the_horizon_sets_the_level(valued: Valued) -> None:
    missed = valued.accuracy[valued.way].total_error
    assert valued.factor == pytest.approx(np.clip(1 / (1 + missed), 0.5, 2))


def test_a_test_of_another_length_sets_no_level(shop: SpendHistory) -> None:
    found = value_customers(shop, window(NOW, 365), window(NOW - 180, 180))
    assert found.factor == 1.0


def test_without_enough_history_the_value_is_untested_and_says_so(shop: SpendHistory) -> None:
    found = value_customers(shop, window(NOW, 180), None)
    assert found.way == "BG/NBD"
    assert found.words.startswith("Not tested")


def test_a_customer_with_one_purchase_has_little_history(
    valued: Valued, shop: SpendHistory
) -> None:
    counts = np.bincount(shop.code)[valued.codes]
    assert valued.little_history[counts == 1].all()
    assert not valued.little_history[counts >= 4].any()


def test_rows_of_the_future_change_nothing(shop: SpendHistory) -> None:
    def told(rows: SpendHistory) -> np.ndarray:
        return value_customers(rows, window(500, 90), window(410, 90)).value

    early = shop.day < 500
    cut = SpendHistory(
        *(getattr(shop, n)[early] for n in ("code", "day", "known", "sold", "refunded"))
    )
    assert told(shop).tobytes() == told(cut).tobytes()


def test_who_got_everything_back_has_no_purchase_that_stood() -> None:
    book = ledger([(0, 1, 50, 0), (0, 5, 0, 50), (1, 2, 50, 0), (2, 3, 80, 0), (2, 4, 0, 20)])
    code, day, amount = book.standing()
    assert (code.tolist(), day.tolist(), amount.tolist()) == ([1, 2], [2, 3], [50.0, 60.0])


def test_refunds_count_in_what_was_spent_and_late_rows_are_not_known_before() -> None:
    book = ledger([(0, 10, 50, 0), (0, 12, 0, 20), (1, 13, 5, 0)], known_later=3)
    assert book.spent(np.array([0, 1]), start=10, end=13).tolist() == [30.0, 0.0]
    assert book.before(14).day.tolist() == [10]


def test_another_way_is_tried_beside_and_blended(shop: SpendHistory) -> None:
    def oracle(codes: np.ndarray, start: int, end: int) -> np.ndarray:
        return shop.spent(codes, start=start, end=end) + 1e-6

    found = value_customers(
        shop, window(NOW - 180, 180), window(NOW - 360, 180), further={"oracle": oracle}
    )
    assert found.way == "oracle"
    assert {"oracle", "oracle and BG/NBD"} <= set(found.accuracy)


def test_nobody_bought_twice_is_too_little() -> None:
    with pytest.raises(NotEnoughData):
        value_customers(ledger([(0, 1, 5, 0), (1, 2, 5, 0)]), window(30, 30), None)
