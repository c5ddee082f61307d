"""Every estimator keeps the same promises: probabilities, repeatability, additive reasons."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.frames import Frame
from regulars.ml.estimators import (
    BaseRate,
    Blend,
    BoostedTrees,
    CatBoostTrees,
    ChurnEstimator,
    DecisionTree,
    DeeperTrees,
    HistogramTrees,
    LeafwiseTrees,
    LightGBMTrees,
    NaiveBayes,
    NearestNeighbours,
    NoPurchase,
    RandomForest,
    Rebalanced,
    Recency,
    RidgeLogistic,
    SplineLogistic,
    Stack,
    SupportVectors,
    TenureHazard,
    unfitted,
)
from regulars.ml.estimators.non_negative import fit_non_negative
from regulars.ml.evaluation import measure
from regulars.ml.log_odds import log_odds

RHYTHM = NoPurchase("frequency", "recency_days", "age_days", 60)
ALL: list[ChurnEstimator] = [
    BaseRate(),
    BoostedTrees(trees=40),
    CatBoostTrees(trees=40),
    DecisionTree(),
    LeafwiseTrees(bags=2, rate=0.3),
    LightGBMTrees(trees=40),
    NaiveBayes(),
    NearestNeighbours(),
    Rebalanced(BoostedTrees(trees=20), "smote"),
    SupportVectors(most_rows=500),
    DeeperTrees(trees=20),
    HistogramTrees(trees=20),
    RandomForest(trees=20),
    Recency("recency_days"),
    RidgeLogistic(),
    SplineLogistic(),
    TenureHazard("age_days"),
    RHYTHM,
    Blend([RHYTHM, RidgeLogistic()]),
    Stack([RidgeLogistic(), BoostedTrees(trees=20)], folds=3),
]
NAMES = [type(estimator).__name__ for estimator in ALL]


@pytest.fixture(scope="module")
def both(shoppers) -> tuple[Frame, Frame]:
    """Early cutoffs to learn from, the last one to predict."""
    frame, cutoffs = shoppers
    early = frame.as_of <= np.datetime64(cutoffs[4].as_of)
    return frame.take(early), frame.take(frame.as_of == np.datetime64(cutoffs[6].as_of))


@pytest.mark.parametrize("estimator", ALL, ids=NAMES)
def test_the_same_frame_gives_the_same_bytes(estimator: ChurnEstimator, both) -> None:
    train, test = both
    once = unfitted(estimator).fit(train).predict(test)
    again = unfitted(estimator).fit(train).predict(test)
    assert once.tobytes() == again.tobytes()
    assert once.shape == (len(test),)
    assert ((once > 0) & (once < 1)).all()


@pytest.mark.parametrize("estimator", ALL, ids=NAMES)
def test_contributions_add_up_to_the_log_odds(estimator: ChurnEstimator, both) -> None:
    train, test = both
    fitted = unfitted(estimator).fit(train)
    found = fitted.contributions(test)
    total = found.base + found.values.sum(axis=1)
    assert np.allclose(total, log_odds(fitted.predict(test)), atol=1e-3)


RANKING = [estimator for estimator in ALL if not isinstance(estimator, BaseRate | TenureHazard)]


@pytest.mark.parametrize("estimator", RANKING, ids=lambda estimator: estimator.name)
def test_on_shoppers_every_estimator_ranks_better_than_chance(
    estimator: ChurnEstimator, both
) -> None:
    train, test = both
    found = unfitted(estimator).fit(train).predict(test)
    assert measure(test.outcome, found, threshold=0.5)["roc_auc"] > 0.6


def test_recency_keeps_the_order_of_days_and_null_is_longest_ago(make_frame) -> None:
    days = np.arange(200.0)
    outcome = (np.random.default_rng(0).random(200) < days / 250).astype(float)
    frame = make_frame({"recency_days": ("number", pa.array(days))}, outcome)
    fitted = Recency("recency_days").fit(frame)
    asked = make_frame({"recency_days": ("number", pa.array([0.0, 50.0, 199.0, 400.0, None]))})
    assert (np.diff(fitted.predict(asked)) > 0).all()


def test_one_time_buyers_of_long_ago_are_not_called_loyal(both) -> None:
    train, test = both
    found = unfitted(RHYTHM).fit(train).predict(test)
    once = test.inputs["frequency"].to_numpy() == 0
    assert found[once].mean() > found[~once].mean()


def test_weights_of_a_stack_are_never_negative(both) -> None:
    train, _ = both
    stack = Stack([RidgeLogistic(), BoostedTrees(trees=20), BaseRate()], folds=3).fit(train)
    assert (stack.weights_ >= 0).all()


def test_a_useless_column_gets_no_weight() -> None:
    random = np.random.default_rng(0)
    useful = random.normal(size=2000)
    outcome = (random.random(2000) < 1 / (1 + np.exp(-useful))).astype(float)
    weights, _ = fit_non_negative(np.c_[useful, -useful], outcome)
    assert weights[0] == pytest.approx(1.0, abs=0.15)
    assert 0 <= weights[1] < 1e-3


def test_fitting_leaves_the_given_estimator_untouched(both) -> None:
    train, _ = both
    member = RidgeLogistic()
    Blend([member]).fit(train)
    assert not hasattr(member, "weights_")


def test_trees_on_a_sample_keep_every_churned_row_and_the_probabilities(snapshot) -> None:
    rare = snapshot.take(np.flatnonzero((snapshot.outcome == 0) | (np.arange(1500) % 5 == 0)))
    churned = int(rare.outcome.sum())
    fitted = BoostedTrees(trees=60, rate=0.1, most_rows=4 * churned).fit(rare)
    assert fitted.predict(rare).mean() == pytest.approx(rare.outcome.mean(), rel=0.1)


def test_trees_on_one_frame_share_its_rows_and_other_frames_have_their_own(snapshot) -> None:
    alone = DeeperTrees(trees=20).fit(snapshot).predict(snapshot)
    some = snapshot.take(np.arange(700))
    BoostedTrees(trees=20).fit(some)
    BoostedTrees(trees=20).fit(snapshot)
    assert DeeperTrees(trees=20).fit(snapshot).predict(snapshot).tobytes() == alone.tobytes()
