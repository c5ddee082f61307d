"""The champion is chosen on validation cutoffs, by estimators that learned before they began.

Which cutoffs an estimator learns from, and which it predicts, says the plan (`Plan.fits`); no
function here chooses cutoffs of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.churn.candidates import Recipe, ensemble_for
from regulars.ml.churn.money import f1_threshold
from regulars.ml.churn.recipe_choice import RecipeChoice, choose_recipe
from regulars.ml.churn.training_context import TrainingContext, learnable
from regulars.ml.estimators import unfitted
from regulars.ml.evaluation import Rows, ScoreRow, score_row
from regulars.ml.splits import Plan, Purpose


@dataclass(frozen=True)
class BackTest:
    """The choice and what it rests on.

    `rows` are the validation rows, `predictions` (n,) those of the chosen recipe on them; `scores`
    holds one row per candidate.
    """

    recipe: Recipe
    choice: RecipeChoice
    rows: Frame
    predictions: np.ndarray
    scores: tuple[ScoreRow, ...]


def back_test(context: TrainingContext, plan: Plan) -> BackTest | None:
    """Try every member and the ensemble on the validation cutoffs.

    How is said in `choose_recipe`. None where the plan has no validation cutoff, or too little was
    known before it.
    """
    fit = plan.fit_for(Purpose.CHOICE)
    if fit is None:
        return None
    learned, rows = context.rows(fit.fit_on), context.rows(fit.predict_on)
    if not (learnable(learned) and learnable(rows)):
        return None
    predictions = {}
    for name, member in context.members.items():
        context.report(f"trying {name} on {len(fit.predict_on)} validation cutoffs")
        predictions[name] = unfitted(member).fit(learned).predict(rows)
    return _back_tested(context, rows, predictions)


def _back_tested(
    context: TrainingContext, rows: Frame, predictions: Mapping[str, np.ndarray]
) -> BackTest:
    ensemble = ensemble_for(context.problem, tuple(predictions))
    if ensemble.how == "stack":
        # Weights learned on these rows are tried on them too; two numbers or three overfit little,
        # and the test never sees this comparison.
        ensemble = ensemble.weighed(predictions, rows.outcome)
    recipes = [ensemble] if len(predictions) > 1 else []
    recipes += [Recipe(name, "one", (name,)) for name in predictions]
    candidates = {recipe.name: recipe.combined(predictions) for recipe in recipes}
    known = Rows("validation cutoffs", rows.outcome, rows.customers)
    choice = choose_recipe(ensemble.name, candidates, on=known)
    scores = tuple(
        score_row(
            name,
            "ours" if name == choice.chosen else "member",
            probabilities,
            on=known,
            threshold=f1_threshold(rows.outcome, probabilities),
        )
        for name, probabilities in candidates.items()
    )
    chosen = next(recipe for recipe in recipes if recipe.name == choice.chosen)
    return BackTest(chosen, choice, rows, candidates[choice.chosen], scores)
