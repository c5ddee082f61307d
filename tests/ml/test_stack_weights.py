"""Weights of a stack: never negative, and never more than the members say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.ml.churn.candidates import Recipe
from regulars.ml.estimators.non_negative import fit_non_negative, fit_shares
from regulars.ml.estimators.stack import stack_weights
from regulars.ml.log_odds import log_odds, probability

ROWS = 1500


def members(seed: int, *, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of three members, two of which know something, and outcomes."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=ROWS) * 2 - 1
    noise = random.normal(size=(ROWS, 3))
    known = np.column_stack([truth, truth, np.zeros(ROWS)])
    return confidence * (known + 0.5 * noise), (random.random(ROWS) < probability(truth)) * 1.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.2, 0.6, 1.0, 3.0]))
def test_however_unsure_its_members_are_a_stack_does_not_stretch_them(
    seed: int, confidence: float
) -> None:
    odds, outcome = members(seed, confidence=confidence)
    weights, _ = stack_weights(odds, outcome)
    assert (weights >= 0).all()
    assert weights.sum() <= 1 + 1e-6
    shares = fit_shares(odds, outcome, ridge=1.0)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1)


def test_members_that_are_too_sure_are_still_held_back() -> None:
    odds, outcome = members(0, confidence=3.0)
    free = fit_non_negative(odds, outcome, ridge=1.0)
    bound = fit_non_negative(odds, outcome, ridge=1.0, max_sum=1.0)
    assert free[0].sum() < 0.5
    assert np.allclose(free[0], bound[0])


def test_the_best_weights_on_the_border_are_found() -> None:
    odds, outcome = members(1, confidence=0.3)
    weights, intercept = stack_weights(odds, outcome)

    def loss(tried: np.ndarray, level: float) -> float:
        summed = odds @ tried + level
        ridge = tried @ tried / 2
        return float(np.sum(np.logaddexp(0, summed) - outcome * summed) + ridge)

    for moved in ([0.05, -0.05, 0.0], [-0.05, 0.05, 0.0], [-0.05, 0.0, 0.05]):
        tried = weights + np.array(moved)
        if (tried >= 0).all():
            assert loss(tried, intercept) > loss(weights, intercept)
    assert weights.sum() == pytest.approx(1)


def test_a_stack_of_a_back_test_moves_no_level() -> None:
    odds, outcome = members(2, confidence=1.0)
    predictions = {name: probability(odds[:, at] - 2) for at, name in enumerate("abc")}
    recipe = Recipe("stack", "stack", ("a", "b", "c")).weighed(predictions, outcome)
    assert recipe.intercept == 0
    assert sum(recipe.weights or ()) == pytest.approx(1)
    combined = log_odds(recipe.combined(predictions))
    assert combined.max() <= max(log_odds(each).max() for each in predictions.values())
