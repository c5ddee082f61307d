"""Snapshots with a label and without dates: repeated folds, one split, and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from accuracy.money import money_figures, other_states, stratified_parts, ways_compared
from accuracy.page import Figure, Section
from accuracy.projects import Lesson, make_lesson, project_text, write_project
from regulars.ml.churn.candidates import members_for
from regulars.ml.churn.holdout import evaluated_out_of_fold
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training_context import TrainingContext
from regulars.ml.evaluation import measure
from regulars.ml.splits import customer_folds

FOLDS = 5


def snapshot(name: str, data: Path, folder: Path) -> Lesson:
    """The rows of a snapshot."""
    text = project_text(name)
    return make_lesson(write_project(folder / name, data / name, text=text))


def out_of_fold(lesson: Lesson, *, seed: int = 0) -> np.ndarray:
    """Probabilities of the sorted rows, shape (n,), by estimators that saw neither row nor fold.

    Neither members nor weights nor calibration of a customer's score saw the customer's fold.
    """
    problem, frame = replace(lesson.problem, seed=seed), lesson.frame.sorted()
    context = TrainingContext(problem, frame, members_for(problem), _silent)
    return evaluated_out_of_fold(context, words="").holdout.ours


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
    learning, test = stratified_parts(lesson, 42)
    trained = learning.asked(replace(lesson.problem, money=None)).trained()
    return trained, test.frame.outcome, trained.predict(test.frame)


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
    learned = stratified_parts(lesson, 42)[0]
    notes = [
        ways_compared(learned.frame.sorted().outcome, out_of_fold(learned)),
        *other_states(lesson, probability),
    ]
    return Section("telco", "A labelled snapshot of 7,043 customers.", figures, notes)


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
