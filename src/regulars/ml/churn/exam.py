"""Two ways to examine a churn score: later in time, or out of fold where time does not allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.calibration import Platt
from regulars.ml.churn.back_test import back_test, judged_platt, platt_across
from regulars.ml.churn.bench import FOLDS, Bench
from regulars.ml.churn.candidates import Recipe, baselines_for, ensemble_for
from regulars.ml.churn.money import f1_threshold
from regulars.ml.churn.trial import Trial, baseline_predictions, member_predictions
from regulars.ml.estimators import unfitted
from regulars.ml.evaluation import ScoreRow
from regulars.ml.splits import Plan, customer_folds

NOT_CALIBRATED = "Not recalibrated: it did not help on later rows."
CALIBRATED = (
    "Recalibrated (Platt): it helped in a rehearsal on rows later than those it learned from."
)


@dataclass(frozen=True)
class Exam:
    """The chosen recipe, its trial, and what was learned on the way.

    `threshold` is where F1 is highest on rows other than the test's (out of fold: the same rows).
    `train` are the rows the tested estimator learned from, None where every row was tested.
    """

    recipe: Recipe
    trial: Trial
    platt: Platt | None
    calibration_words: str
    threshold: float
    validation: tuple[ScoreRow, ...] = ()
    train: Frame | None = None


def exam_in_time(bench: Bench, plan: Plan) -> Exam:
    """Choose and calibrate on earlier cutoffs, then score the last closed cutoff once."""
    found = back_test(bench, plan)
    train = bench.rows(plan.train)
    if found is None:
        recipe, platt, rows, promised = _without_back_test(bench, train)
    else:
        recipe, rows, promised = found.recipe, found.rows, found.predictions
        platt = judged_platt(bench, plan, found)
    return Exam(
        recipe=recipe,
        trial=_trial_in_time(bench, plan, recipe, platt),
        platt=platt,
        calibration_words=CALIBRATED if platt else NOT_CALIBRATED,
        threshold=f1_threshold(rows.outcome, (platt or Platt())(promised)),
        validation=found.scores if found else (),
        train=train,
    )


def exam_out_of_fold(bench: Bench, *, words: str) -> Exam:
    """Score every customer by estimators that never saw the customer."""
    frame = bench.frame
    found = bench.out_of_fold(ensemble_for(bench.problem, tuple(bench.members)), frame)
    platt = platt_across(frame, found.predictions)
    ours = (platt or Platt())(found.predictions)
    fold = customer_folds(frame, folds=FOLDS, seed=bench.problem.seed)
    baselines = {name: np.empty(len(frame)) for name in baselines_for(bench.problem, frame)}
    for number in range(FOLDS):
        held = fold == number
        for name, baseline in baselines_for(bench.problem, frame).items():
            fitted = unfitted(baseline).fit(frame.take(~held))
            baselines[name][held] = fitted.predict(frame.take(held))
    return Exam(
        recipe=found.recipe,
        trial=Trial(frame, words, found.predictions, ours, found.members, baselines),
        platt=platt,
        calibration_words=CALIBRATED if platt else NOT_CALIBRATED,
        threshold=f1_threshold(frame.outcome, ours),
    )


def _without_back_test(
    bench: Bench, train: Frame
) -> tuple[Recipe, Platt | None, Frame, np.ndarray]:
    """The default ensemble, calibrated out of fold by customer where that helps."""
    found = bench.out_of_fold(ensemble_for(bench.problem, tuple(bench.members)), train)
    return found.recipe, platt_across(train, found.predictions), train, found.predictions


def _trial_in_time(bench: Bench, plan: Plan, recipe: Recipe, platt: Platt | None) -> Trial:
    assert plan.test is not None
    train, test = bench.rows(plan.train), bench.rows([plan.test])
    bench.report(f"fitting {recipe.name} on {len(plan.train)} cutoffs for the test")
    estimator = bench.fit(recipe, train)
    raw = estimator.predict(test)
    return Trial(
        rows=test,
        words=f"test cutoff {plan.test.as_of:%Y-%m-%d}",
        raw=raw,
        ours=(platt or Platt())(raw),
        members=member_predictions(estimator, test),
        baselines=baseline_predictions(bench, train, test),
    )
