"""What the parts of one training share: rows, members, and how to report what is being done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.churn.candidates import Recipe
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.estimators import ChurnEstimator, Stack, unfitted
from regulars.ml.splits import TrainingCutoff, customer_folds, rows_at

Report = Callable[[str], None]
FOLDS = 5
MIN_OF_EACH = 10  # rows that churned, and rows that stayed


@dataclass(frozen=True)
class TrainingContext:
    """`frame` holds the rows of all closed cutoffs, sorted by (as_of, customer_id)."""

    problem: ChurnProblem
    frame: Frame
    members: Mapping[str, ChurnEstimator]
    report: Report

    def rows(self, cutoffs: Sequence[TrainingCutoff]) -> Frame:
        """The rows of these cutoffs."""
        return self.frame.take(rows_at(self.frame, cutoffs))

    def fit(
        self, recipe: Recipe, frame: Frame, *, known: Mapping[str, ChurnEstimator] | None = None
    ) -> ChurnEstimator:
        """An estimator by this recipe; `known` are members that are fitted to the frame already."""
        fitted = known or {}
        return recipe.made_of(
            {
                name: fitted.get(name) or unfitted(self.members[name]).fit(frame)
                for name in recipe.members
            }
        )

    def out_of_fold(self, recipe: Recipe, frame: Frame) -> OutOfFold:
        """Score each customer by estimators that never saw the customer."""
        self.report(f"scoring {recipe.name} out of fold by customer")
        if recipe.how == "stack" and recipe.weights is None:
            return self._stacked_out_of_fold(recipe, frame)
        # Whole customers: their rows at two cutoffs are nearly the same, and would leak.
        fold = customer_folds(frame, folds=FOLDS, seed=self.problem.seed)
        predicted = np.empty(len(frame))
        for number in range(FOLDS):
            held = fold == number
            predicted[held] = self.fit(recipe, frame.take(~held)).predict(frame.take(held))
        return OutOfFold(recipe, predicted, {})

    def _stacked_out_of_fold(self, recipe: Recipe, frame: Frame) -> OutOfFold:
        """A stack finds its weights on the way; the recipe that comes back carries them."""
        # Folds by hand would fit every member twice: the stack has scored them out of fold already.
        stack = Stack([self.members[name] for name in recipe.members], seed=self.problem.seed)
        stack.learn_weights(frame)
        weighed = recipe.with_weights(stack.weights_, stack.intercept_)
        members = dict(zip(recipe.members, stack.out_of_fold_.T, strict=True))
        return OutOfFold(weighed, stack.cross_fitted_, members, stack.known_)


@dataclass(frozen=True)
class OutOfFold:
    """Out-of-fold probabilities of a recipe, shape (n,), and of its members where they differ.

    `fitted` are members, by name, that came of the folds fitted to all rows.
    """

    recipe: Recipe
    predictions: np.ndarray
    members: Mapping[str, np.ndarray]
    fitted: Mapping[str, ChurnEstimator] = field(default_factory=dict)


def learnable(frame: Frame) -> bool:
    """True where at least ten rows churned and ten stayed."""
    churned = int(frame.outcome.sum())
    return churned >= MIN_OF_EACH and len(frame) - churned >= MIN_OF_EACH


def need_learnable(frame: Frame, *, words: str) -> None:
    """Raise NotEnoughData where there is too little to learn from."""
    if not learnable(frame):
        churned = int(frame.outcome.sum())
        raise NotEnoughData(
            f"{words}: {churned} of {len(frame)} rows churned; at least {MIN_OF_EACH} must "
            f"have churned and {MIN_OF_EACH} stayed",
            where="churn training",
            hint="Use more history, more cutoffs, or another horizon (see: regulars advise).",
        )
