"""Estimators and ways to balance classes side by side, each on the same folds of customers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np

from regulars.core.errors import MissingExtra
from regulars.features.frames import Frame
from regulars.ml.churn.candidates import FURTHER, members_for
from regulars.ml.churn.money import f1_threshold
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.estimators import Balance, ChurnEstimator, RandomForest, Rebalanced, unfitted
from regulars.ml.estimators.sampling import sampled
from regulars.ml.evaluation import measure
from regulars.ml.splits import customer_folds

FOLDS = 5
# A comparison is read once; more rows change the order of estimators hardly ever.
MOST_ROWS = 20_000
METRICS = ("roc_auc", "f1", "log_loss", "calibration_error")


@dataclass(frozen=True)
class Compared:
    """Mean and standard deviation of each metric over folds; `lacks` says what is not installed."""

    name: str
    mean: Mapping[str, float]
    spread: Mapping[str, float]
    seconds: float
    lacks: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def estimators_compared(problem: ChurnProblem) -> dict[str, ChurnEstimator]:
    """Every estimator of this package that fits the question, by name."""
    further = {name: build(problem.seed) for name, build in FURTHER.items()}
    return {**members_for(problem), **further}


def balances_compared(seed: int) -> dict[str, ChurnEstimator]:
    """A random forest on the classes as they are, and on each way to balance them."""
    # A random forest, since balancing changes it more: what gains nothing here gains nowhere.
    plain: dict[str, ChurnEstimator] = {"as they are": RandomForest(trees=100, seed=seed)}
    for how in get_args(Balance):
        plain[how] = Rebalanced(RandomForest(trees=100, seed=seed), how, seed=seed)
    return plain


def compare(
    frame: Frame,
    candidates: Mapping[str, ChurnEstimator],
    *,
    report: Callable[[str], None],
    seed: int = 0,
) -> list[Compared]:
    """Score every customer by estimators that never saw the customer; the lowest log loss first.

    At most 20,000 rows; balancing happens inside the folds. F1 is taken at the threshold that is
    best on the other folds.
    """
    rows = sampled(frame, MOST_ROWS, seed=seed).sorted()
    # One deal of folds for all, so that differences are those of the estimators.
    fold = customer_folds(rows, folds=FOLDS, seed=seed)
    comparisons = []
    for name, candidate in candidates.items():
        report(f"comparing {name}")
        comparisons.append(_compared(name, candidate, rows, fold))
    return sorted(comparisons, key=lambda comparison: comparison.mean.get("log_loss", np.inf))


def _compared(name: str, candidate: ChurnEstimator, rows: Frame, fold: np.ndarray) -> Compared:
    before = time.perf_counter()
    try:
        predicted = _out_of_fold(candidate, rows, fold)
    # A missing library is a line of the answer, not the end of it.
    except MissingExtra as lack:
        return Compared(name, {}, {}, 0.0, f"{lack.what}. {lack.hint}")
    seconds = time.perf_counter() - before
    metrics_by_fold = []
    for number in range(FOLDS):
        held = fold == number
        # From the other folds: a threshold from the held one would flatter F1.
        threshold = f1_threshold(rows.outcome[~held], predicted[~held])
        metrics_by_fold.append(measure(rows.outcome[held], predicted[held], threshold=threshold))
    mean = {
        metric: float(np.mean([metrics[metric] for metrics in metrics_by_fold]))
        for metric in METRICS
    }
    spread = {
        metric: float(np.std([metrics[metric] for metrics in metrics_by_fold]))
        for metric in METRICS
    }
    return Compared(name, mean, spread, round(seconds, 2))


def _out_of_fold(candidate: ChurnEstimator, rows: Frame, fold: np.ndarray) -> np.ndarray:
    predicted = np.empty(len(rows))
    for number in range(FOLDS):
        held = fold == number
        predicted[held] = unfitted(candidate).fit(rows.take(~held)).predict(rows.take(held))
    return predicted
