"""The test: the champion and all it is compared with, scored once on rows it never met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.churn.bench import Bench
from regulars.ml.churn.candidates import Recipe, baselines_for
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.encoding import numbers
from regulars.ml.estimators import Blend, ChurnEstimator, Stack
from regulars.ml.evaluation import Rows, ScoreRow, score_row
from regulars.ml.splits import random_split

LEAST_ROWS = 30


@dataclass(frozen=True)
class Trial:
    """Probabilities on the test rows: `raw` before and `ours` after calibration, shape (n,)."""

    rows: Frame
    words: str
    raw: np.ndarray
    ours: np.ndarray
    members: Mapping[str, np.ndarray]
    baselines: Mapping[str, np.ndarray]

    @property
    def known(self) -> Rows:
        """Outcomes and customers of the test rows."""
        return Rows(self.words, self.rows.outcome, self.rows.customers)


def baseline_predictions(bench: Bench, train: Frame, test: Frame) -> dict[str, np.ndarray]:
    """What each baseline, fitted on the training rows, says about the test rows."""
    found = {}
    for name, baseline in baselines_for(bench.problem, train).items():
        bench.report(f"scoring {name} beside it")
        found[name] = baseline.fit(train).predict(test)
    return found


def member_predictions(estimator: ChurnEstimator, test: Frame) -> dict[str, np.ndarray]:
    """What the members of an ensemble say by themselves."""
    if not isinstance(estimator, Stack | Blend):
        return {}
    return {member.name: member.predict(test) for member in estimator.members_}


def optimistic_row(bench: Bench, recipe: Recipe, *, threshold: float) -> ScoreRow:
    """The same recipe on a random split of all rows, as others publish it."""
    bench.report("scoring the optimistic random split")
    held = random_split(len(bench.frame), seed=bench.problem.seed)
    test = bench.frame.take(held)
    found = bench.fit(recipe, bench.frame.take(~held)).predict(test)
    return score_row(
        "random split",
        "optimistic",
        found,
        on=Rows("a random 30 % of all rows", test.outcome, test.customers),
        threshold=threshold,
        note="Optimistic: customers and moments of the test were seen in training.",
    )


def test_rows(trial: Trial, *, champion: str, threshold: float) -> list[ScoreRow]:
    """Ours, the members and the baselines on the test rows."""
    rows = [score_row(champion, "ours", trial.ours, on=trial.known, threshold=threshold)]
    for name, found in trial.members.items():
        if name not in trial.baselines:
            rows.append(score_row(name, "member", found, on=trial.known, threshold=threshold))
    for name, found in trial.baselines.items():
        rows.append(score_row(name, "baseline", found, on=trial.known, threshold=threshold))
    return rows


def test_slices(
    problem: ChurnProblem, trial: Trial, *, train: Frame | None, threshold: float
) -> list[ScoreRow]:
    """The champion on parts of the test: seen and unseen customers, little history."""
    masks = _little_history(problem, trial.rows)
    if train is not None:
        seen = np.isin(trial.rows.customers, np.unique(train.customers))
        masks = {"customers seen in training": seen, "customers never seen": ~seen, **masks}
    return [
        score_row(
            words,
            "ours",
            trial.ours[mask],
            on=trial.known.take(mask, words=words),
            threshold=threshold,
        )
        for words, mask in masks.items()
        if mask.sum() >= LEAST_ROWS
    ]


def _little_history(problem: ChurnProblem, rows: Frame) -> dict[str, np.ndarray]:
    present = set(rows.inputs.column_names)
    if problem.frequency_input and problem.frequency_input in present:
        repeats = np.nan_to_num(numbers(rows.inputs[problem.frequency_input]))
        return {"little history: bought on one day only": repeats <= 0}
    if problem.tenure_input and problem.tenure_input in present:
        tenure = numbers(rows.inputs[problem.tenure_input])
        newest = np.nanquantile(tenure, 0.1) if np.isfinite(tenure).any() else 0.0
        return {"little history: the newest tenth of customers": tenure <= newest}
    return {}
