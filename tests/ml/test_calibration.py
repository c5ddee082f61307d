"""Recalibration changes probabilities, never the order, and only where it helps."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.ml.calibration import Calibrated, Platt
from regulars.ml.churn.recalibration import recalibration_across_customers
from regulars.ml.estimators import RidgeLogistic
from regulars.ml.evaluation import measure
from regulars.ml.log_odds import log_odds, probability
from regulars.ml.splits import customer_folds


def overconfident(rows: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    truth = random.beta(2, 4, size=rows)
    outcome = (random.random(rows) < truth).astype(float)
    return outcome, probability(2.5 * log_odds(truth) + 0.5)


def test_platt_undoes_overconfidence_and_keeps_the_order() -> None:
    outcome, promised = overconfident(4000, seed=0)
    platt = Platt.learned(outcome, promised)
    assert platt.slope == pytest.approx(1 / 2.5, abs=0.06)
    before = measure(outcome, promised, threshold=0.5)
    after = measure(outcome, platt(promised), threshold=0.5)
    assert after["roc_auc"] == pytest.approx(before["roc_auc"])
    assert after["calibration_error"] < before["calibration_error"] / 3


def test_outcomes_that_tell_nothing_leave_the_slope_as_it_is() -> None:
    platt = Platt.learned(np.array([0.0, 1.0, 0.0, 1.0]), np.full(4, 0.5))
    assert platt.slope == pytest.approx(1)
    assert platt.intercept == pytest.approx(0, abs=1e-9)


def test_without_dates_a_calibrator_is_used_where_it_helps_both_halves_of_the_customers(
    make_frame,
) -> None:
    outcome, predicted = overconfident(4000, seed=0)
    frame = make_frame({"odds": ("number", pa.array(log_odds(predicted)))}, outcome)
    decision = recalibration_across_customers(frame, predicted)
    assert decision.reason == "validations_agree"
    assert [each.helped for each in decision.validations] == [True, True]
    assert decision.calibrator is not None
    again = recalibration_across_customers(frame, decision.calibrator(predicted))
    assert (again.calibrator, again.reason) == (None, "validations_disagree")


def test_one_half_of_the_customers_does_not_outvote_the_other(make_frame) -> None:
    outcome, predicted = overconfident(4000, seed=0)
    frame = make_frame({"odds": ("number", pa.array(log_odds(predicted)))}, outcome)
    right = customer_folds(frame, folds=2) == 0
    # Right already for one half, much too sure for the other.
    half_right = np.where(right, Platt(1 / 2.5, -0.2)(predicted), Platt(4)(predicted))
    decision = recalibration_across_customers(frame, half_right)
    assert sorted(each.helped for each in decision.validations) == [False, True]
    assert decision.calibrator is None


def test_a_calibrated_estimator_explains_its_calibrated_score(snapshot) -> None:
    estimator = Calibrated(RidgeLogistic(), Platt(0.5, -0.2)).fit(snapshot)
    before = estimator.contributions(snapshot)
    some = estimator.explain_against(snapshot.take(np.arange(100)))
    after = estimator.contributions(snapshot)
    for found in (before, after):
        total = found.base + found.values.sum(axis=1)
        assert np.allclose(total, log_odds(estimator.predict(snapshot)))
    assert np.array_equal(some.values, after.values[:100])
    assert np.allclose(estimator.contributions(snapshot).values[:100].mean(axis=0), 0)


def test_two_customers_are_no_evidence_for_another_slope() -> None:
    platt = Platt.learned(np.array([1.0, 0.0]), np.array([0.6, 0.4]))
    assert platt.slope == pytest.approx(1, abs=0.5)
