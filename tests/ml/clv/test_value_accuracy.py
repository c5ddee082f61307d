from __future__ import annotations

import numpy as np
import pytest

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.accuracy import (
    choose_value,
    geometric_mean,
    value_accuracy,
    value_deviance,
)

RNG = np.random.default_rng(5)
SPENT = RNG.lognormal(3, 1, 2_000) * (RNG.random(2_000) < 0.4)


def test_a_perfect_prediction_has_no_error() -> None:
    found = value_accuracy(SPENT, SPENT)
    assert (found.normalised_gini, found.spearman) == pytest.approx((1, 1))
    assert found.decile_error == found.total_error == found.mean_absolute_error == 0


def test_a_constant_orders_nothing_but_may_have_the_right_total() -> None:
    found = value_accuracy(SPENT, np.full(SPENT.size, SPENT.mean()))
    assert found.normalised_gini == pytest.approx(0, abs=1e-12)
    assert found.spearman == 0
    assert found.total_error == pytest.approx(0)


def test_a_doubled_prediction_keeps_its_order_and_misses_by_its_total() -> None:
    found = value_accuracy(SPENT, 2 * SPENT)
    assert found.normalised_gini == pytest.approx(1)
    assert found.total_error == pytest.approx(1)
    assert found.decile_error == pytest.approx(1)


def test_the_order_of_rows_does_not_decide_between_ties() -> None:
    coarse = np.round(SPENT, -1)
    mixed = RNG.permutation(SPENT.size)
    one, other = value_accuracy(SPENT, coarse), value_accuracy(SPENT[mixed], coarse[mixed])
    assert one.normalised_gini == pytest.approx(other.normalised_gini)
    assert one.decile_error == pytest.approx(other.decile_error)


def test_without_spend_nothing_is_compared() -> None:
    with pytest.raises(NotEnoughData):
        value_accuracy(np.zeros(5), np.ones(5))


def test_the_better_prediction_is_chosen_and_the_reason_says_by_what() -> None:
    noisy = SPENT * RNG.lognormal(0, 0.3, SPENT.size)
    candidates = {"naive": np.full(SPENT.size, 1.0), "bg_nbd": noisy}
    chosen = choose_value(SPENT, candidates, judges_level=True)
    assert chosen.best == "bg_nbd"
    assert "bg_nbd has the lowest deviance per customer of 2 methods" in chosen.reason
    assert set(chosen.accuracy) == {"naive", "bg_nbd"}


def test_the_level_decides_only_where_the_window_can_judge_it() -> None:
    noisy = SPENT * RNG.lognormal(0, 1, SPENT.size)
    candidates = {"level": noisy * SPENT.sum() / noisy.sum(), "order": SPENT * 5}
    assert choose_value(SPENT, candidates, judges_level=True).best == "level"
    assert choose_value(SPENT, candidates, judges_level=False).best == "order"


def test_the_deviance_is_least_for_the_expected_spend() -> None:
    mean = float(SPENT.mean())
    deviance = [value_deviance(SPENT, np.full(SPENT.size, mean * by)) for by in (0.8, 1.0, 1.25)]
    assert deviance[1] < min(deviance[0], deviance[2])
    # 4 (sqrt(4) - sqrt(1))^2 / sqrt(4), and a prediction of 0 counts as a hundredth of the mean
    assert value_deviance(np.array([1.0]), np.array([4.0])) == pytest.approx(2.0)
    assert value_deviance(np.array([0.0, 0.0]), np.array([0.0, 2.0])) == pytest.approx(
        (4 * 0.1 + 4 * np.sqrt(2)) / 2
    )


def test_the_simpler_one_ships_when_nothing_beats_it() -> None:
    candidates = {"naive": SPENT / 2, "bg_nbd": SPENT / 2}
    chosen = choose_value(SPENT, candidates, judges_level=True)
    assert chosen.best == "naive"


def test_the_geometric_mean_keeps_the_level_of_both() -> None:
    one, other = np.array([1.0, 4.0, 0.0]), np.array([4.0, 4.0, 2.0])
    blend = geometric_mean(one, other)
    assert blend.sum() == pytest.approx((one.sum() + other.sum()) / 2)
    assert blend[1] / blend[0] == pytest.approx(2)
    assert geometric_mean(np.zeros(2), np.ones(2)).tolist() == [0, 0]
