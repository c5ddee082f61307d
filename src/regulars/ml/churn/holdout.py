"""Evaluation on held-out rows: once on a later cutoff, or out of fold where there is none.

What is held out is scored once, by the chosen recipe and by everything that it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.calibration import Platt
from regulars.ml.churn.back_test import back_test
from regulars.ml.churn.candidates import Recipe, baselines_for, ensemble_for
from regulars.ml.churn.money import f1_threshold
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.recalibration import (
    TOO_SHORT,
    Recalibration,
    recalibration_across_customers,
    validated_recalibration,
)
from regulars.ml.churn.recipe_choice import RecipeChoice
from regulars.ml.churn.training_context import FOLDS, TrainingContext
from regulars.ml.encoding import numbers
from regulars.ml.estimators import Blend, ChurnEstimator, Stack, unfitted
from regulars.ml.evaluation import Rows, ScoreRow, score_row
from regulars.ml.splits import Plan, Purpose, customer_folds, random_split

MIN_SLICE_ROWS = 30


@dataclass(frozen=True)
class HoldoutResult:
    """Probabilities on held-out rows: `raw` before and `ours` after calibration, shape (n,)."""

    rows: Frame
    words: str
    raw: np.ndarray
    ours: np.ndarray
    members: Mapping[str, np.ndarray]
    baselines: Mapping[str, np.ndarray]

    @cached_property
    def known(self) -> Rows:
        """Outcomes and customers of the held-out rows."""
        return Rows(self.words, self.rows.outcome, self.rows.customers)


@dataclass(frozen=True)
class Evaluation:
    """The chosen recipe, its holdout result, and what was learned on the way.

    `threshold` is where F1 is highest on rows other than the test's (out of fold: the same rows).
    `train` are the rows the tested estimator learned from, None where every row was tested; then
    `fitted` are the members, by name, that the folds left fitted to all rows.
    """

    recipe: Recipe
    choice: RecipeChoice
    holdout: HoldoutResult
    recalibration: Recalibration
    threshold: float
    validation: tuple[ScoreRow, ...] = ()
    train: Frame | None = None
    fitted: Mapping[str, ChurnEstimator] = field(default_factory=dict)


def evaluated_in_time(context: TrainingContext, plan: Plan) -> Evaluation:
    """Choose and calibrate on earlier cutoffs, then score the last closed cutoff once."""
    back_tested = back_test(context, plan)
    train = context.rows(plan.train)
    # A history too short to choose in takes the default, and its threshold out of fold.
    if back_tested is None:
        scored = context.out_of_fold(ensemble_for(context.problem, tuple(context.members)), train)
        recipe, rows, predicted = scored.recipe, train, scored.predictions
        choice, recalibration = RecipeChoice(recipe.name, "history_too_short"), TOO_SHORT
    else:
        recipe, choice = back_tested.recipe, back_tested.choice
        rows, predicted = back_tested.rows, back_tested.predictions
        recalibration = validated_recalibration(context, plan, recipe)
    calibrator = recalibration.calibrator or Platt()
    return Evaluation(
        recipe=recipe,
        choice=choice,
        holdout=_holdout_in_time(context, plan, recipe, calibrator),
        recalibration=recalibration,
        # The threshold comes from the rows of the choice: one taken from the test would flatter
        # every figure that depends on it.
        threshold=f1_threshold(rows.outcome, calibrator(predicted)),
        validation=back_tested.scores if back_tested else (),
        train=train,
    )


def evaluated_out_of_fold(context: TrainingContext, *, words: str) -> Evaluation:
    """Score every customer by estimators that never saw the customer."""
    frame, dated = context.frame, context.problem.dated
    ensemble = ensemble_for(context.problem, tuple(context.members))
    scored = context.out_of_fold(ensemble, frame)
    # Where outcomes have dates, customers of one season cannot speak for the next.
    recalibration = (
        TOO_SHORT if dated else recalibration_across_customers(frame, scored.predictions)
    )
    calibrated = (recalibration.calibrator or Platt())(scored.predictions)
    baselines = _baselines_out_of_fold(context)
    return Evaluation(
        recipe=scored.recipe,
        choice=RecipeChoice(scored.recipe.name, "history_too_short" if dated else "undated"),
        holdout=HoldoutResult(
            frame, words, scored.predictions, calibrated, scored.members, baselines
        ),
        recalibration=recalibration,
        threshold=f1_threshold(frame.outcome, calibrated),
        fitted=scored.fitted,
    )


def optimistic_row(context: TrainingContext, recipe: Recipe, *, threshold: float) -> ScoreRow:
    """The same recipe on a random split of all rows, as others publish it."""
    context.report("scoring the optimistic random split")
    # Shown beside the honest figures, since others publish this one and readers compare.
    held = random_split(len(context.frame), seed=context.problem.seed)
    test = context.frame.take(held)
    predicted = context.fit(recipe, context.frame.take(~held)).predict(test)
    return score_row(
        "random split",
        "optimistic",
        predicted,
        on=Rows("a random 30 % of all rows", test.outcome, test.customers),
        threshold=threshold,
        note="Optimistic: customers and moments of the test were seen in training.",
    )


def holdout_rows(holdout: HoldoutResult, *, champion: str, threshold: float) -> list[ScoreRow]:
    """The champion, the members and the baselines on the held-out rows."""
    rows = [score_row(champion, "ours", holdout.ours, on=holdout.known, threshold=threshold)]
    for name, predicted in holdout.members.items():
        # A member that is a baseline too (BG/NBD) is shown once, as the baseline.
        if name not in holdout.baselines:
            rows.append(score_row(name, "member", predicted, on=holdout.known, threshold=threshold))
    for name, predicted in holdout.baselines.items():
        rows.append(score_row(name, "baseline", predicted, on=holdout.known, threshold=threshold))
    return rows


def holdout_slices(
    problem: ChurnProblem, holdout: HoldoutResult, *, train: Frame | None, threshold: float
) -> list[ScoreRow]:
    """The champion on parts of the test: seen and unseen customers, little history."""
    masks = _little_history(problem, holdout.rows)
    if train is not None:
        # A score that only knows its old customers fails on the new ones: both are shown.
        in_training = np.isin(holdout.rows.customers, np.unique(train.customers))
        masks = {
            "customers seen in training": in_training,
            "customers never seen": ~in_training,
            **masks,
        }
    return [
        score_row(
            words,
            "ours",
            holdout.ours[mask],
            on=holdout.known.take(mask, words=words),
            threshold=threshold,
        )
        for words, mask in masks.items()
        if mask.sum() >= MIN_SLICE_ROWS
    ]


def _holdout_in_time(
    context: TrainingContext, plan: Plan, recipe: Recipe, calibrator: Platt
) -> HoldoutResult:
    fit = plan.fit_for(Purpose.TEST)
    if fit is None or fit.apart != "time":
        raise ValueError("this plan has no test later in time")
    train, test = context.rows(fit.fit_on), context.rows(fit.predict_on)
    context.report(f"fitting {recipe.name} on {len(fit.fit_on)} cutoffs for the test")
    # Once, and only now: whatever was chosen before cannot have been chosen by this cutoff.
    estimator = context.fit(recipe, train)
    raw = estimator.predict(test)
    members = _member_predictions(estimator, test)
    return HoldoutResult(
        rows=test,
        words=f"test cutoff {fit.predict_on[0].as_of:%Y-%m-%d}",
        raw=raw,
        ours=calibrator(raw),
        members=members,
        baselines=_baseline_predictions(context, train, test, known=members),
    )


def _baseline_predictions(
    context: TrainingContext, train: Frame, test: Frame, *, known: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """What each baseline, fitted on the training rows, says about the test rows.

    `known` are the predictions of members: one that is a baseline too is not fitted again.
    """
    predictions = {}
    for name, baseline in baselines_for(context.problem, train).items():
        context.report(f"scoring {name} beside it")
        predictions[name] = known[name] if name in known else baseline.fit(train).predict(test)
    return predictions


def _baselines_out_of_fold(context: TrainingContext) -> dict[str, np.ndarray]:
    frame = context.frame
    fold = customer_folds(frame, folds=FOLDS, seed=context.problem.seed)
    baselines = baselines_for(context.problem, frame)
    predictions = {name: np.empty(len(frame)) for name in baselines}
    # The folds of the estimator itself: baselines must not meet easier customers.
    for number in range(FOLDS):
        held = fold == number
        for name, baseline in baselines.items():
            fitted = unfitted(baseline).fit(frame.take(~held))
            predictions[name][held] = fitted.predict(frame.take(held))
    return predictions


def _member_predictions(estimator: ChurnEstimator, test: Frame) -> dict[str, np.ndarray]:
    """What the members of an ensemble say by themselves."""
    if not isinstance(estimator, Stack | Blend):
        return {}
    return {member.name: member.predict(test) for member in estimator.members_}


def _little_history(problem: ChurnProblem, rows: Frame) -> dict[str, np.ndarray]:
    present = set(rows.inputs.column_names)
    if problem.frequency_input and problem.frequency_input in present:
        repeats = np.nan_to_num(numbers(rows.inputs[problem.frequency_input]))
        return {"little history: bought on one day only": repeats <= 0}
    if problem.tenure_input and problem.tenure_input in present:
        tenure = numbers(rows.inputs[problem.tenure_input])
        # Without purchases, little history means a young contract.
        newest = np.nanquantile(tenure, 0.1) if np.isfinite(tenure).any() else 0.0
        return {"little history: the newest tenth of customers": tenure <= newest}
    return {}
