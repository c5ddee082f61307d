"""What honest scores reach on real snapshots; the dearer figures stand in docs/accuracy.md."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from accuracy.money import profit_shares
from accuracy.projects import Lesson
from accuracy.snapshots import fold_figures, out_of_fold, snapshot, split_of
from regulars.ml.evaluation import measure


@pytest.fixture(scope="module")
def telco(shared_data, tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    return snapshot("telco", shared_data("telco").parent, tmp_path_factory.mktemp("telco"))


@pytest.fixture(scope="module")
def promised(telco: Lesson) -> np.ndarray:
    return out_of_fold(telco)


@pytest.fixture(scope="module")
def split(telco: Lesson) -> tuple[float, np.ndarray, np.ndarray]:
    """Threshold of training, outcomes and scores of the held-out 30 %."""
    trained, outcome, probability = split_of(telco)
    return trained.threshold, outcome, probability


def test_telco_folds_reach_what_the_data_holds(telco: Lesson, promised: np.ndarray) -> None:
    found = fold_figures(telco, [promised])
    assert found["roc_auc"] >= 0.848
    assert found["log_loss"] <= 0.4125
    assert found["calibration_error"] <= 0.0145


def test_telco_split_ranks_and_promises_well_on_customers_never_seen(split) -> None:
    threshold, outcome, probability = split
    found = measure(outcome, probability, threshold=threshold)
    assert found["roc_auc"] >= 0.845
    assert found["pr_auc"] >= 0.650
    assert found["log_loss"] <= 0.416
    assert found["f1"] >= 0.61


def test_the_threshold_from_money_reaches_nearly_the_best_possible_profit(
    telco: Lesson, promised: np.ndarray
) -> None:
    shares = profit_shares(telco.frame.sorted().outcome, promised)
    assert len(shares) == 4
    assert min(shares.values()) >= 0.98


def test_a_score_above_its_ceiling_is_suspected(telco: Lesson) -> None:
    few = telco.take(np.arange(len(telco.frame)) % 5 == 0)
    low = few.asked(replace(few.problem, suspect_above=0.7))
    assert low.trained().audit.suspected is not None


def test_bank_folds_reach_what_the_data_holds(shared_data, tmp_path: Path) -> None:
    bank = snapshot("bank", shared_data("bank").parent, tmp_path)
    found = fold_figures(bank, [out_of_fold(bank)])
    assert found["roc_auc"] >= 0.862
    assert found["log_loss"] <= 0.337
