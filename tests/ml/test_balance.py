"""Balanced classes: as many churned rows as others, probabilities of the true share, no leak."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame
from regulars.ml.churn.comparison import balances_compared, compare
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.training import train
from regulars.ml.encoding import numbers
from regulars.ml.estimators import Balance, Rebalanced, SplineLogistic
from regulars.ml.estimators.mixed_encoding import MixedEncoding
from regulars.ml.estimators.rebalanced import balanced
from regulars.ml.leakage.statistics import rank_auc
from regulars.ml.splits import customer_folds

WAYS = get_args(Balance)
pytest.importorskip("imblearn", reason="needs the extra 'balance'")


@pytest.fixture(scope="module")
def rare(snapshot: Frame) -> Frame:
    """The snapshot with every third leaver only."""
    churned = np.flatnonzero(snapshot.outcome > 0)
    stayed = np.flatnonzero(snapshot.outcome == 0)
    return snapshot.take(np.sort(np.r_[stayed, churned[::3]])).sorted()


@pytest.mark.parametrize("how", WAYS)
def test_as_many_churned_rows_as_others_are_learned_from(rare: Frame, how: Balance) -> None:
    found = balanced(rare, how=how)
    assert found.outcome.mean() == pytest.approx(0.5, abs=0.03 if how == "smote_tomek" else 1e-9)
    assert found.inputs.column_names == rare.inputs.column_names


def test_a_made_row_lies_between_two_that_churned(rare: Frame) -> None:
    made = balanced(rare, how="smote")
    churned = rare.inputs["price"].to_numpy()[rare.outcome > 0]
    price = made.inputs["price"].to_numpy()[len(rare) :]
    assert len(price) > 0
    assert (price >= churned.min()).all()
    assert (price <= churned.max()).all()


def test_a_synthetic_row_has_categories_and_nulls_of_real_ones(rare: Frame) -> None:
    made = balanced(rare, how="smote")
    for name in rare.inputs.column_names:
        real, synthetic = rare.inputs[name], made.inputs[name].slice(len(rare))
        if rare.kinds[name] != "number":
            assert set(synthetic.to_pylist()) <= set(real.to_pylist())
        if real.null_count == 0:
            assert synthetic.null_count == 0


def test_an_encoded_frame_comes_back_as_it_was(rare: Frame) -> None:
    encoding = MixedEncoding.of(rare)
    decoded = encoding.decode(encoding.matrix)
    for name in rare.inputs.column_names:
        if rare.kinds[name] == "number":
            before, after = numbers(rare.inputs[name]), numbers(decoded[name])
            np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)
        else:
            assert decoded[name].to_pylist() == rare.inputs[name].to_pylist()


@pytest.mark.parametrize("how", WAYS)
def test_probabilities_keep_the_true_share(rare: Frame, how: Balance) -> None:
    fitted = Rebalanced(SplineLogistic(), how).fit(rare)
    assert fitted.predict(rare).mean() == pytest.approx(rare.outcome.mean(), abs=0.04)


def test_made_rows_stay_inside_their_fold(rare: Frame) -> None:
    shuffled = np.random.default_rng(0).permutation(rare.outcome)
    frame = replace(rare, churned=shuffled)
    fold = customer_folds(frame, folds=3)
    promised = np.empty(len(frame))
    for number in range(3):
        held = fold == number
        fitted = Rebalanced(SplineLogistic(), "smote").fit(frame.take(~held))
        promised[held] = fitted.predict(frame.take(held))
    assert rank_auc(shuffled, promised) == pytest.approx(0.5, abs=0.09)


def test_a_balanced_training_warns_about_its_probabilities(rare: Frame) -> None:
    problem = ChurnProblem(ChurnDefinition("labelled"), balance="undersample")
    words = train(problem, rare).calibration_words
    assert "balanced by undersample inside the folds" in words


def test_ways_to_balance_stand_side_by_side_with_mean_and_spread(rare: Frame) -> None:
    found = compare(rare.take(np.arange(400)), balances_compared(0), report=lambda _: None)
    assert {one.name for one in found} == {"as they are", *WAYS}
    assert found[0].mean["log_loss"] == min(one.mean["log_loss"] for one in found)
    assert all(one.spread["f1"] >= 0 for one in found)
