"""A stack: members weighted by a non-negative logistic regression on out-of-fold log-odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.estimators.non_negative import fit_non_negative
from regulars.ml.estimators.protocol import ChurnEstimator, Contributions, cross_fitted, unfitted
from regulars.ml.log_odds import log_odds, probability, weighed
from regulars.ml.splits import customer_folds

MANY_ROWS = 20_000
# No member is made surer of itself than it is: more than that is for a validated calibrator.
MAX_SUM = 1.0


@dataclass(eq=False)
class Stack:
    """Weights come from log-odds that members gave to customers they had not seen.

    `folds` keep customers together; above `MANY_ROWS` rows three folds do. After `fit`,
    `out_of_fold_` has shape (n, members) and `cross_fitted_` (n,) holds probabilities in which
    neither member nor weight was fitted to the row's own fold: an honest picture of the stack.
    Weights add up to `MAX_SUM` at most. Where `weights` (one per member) are given, from a
    back-test, no fold is fitted.
    """

    name: ClassVar[str] = "stack"

    members: Sequence[ChurnEstimator]
    weights: tuple[float, ...] | None = None
    intercept: float = 0.0
    folds: int = 5
    seed: int = 0
    members_: list[ChurnEstimator] = field(init=False, repr=False)
    weights_: np.ndarray = field(init=False, repr=False)
    intercept_: float = field(init=False, repr=False)
    known_: dict[str, ChurnEstimator] = field(init=False, repr=False)
    fold_: np.ndarray = field(init=False, repr=False)
    out_of_fold_: np.ndarray = field(init=False, repr=False)
    cross_fitted_: np.ndarray = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        if self.weights is None:
            self.learn_weights(frame)
        else:
            self.weights_, self.intercept_ = np.array(self.weights), self.intercept
            self.known_ = {}
        self.members_ = [
            self.known_.get(member.name) or unfitted(member).fit(frame) for member in self.members
        ]
        return self

    @classmethod
    def of(
        cls, fitted: Sequence[ChurnEstimator], *, weights: tuple[float, ...], intercept: float
    ) -> Self:
        """A stack of members that are fitted already."""
        stack = cls(fitted, weights=weights, intercept=intercept)
        stack.members_, stack.weights_, stack.intercept_ = [*fitted], np.array(weights), intercept
        return stack

    def learn_weights(self, frame: Frame) -> Self:
        """Fit members on folds and weigh what they say out of fold.

        `known_` are the members, by name, that are fitted to all rows on the way.
        """
        folds = self.folds if len(frame) <= MANY_ROWS else min(self.folds, 3)
        self.fold_ = customer_folds(frame, folds=folds, seed=self.seed)
        odds = self._out_of_fold(frame)
        self.out_of_fold_ = probability(odds)
        self.cross_fitted_ = self._cross_fitted(odds, frame.outcome)
        self.weights_, self.intercept_ = stack_weights(odds, frame.outcome)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        odds = np.column_stack([log_odds(member.predict(frame)) for member in self.members_])
        return probability(weighed(odds, self.weights_) + self.intercept_)

    def contributions(self, frame: Frame) -> Contributions:
        return weighted_contributions(
            self.members_, self.weights_, frame, intercept=self.intercept_
        )

    def _out_of_fold(self, frame: Frame) -> np.ndarray:
        """Log-odds by members that never saw the customer, shape (n, members)."""
        crossed = {m.name: cross_fitted(m, frame, self.fold_) for m in self.members}
        self.known_ = {name: each.estimator for name, each in crossed.items() if each.estimator}
        return np.column_stack([each.odds for each in crossed.values()])

    def _cross_fitted(self, odds: np.ndarray, outcome: np.ndarray) -> np.ndarray:
        predicted = np.empty(len(outcome))
        for fold in np.unique(self.fold_):
            held = self.fold_ == fold
            weights, intercept = stack_weights(odds[~held], outcome[~held])
            predicted[held] = probability(odds[held] @ weights + intercept)
        return predicted


def stack_weights(odds: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights (k,) of members' log-odds (n, k) and the intercept; the weights never stretch."""
    # A ridge, so that members who say the same share their weight instead of cancelling out.
    return fit_non_negative(odds, outcome, ridge=1.0, max_sum=MAX_SUM)


def weighted_contributions(
    members: Sequence[ChurnEstimator],
    weights: np.ndarray,
    frame: Frame,
    *,
    intercept: float = 0.0,
) -> Contributions:
    """The members' contributions added up in log-odds with their weights."""
    used = [(w, member.contributions(frame)) for w, member in zip(weights, members, strict=True)]
    inputs = tuple(dict.fromkeys(name for _, part in used for name in part.inputs))
    values = np.zeros((len(frame), len(inputs)))
    base = np.full(len(frame), intercept)
    for weight, part in used:
        values += weight * part.aligned(inputs)
        base += weight * part.base
    return Contributions(inputs, values, base)
