"""Recalibration changes probabilities, never the order, and only where it helps."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.ml.calibration import Calibrated, Platt, calibration_helps
from regulars.ml.estimators import RidgeLogistic
from regulars.ml.evaluation import measure
from regulars.ml.log_odds import log_odds, probability


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


def test_a_map_is_used_where_it_helps_on_other_rows_and_not_where_it_does_not() -> None:
    outcome, promised = overconfident(2000, seed=0)
    later, later_promised = overconfident(2000, seed=1)
    platt = Platt.learned(outcome, promised)
    customers = np.arange(2000)
    assert calibration_helps(later, later_promised, platt, customers=customers)
    right = platt(later_promised)
    again = Platt.learned(outcome, platt(promised))
    assert not calibration_helps(later, right, again, customers=customers)


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
