"""The workbench of one training: the rows, the members, and how to say what is being done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.churn.candidates import Recipe
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.estimators import ChurnEstimator, Stack
from regulars.ml.splits import Cutoff, customer_folds, rows_at

Report = Callable[[str], None]
FOLDS = 5
LEAST_OF_EACH = 10


@dataclass(frozen=True)
class Bench:
    """Everything the parts of training share; `frame` holds all closed cutoffs, sorted."""

    problem: ChurnProblem
    frame: Frame
    members: Mapping[str, ChurnEstimator]
    report: Report

    def rows(self, cutoffs: Sequence[Cutoff]) -> Frame:
        """The rows of these cutoffs."""
        return self.frame.take(rows_at(self.frame, cutoffs))

    def fit(self, recipe: Recipe, frame: Frame) -> ChurnEstimator:
        """A fresh estimator by this recipe, fitted."""
        return recipe.made_from(self.members, seed=self.problem.seed).fit(frame)

    def out_of_fold(self, recipe: Recipe, frame: Frame) -> OutOfFold:
        """Score each customer by estimators that never saw the customer."""
        self.report(f"scoring {recipe.name} out of fold by customer")
        if recipe.how == "stack" and recipe.weights is None:
            return self._stacked_out_of_fold(recipe, frame)
        fold = customer_folds(frame, folds=FOLDS, seed=self.problem.seed)
        found = np.empty(len(frame))
        for number in range(FOLDS):
            held = fold == number
            found[held] = self.fit(recipe, frame.take(~held)).predict(frame.take(held))
        return OutOfFold(recipe, found, {})

    def _stacked_out_of_fold(self, recipe: Recipe, frame: Frame) -> OutOfFold:
        """A stack finds its weights on the way; the recipe that comes back carries them."""
        stack = Stack([self.members[name] for name in recipe.members], seed=self.problem.seed)
        stack.learn_weights(frame)
        weighed = recipe.with_weights(stack.weights_, stack.intercept_)
        each = dict(zip(recipe.members, stack.out_of_fold_.T, strict=True))
        return OutOfFold(weighed, stack.cross_fitted_, each)


@dataclass(frozen=True)
class OutOfFold:
    """Out-of-fold probabilities of a recipe, shape (n,), and of its members where they differ."""

    recipe: Recipe
    predictions: np.ndarray
    members: Mapping[str, np.ndarray]


def learnable(frame: Frame) -> bool:
    """True where at least ten rows churned and ten stayed."""
    churned = int(frame.outcome.sum())
    return churned >= LEAST_OF_EACH and len(frame) - churned >= LEAST_OF_EACH


def need_learnable(frame: Frame, *, words: str) -> None:
    """Raise NotEnoughData where there is too little to learn from."""
    if not learnable(frame):
        churned = int(frame.outcome.sum())
        raise NotEnoughData(
            f"{words}: {churned} of {len(frame)} rows churned; at least {LEAST_OF_EACH} must "
            f"have churned and {LEAST_OF_EACH} stayed",
            where="churn training",
            hint="Use more history, more cutoffs, or another horizon (see: regulars advise).",
        )
