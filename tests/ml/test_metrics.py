"""Metrics agree with their published definitions; intervals behave like intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.ml.evaluation import (
    METRICS,
    Confusion,
    Rows,
    beats,
    calibration_error,
    measure,
    measure_with_intervals,
)
from regulars.ml.evaluation.metrics import Scored, measure_weighted


def scored_customers(n: int = 400, *, seed: int = 0, levels: int = 50) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    truth = random.beta(1, 3, size=n)
    outcome = (random.random(n) < truth).astype(float)
    return outcome, np.round(truth * levels) / levels


def rows_of(outcome: np.ndarray) -> Rows:
    """The rows of as many customers as there are outcomes."""
    return Rows("test", outcome, np.arange(len(outcome)))


def test_ranking_and_probability_metrics_equal_those_of_scikit_learn() -> None:
    from sklearn import metrics as reference

    outcome, probability = scored_customers()
    found = measure(outcome, probability, threshold=0.3)
    chosen = probability >= 0.3
    assert found["roc_auc"] == pytest.approx(reference.roc_auc_score(outcome, probability))
    assert found["pr_auc"] == pytest.approx(reference.average_precision_score(outcome, probability))
    assert found["brier"] == pytest.approx(reference.brier_score_loss(outcome, probability))
    assert found["f1"] == pytest.approx(reference.f1_score(outcome, chosen))
    assert found["precision"] == pytest.approx(reference.precision_score(outcome, chosen))
    assert found["recall"] == pytest.approx(reference.recall_score(outcome, chosen))
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(outcome, chosen))
    inside = np.clip(probability, 0.01, 0.99)
    assert measure(outcome, inside, threshold=0.3)["log_loss"] == pytest.approx(
        reference.log_loss(outcome, inside)
    )


def test_a_weight_of_two_is_the_same_as_the_row_twice() -> None:
    outcome, probability = scored_customers(60)
    weights = np.random.default_rng(1).integers(0, 3, size=60)
    twice = np.repeat(np.arange(60), weights)
    one = measure_weighted(
        Scored.of(outcome, probability, threshold=0.4), weights[:, None].astype(float)
    )
    other = measure(outcome[twice], probability[twice], threshold=0.4)
    for name in ("roc_auc", "pr_auc", "log_loss", "lift_at_10", "f1"):
        assert one[name][0] == pytest.approx(other[name])


def test_lift_of_a_perfect_order_at_a_base_rate_of_a_tenth_is_ten() -> None:
    outcome = np.r_[np.ones(10), np.zeros(90)]
    assert measure(outcome, np.linspace(1, 0, 100), threshold=0.5)["lift_at_10"] == 10.0


def test_right_and_wrong_are_counted_at_the_threshold_and_by_class() -> None:
    promised = np.array([0.9, 0.5, 0.5, 0.2, 0.1, 0.1])
    found = Confusion.at(0.5, np.array([1, 1, 0, 1, 0, 0.0]), promised)
    counts = (found.called_and_churned, found.called_and_stayed, found.missed, found.rightly_left)
    assert counts == (2, 1, 1, 2)
    churned, stayed = found.classes
    assert (churned.precision, churned.recall, churned.support) == (2 / 3, 2 / 3, 3)
    assert stayed.f1 == pytest.approx(2 / 3)
    assert Confusion.at(1.0, np.zeros(2), np.zeros(2)).classes[0].f1 == 0


def test_a_constant_score_has_no_ranking_and_is_calibrated_at_the_base_rate() -> None:
    outcome = np.r_[np.ones(25), np.zeros(75)]
    found = measure(outcome, np.full(100, 0.25), threshold=0.5)
    assert found["roc_auc"] == 0.5
    assert found["lift_at_10"] == pytest.approx(1.0)
    assert found["calibration_error"] == pytest.approx(0.0)


def test_two_scores_apart_never_share_a_calibration_bin() -> None:
    outcome = np.r_[np.ones(10), 0.0]
    probability = np.r_[np.full(10, 0.1), 0.9]
    # too low by 9 churners in one bin, too high by 0.9 in another: in one bin the two would cancel
    assert calibration_error(outcome, probability) == pytest.approx((9 + 0.9) / 11)


def test_an_interval_covers_95_percent() -> None:
    outcome = np.r_[np.ones(600), np.zeros(1400)]
    on = rows_of(outcome)
    share = measure_with_intervals(np.full(2000, 0.3), on=on, threshold=0.5)["base_rate"]
    spread = np.sqrt(0.3 * 0.7 / 2000)
    assert share.high - share.low == pytest.approx(2 * 1.96 * spread, rel=0.1)


def test_ranking_is_undefined_where_nobody_churned() -> None:
    found = measure(np.zeros(5), np.linspace(0, 1, 5), threshold=0.5)
    assert np.isnan(found["roc_auc"])
    assert np.isnan(found["pr_auc"])


def test_calibration_error_is_the_mean_gap_of_ten_equal_bins() -> None:
    probability = np.repeat(np.linspace(0.05, 0.95, 10), 10)
    assert calibration_error(np.zeros(100), probability) == pytest.approx(0.5)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_a_strictly_rising_transformation_changes_no_ranking(seed: int) -> None:
    outcome, probability = scored_customers(80, seed=seed)
    risen = probability**3 / 2
    before = measure(outcome, probability, threshold=0.5)
    after = measure(outcome, risen, threshold=0.5)
    assert after["roc_auc"] == pytest.approx(before["roc_auc"], nan_ok=True)
    assert after["lift_at_10"] == pytest.approx(before["lift_at_10"], nan_ok=True)


def test_intervals_hold_their_figure_and_come_out_the_same_twice() -> None:
    outcome, probability = scored_customers()
    once = measure_with_intervals(probability, on=rows_of(outcome), threshold=0.5)
    again = measure_with_intervals(probability, on=rows_of(outcome), threshold=0.5)
    assert once == again
    for name in ("roc_auc", "log_loss", "pr_auc"):
        assert once[name].low < once[name].value < once[name].high


def test_rows_of_one_customer_are_drawn_together_so_intervals_widen() -> None:
    outcome, probability = scored_customers(300)
    alone = measure_with_intervals(probability, on=rows_of(outcome), threshold=0.5)["roc_auc"]
    repeated = np.tile(np.arange(300), 4)
    on = Rows("test", outcome[repeated], repeated)
    together = measure_with_intervals(probability[repeated], on=on, threshold=0.5)["roc_auc"]
    assert (together.high - together.low) == pytest.approx(alone.high - alone.low, rel=0.2)


def test_a_score_beats_noise_and_never_itself() -> None:
    outcome, probability = scored_customers(1000)
    noise = np.random.default_rng(5).random(1000)
    assert beats(probability, noise, on=rows_of(outcome))
    assert not beats(probability, probability, on=rows_of(outcome))


def test_intervals_of_few_steps_of_rank_are_those_of_all_ranks() -> None:
    outcome, probability = scored_customers(12_000, levels=10**9)
    on = rows_of(outcome)
    few = measure_with_intervals(probability, on=on, threshold=0.5)
    scored = Scored.of(outcome, probability, threshold=0.5)
    every = [measure_weighted(scored, weights.astype(float)) for weights in on.resamples.weights()]
    for name in METRICS:
        low, high = np.percentile(np.concatenate([part[name] for part in every]), (2.5, 97.5))
        digits = 2e-4 if name == "pr_auc" else 1e-5
        assert (few[name].low, few[name].high) == pytest.approx((low, high), abs=digits)


def test_what_is_measured_on_the_same_rows_is_measured_on_the_same_draws() -> None:
    on = rows_of(np.arange(50) % 2)
    first, again = ([*on.resamples.weights()] for _ in range(2))
    assert all((one == other).all() for one, other in zip(first, again, strict=True))
    assert sum(block.shape[1] for block in first) == 1000
    assert all((block.sum(axis=0) == 50).all() for block in first)
