"""Snapshots with a label and without dates: repeated folds, one split, and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from accuracy.page import Figure, Section
from accuracy.projects import Lesson, make_lesson, project_text, write_project
from regulars.ml.churn.bench import Bench
from regulars.ml.churn.candidates import members_for
from regulars.ml.churn.exam import exam_out_of_fold
from regulars.ml.churn.money import Money, best_possible_profit, realised_profit
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.evaluation import measure
from regulars.ml.splits import customer_folds

FOLDS = 5
# Value of a customer, save rate and cost of a contact.
SETTINGS = ((500.0, 0.3, 20.0), (500.0, 0.3, 50.0), (1000.0, 0.2, 10.0), (200.0, 0.3, 20.0))


def snapshot(name: str, data: Path, folder: Path) -> Lesson:
    """The rows of a snapshot."""
    text = project_text(name)
    return make_lesson(write_project(folder / name, data / name, text=text))


def out_of_fold(lesson: Lesson, *, seed: int = 0) -> np.ndarray:
    """Probabilities of the sorted rows, shape (n,), by estimators that saw neither row nor fold.

    Neither members nor weights nor calibration of a customer's score saw the customer's fold.
    """
    problem, frame = replace(lesson.problem, seed=seed), lesson.frame.sorted()
    bench = Bench(problem, frame, members_for(problem), _silent)
    return exam_out_of_fold(bench, words="").trial.ours


def fold_figures(lesson: Lesson, promised: Sequence[np.ndarray]) -> dict[str, float]:
    """Mean metrics over stratified folds; the calibration error is that of each whole repeat.

    `promised` holds the out-of-fold probabilities of one repeat each, with seeds 0, 1, ...
    """
    frame = lesson.frame.sorted()
    found: dict[str, list[float]] = {"roc_auc": [], "log_loss": [], "calibration_error": []}
    for seed, each in enumerate(promised):
        whole = measure(frame.outcome, each, threshold=0.5)
        found["calibration_error"].append(whole["calibration_error"])
        fold = customer_folds(frame, folds=FOLDS, seed=seed)
        for number in range(FOLDS):
            held = fold == number
            part = measure(frame.outcome[held], each[held], threshold=0.5)
            found["roc_auc"].append(part["roc_auc"])
            found["log_loss"].append(part["log_loss"])
    return {name: float(np.mean(values)) for name, values in found.items()}


def split_of(lesson: Lesson) -> tuple[TrainedChurn, np.ndarray, np.ndarray]:
    """A stratified 70/30 split, random state 42: what 70 % taught, outcomes and scores of 30 %."""
    from sklearn.model_selection import train_test_split

    outcome = lesson.frame.outcome
    rows = np.arange(len(outcome))
    kept, held = train_test_split(rows, test_size=0.3, stratify=outcome, random_state=42)
    learning = lesson.take(np.isin(rows, kept)).asked(replace(lesson.problem, money=None))
    trained = learning.trained()
    test = lesson.frame.take(np.sort(held))
    return trained, test.outcome, trained.predict(test)


def profit_shares(outcome: np.ndarray, probability: np.ndarray) -> dict[Money, float]:
    """Realised profit at our threshold as a share of the best that any threshold reaches."""
    found = {}
    for value, save_rate, cost in SETTINGS:
        money = Money(contact_cost=cost, save_rate=save_rate, value=value)
        ours = realised_profit(outcome, probability >= money.threshold, money=money)
        found[money] = ours / best_possible_profit(outcome, probability, money=money)
    return found


def telco(data: Path, folder: Path) -> Section:
    """Repeated folds, the split, and money on the split."""
    lesson = snapshot("telco", data, folder)
    promised = [out_of_fold(lesson, seed=seed) for seed in range(5)]
    folds = fold_figures(lesson, promised)
    everybody = lesson.frame.sorted().outcome
    trained, outcome, probability = split_of(lesson)
    split = measure(outcome, probability, threshold=trained.threshold)
    figures = [
        Figure("5 x 5 folds: ROC AUC", folds["roc_auc"], at_least=0.848, alarm=0.86),
        Figure("5 x 5 folds: log loss", folds["log_loss"], at_most=0.4125),
        Figure("5 x 5 folds: calibration error", folds["calibration_error"], at_most=0.0145),
        Figure("70/30: ROC AUC", split["roc_auc"], at_least=0.845, alarm=0.87),
        Figure("70/30: PR AUC", split["pr_auc"], at_least=0.650),
        Figure("70/30: log loss", split["log_loss"], at_most=0.416),
        Figure("70/30: F1 at the threshold chosen in training", split["f1"], at_least=0.61),
        *money_figures(outcome, probability, where="70/30"),
        *money_figures(everybody, promised[0], where="5 folds, all customers"),
    ]
    low, high = hindsight(everybody, promised[0])
    note = (
        "The best possible profit is that of the best threshold in hindsight, which profits from "
        "luck on few customers: out of fold, the lowest of the four shares lies between "
        f"{low:.3f} and {high:.3f} in nine of ten random draws of 30 % of the customers."
    )
    return Section("telco", "A labelled snapshot of 7,043 customers.", figures, [note])


def hindsight(outcome: np.ndarray, probability: np.ndarray) -> tuple[float, float]:
    """The 5 % and 95 % points of the lowest share over random draws of 30 % of the rows."""
    random = np.random.default_rng(0)
    size = round(0.3 * len(outcome))
    lowest = []
    for _ in range(200):
        drawn = random.permutation(len(outcome))[:size]
        lowest.append(min(profit_shares(outcome[drawn], probability[drawn]).values()))
    low, high = np.percentile(lowest, (5, 95))
    return float(low), float(high)


def money_figures(outcome: np.ndarray, probability: np.ndarray, *, where: str) -> list[Figure]:
    """A figure for each of the four settings of cost and value."""
    return [
        Figure(
            f"{where}: share of the best possible profit (value {money.value:g}, save rate "
            f"{money.save_rate:g}, contact {money.contact_cost:g})",
            share,
            at_least=0.98,
        )
        for money, share in profit_shares(outcome, probability).items()
    ]


def bank(data: Path, folder: Path) -> Section:
    """Five folds."""
    lesson = snapshot("bank", data, folder)
    folds = fold_figures(lesson, [out_of_fold(lesson)])
    figures = [
        Figure("5 folds: ROC AUC", folds["roc_auc"], at_least=0.862, alarm=0.9),
        Figure("5 folds: log loss", folds["log_loss"], at_most=0.337),
        Figure("5 folds: calibration error", folds["calibration_error"]),
    ]
    return Section("bank", "A labelled snapshot of 10,000 customers.", figures)


def _silent(words: str) -> None:
    """Nobody asked to be told."""
