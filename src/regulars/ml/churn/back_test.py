"""The champion is chosen on validation cutoffs, by estimators that learned before they began.

Which cutoffs an estimator learns from, and which it predicts, says the plan (`Plan.fits`); no
function here chooses cutoffs of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.calibration import Platt, calibration_helps
from regulars.ml.churn.candidates import Recipe, ensemble_for
from regulars.ml.churn.money import f1_threshold
from regulars.ml.churn.training_context import TrainingContext, learnable
from regulars.ml.estimators import ChurnEstimator, unfitted
from regulars.ml.evaluation import Rows, ScoreRow, log_losses, paired_gain, score_row
from regulars.ml.splits import Fit, Plan, Purpose, customer_folds


@dataclass(frozen=True)
class BackTest:
    """The choice and what it rests on.

    `rows` are the validation rows, `predictions` (n,) those of the chosen recipe on them, `fitted`
    the members that made them; `scores` holds one row per candidate.
    """

    recipe: Recipe
    rows: Frame
    predictions: np.ndarray
    fitted: Mapping[str, ChurnEstimator]
    scores: tuple[ScoreRow, ...]


def back_test(context: TrainingContext, plan: Plan) -> BackTest | None:
    """Try every member and the ensemble on the validation cutoffs.

    The ensemble is chosen unless a member's log loss is lower beyond chance. None where the plan
    has no validation cutoff, or too little was known before it.
    """
    fit = plan.fit_for(Purpose.CHOICE)
    if fit is None:
        return None
    learned, rows = context.rows(fit.fit_on), context.rows(fit.predict_on)
    if not (learnable(learned) and learnable(rows)):
        return None
    fitted = {}
    for name, member in context.members.items():
        context.report(f"trying {name} on {len(fit.predict_on)} validation cutoffs")
        # Fitted members are kept: calibration asks them about a later cutoff.
        fitted[name] = unfitted(member).fit(learned)
    predictions = {name: member.predict(rows) for name, member in fitted.items()}
    return _choice(context, rows, fitted=fitted, predictions=predictions)


def validated_calibrator(context: TrainingContext, plan: Plan, choice: BackTest) -> Platt | None:
    """The calibrator of the test where one lowered the log loss of rows that it had not seen.

    With a calibration cutoff, one learned on the validation cutoffs is tried there, and the one of
    the test is learned there by an estimator that closed before it. Without, one is learned out of
    fold by customer and tried on the validation cutoffs. None where it did not help.
    """
    validation, calibration = _calibrator_fits(plan)
    if validation.apart == "customer":
        return _calibrator_out_of_fold(context, plan, choice)
    later = context.rows(validation.predict_on)
    # The members of the back-test learned on `validation.fit_on` already: nothing is fitted anew.
    members = {name: choice.fitted[name].predict(later) for name in choice.recipe.members}
    tried = Platt.learned(choice.rows.outcome, choice.predictions)
    if not _helps(later, choice.recipe.combined(members), tried):
        return None
    context.report(f"calibrating on {calibration.predict_on[0].as_of:%Y-%m-%d}")
    estimator = context.fit(choice.recipe, context.rows(calibration.fit_on))
    rows = context.rows(calibration.predict_on)
    return Platt.learned(rows.outcome, estimator.predict(rows))


def calibrator_across_customers(frame: Frame, predicted: np.ndarray) -> Platt | None:
    """A calibrator learned on half of the customers, where it helps the other half; else None.

    `predicted`, shape (n,), are out-of-fold probabilities of these rows.
    """
    # Halves of customers, since without later rows time cannot keep learning and trying apart.
    half = customer_folds(frame, folds=2) == 0
    crossed = np.empty(len(predicted))
    for part in (half, ~half):
        crossed[part] = Platt.learned(frame.outcome[~part], predicted[~part])(predicted[part])
    gain = paired_gain(frame.outcome, crossed, predicted, customers=frame.customers)
    # Both halves showed that it helps, so the one that is used may learn from both.
    return Platt.learned(frame.outcome, predicted) if gain["log_loss"].above_zero else None


def _calibrator_fits(plan: Plan) -> tuple[Fit, Fit]:
    validation = plan.fit_for(Purpose.CALIBRATOR_VALIDATION)
    calibration = plan.fit_for(Purpose.TEST_CALIBRATION)
    if validation is None or calibration is None:
        raise ValueError("a plan with validation cutoffs has a calibrator to validate")
    return validation, calibration


def _calibrator_out_of_fold(context: TrainingContext, plan: Plan, choice: BackTest) -> Platt | None:
    validation, calibration = _calibrator_fits(plan)
    learned = context.rows(validation.fit_on)
    early = context.out_of_fold(choice.recipe, learned).predictions
    if not _helps(choice.rows, choice.predictions, Platt.learned(learned.outcome, early)):
        return None
    train = context.rows(calibration.fit_on)
    predicted = context.out_of_fold(choice.recipe, train).predictions
    return Platt.learned(train.outcome, predicted)


def _choice(
    context: TrainingContext,
    rows: Frame,
    *,
    fitted: Mapping[str, ChurnEstimator],
    predictions: Mapping[str, np.ndarray],
) -> BackTest:
    ensemble = ensemble_for(context.problem, tuple(fitted))
    if ensemble.how == "stack":
        # Weights learned on these rows are tried on them too; two numbers or three overfit little,
        # and the test never sees this comparison.
        ensemble = ensemble.weighed(predictions, rows.outcome)
    recipes = [ensemble] if len(fitted) > 1 else []
    # The ensemble comes first: it is the choice unless another is better beyond noise.
    recipes += [Recipe(name, "one", (name,)) for name in fitted]
    candidates = [(recipe, recipe.combined(predictions)) for recipe in recipes]
    known = Rows("validation cutoffs", rows.outcome, rows.customers)
    chosen, predicted = candidates[_best([each for _, each in candidates], on=known)]
    scores = tuple(
        score_row(
            recipe.name,
            "ours" if recipe is chosen else "member",
            probabilities,
            on=known,
            threshold=f1_threshold(rows.outcome, probabilities),
        )
        for recipe, probabilities in candidates
    )
    return BackTest(chosen, rows, predicted, fitted, scores)


def _best(candidates: Sequence[np.ndarray], *, on: Rows) -> int:
    """Position of the choice: the first one, the ensemble, gives way to a certain gain only.

    What is tried learned from fewer cutoffs than what will be tested. That hurts members unequally
    (BG/NBD hardly, trees most), so a lead within noise says nothing about later cutoffs.
    """
    losses = [log_losses(on.outcome, each).mean() for each in candidates]
    lowest = int(np.argmin(losses))
    gain = paired_gain(on.outcome, candidates[lowest], candidates[0], customers=on.customers)
    return lowest if gain["log_loss"].above_zero else 0


def _helps(rows: Frame, predicted: np.ndarray, calibrator: Platt) -> bool:
    return calibration_helps(rows.outcome, predicted, calibrator, customers=rows.customers)
