"""The champion is chosen on validation cutoffs, by estimators that learned before they began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.calibration import Platt, calibration_helps
from regulars.ml.churn.bench import Bench, learnable
from regulars.ml.churn.candidates import Recipe, ensemble_for
from regulars.ml.churn.money import f1_threshold
from regulars.ml.estimators import ChurnEstimator, unfitted
from regulars.ml.evaluation import Rows, ScoreRow, log_losses, paired_gain, score_row
from regulars.ml.splits import Plan, customer_folds


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


def back_test(bench: Bench, plan: Plan) -> BackTest | None:
    """Try every member and the ensemble on the validation cutoffs.

    The ensemble is chosen unless a member's log loss is lower beyond chance. None where the plan
    has no validation cutoff, or too little was known before it.
    """
    if not plan.validate:
        return None
    before = bench.rows(plan.before(*plan.validate))
    rows = bench.rows(plan.validate)
    if not (learnable(before) and learnable(rows)):
        return None
    fitted = {}
    for name, member in bench.members.items():
        bench.report(f"trying {name} on {len(plan.validate)} validation cutoffs")
        fitted[name] = unfitted(member).fit(before)
    predictions = {name: member.predict(rows) for name, member in fitted.items()}
    return _choice(bench, rows, fitted=fitted, predictions=predictions)


def judged_platt(bench: Bench, plan: Plan, found: BackTest) -> Platt | None:
    """Rehearse calibration; a map for the test where it helped, else None.

    With a calibration cutoff, a map learned on the validation cutoffs is tried there, and the map
    that ships is learned there by an estimator that closed before it. Without one, a map is
    learned out of fold by customer and tried on the validation cutoffs.
    """
    if plan.calibrate is None:
        return _platt_out_of_fold(bench, plan, found)
    later = bench.rows([plan.calibrate])
    members = {name: found.fitted[name].predict(later) for name in found.recipe.members}
    rehearsed = Platt.learned(found.rows.outcome, found.predictions)
    if not _helps(later, found.recipe.combined(members), rehearsed):
        return None
    bench.report(f"calibrating on {plan.calibrate.as_of:%Y-%m-%d}")
    estimator = bench.fit(found.recipe, bench.rows(plan.before(plan.calibrate)))
    return Platt.learned(later.outcome, estimator.predict(later))


def platt_across(frame: Frame, promised: np.ndarray) -> Platt | None:
    """A map learned on half of the customers, where it helps the other half; else None.

    `promised`, shape (n,), are out-of-fold probabilities of these rows.
    """
    half = customer_folds(frame, folds=2) == 0
    crossed = np.empty(len(promised))
    for part in (half, ~half):
        crossed[part] = Platt.learned(frame.outcome[~part], promised[~part])(promised[part])
    gain = paired_gain(frame.outcome, crossed, promised, customers=frame.customers)
    return Platt.learned(frame.outcome, promised) if gain["log_loss"].above_zero else None


def _platt_out_of_fold(bench: Bench, plan: Plan, found: BackTest) -> Platt | None:
    before = bench.rows(plan.before(*plan.validate))
    early = bench.out_of_fold(found.recipe, before).predictions
    if not _helps(found.rows, found.predictions, Platt.learned(before.outcome, early)):
        return None
    train = bench.rows(plan.train)
    return Platt.learned(train.outcome, bench.out_of_fold(found.recipe, train).predictions)


def _choice(
    bench: Bench,
    rows: Frame,
    *,
    fitted: Mapping[str, ChurnEstimator],
    predictions: Mapping[str, np.ndarray],
) -> BackTest:
    ensemble = ensemble_for(bench.problem, tuple(fitted))
    if ensemble.how == "stack":
        ensemble = ensemble.weighed(predictions, rows.outcome)
    recipes = [ensemble] if len(fitted) > 1 else []
    recipes += [Recipe(name, "one", (name,)) for name in fitted]
    scored = [(recipe, recipe.combined(predictions)) for recipe in recipes]
    where = Rows("validation cutoffs", rows.outcome, rows.customers)
    recipe, chosen = scored[_best([found for _, found in scored], on=where)]
    scores = tuple(
        score_row(
            each.name,
            "ours" if each is recipe else "member",
            found,
            on=where,
            threshold=f1_threshold(rows.outcome, found),
        )
        for each, found in scored
    )
    return BackTest(recipe, rows, chosen, fitted, scores)


def _best(candidates: Sequence[np.ndarray], *, on: Rows) -> int:
    """Position of the choice: the first one, the ensemble, gives way to a sure gain only.

    What is tried learned from fewer cutoffs than what will be tested. That hurts members unequally
    (BG/NBD hardly, trees most), so a lead within noise says nothing about later cutoffs.
    """
    losses = [log_losses(on.outcome, each).mean() for each in candidates]
    lowest = int(np.argmin(losses))
    gain = paired_gain(on.outcome, candidates[lowest], candidates[0], customers=on.customers)
    return lowest if gain["log_loss"].above_zero else 0


def _helps(rows: Frame, promised: np.ndarray, platt: Platt) -> bool:
    return calibration_helps(rows.outcome, promised, platt, customers=rows.customers)
