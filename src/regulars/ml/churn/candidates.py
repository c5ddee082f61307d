"""Which estimators are tried for which kind of churn, and how they are put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.features.frames import Frame
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.estimators import (
    BaseRate,
    Blend,
    BoostedTrees,
    CatBoostTrees,
    ChurnEstimator,
    DecisionTree,
    HistogramTrees,
    LeafwiseTrees,
    LightGBMTrees,
    NaiveBayes,
    NearestNeighbours,
    NoPurchase,
    RandomForest,
    Rebalanced,
    Recency,
    RidgeLogistic,
    SplineLogistic,
    Stack,
    SupportVectors,
    TenureHazard,
)
from regulars.ml.estimators.blend import blended
from regulars.ml.estimators.non_negative import fit_shares
from regulars.ml.log_odds import log_odds, probability

# A member below this weight changes no score visibly and costs a fit at every training.
LEAST_WEIGHT = 0.05
# Made on request only: each brings a library or minutes of training, and gains are rare.
FURTHER: dict[str, Callable[[int], ChurnEstimator]] = {
    "lightgbm": lambda seed: LightGBMTrees(seed=seed),
    "catboost": lambda seed: CatBoostTrees(seed=seed),
    "random_forest": lambda seed: RandomForest(seed=seed),
    "histogram_trees": lambda seed: HistogramTrees(seed=seed),
    "decision_tree": lambda seed: DecisionTree(seed=seed),
    "naive_bayes": lambda seed: NaiveBayes(seed=seed),
    "support_vectors": lambda seed: SupportVectors(seed=seed),
    "nearest_neighbours": lambda seed: NearestNeighbours(seed=seed),
}


@dataclass(frozen=True)
class Recipe:
    """How to make an estimator: one member, or several blended or stacked.

    `weights` and `intercept` are those of a stack whose back-test has been seen; without them a
    stack learns its weights out of fold.
    """

    name: str
    how: Literal["one", "blend", "stack"]
    members: tuple[str, ...]
    weights: tuple[float, ...] | None = None
    intercept: float = 0.0

    def made_of(self, fitted: Mapping[str, ChurnEstimator]) -> ChurnEstimator:
        """The estimator by this recipe, of fitted members; a stack needs its weights for that."""
        parts = [fitted[name] for name in self.members]
        if self.how == "one":
            return parts[0]
        if self.how == "blend":
            return Blend.of(parts)
        if self.weights is None:
            raise ValueError("a stack is made of fitted members only where its weights are known")
        return Stack.of(parts, weights=self.weights, intercept=self.intercept)

    def combined(self, predictions: Mapping[str, np.ndarray]) -> np.ndarray:
        """Probabilities from those of fitted members; a stack needs its weights for that."""
        parts = [predictions[name] for name in self.members]
        if self.how == "one":
            return parts[0]
        if self.how == "blend":
            return blended(parts)
        odds = np.column_stack([log_odds(part) for part in parts])
        return probability(odds @ np.array(self.weights) + self.intercept)

    def weighed(self, predictions: Mapping[str, np.ndarray], outcome: np.ndarray) -> Recipe:
        """A stack with weights learned on back-test predictions, a weighted mean of log-odds."""
        # No intercept and no other sum than 1: that would be recalibration by the few cutoffs of
        # the back-test, whatever their season.
        odds = np.column_stack([log_odds(predictions[name]) for name in self.members])
        weights = fit_shares(odds, outcome, ridge=1.0)
        kept = weights >= LEAST_WEIGHT
        # Weights were learned beside members that leave now: they are learned anew without them.
        if kept.any() and not kept.all():
            fewer = replace(self, members=tuple(np.array(self.members)[kept].tolist()))
            return fewer.weighed(predictions, outcome)
        return self.with_weights(weights, 0.0)

    def with_weights(self, weights: np.ndarray, intercept: float) -> Recipe:
        """The same stack with these weights; members that weigh next to nothing leave."""
        kept = weights >= LEAST_WEIGHT if (weights >= LEAST_WEIGHT).any() else weights >= 0
        return replace(
            self,
            members=tuple(name for name, keep in zip(self.members, kept, strict=True) if keep),
            weights=tuple(weights[kept].tolist()),
            intercept=intercept,
        )


def members_for(problem: ChurnProblem) -> dict[str, ChurnEstimator]:
    """Unfitted members by name. Trees learn from all cutoffs, linear ones from the last three."""
    learners = [*_standard(problem), *(FURTHER[name](problem.seed) for name in problem.further)]
    known = problem.parameters
    # Parameters found by an earlier search are kept: a search at every run would never pay.
    tuned = [replace(learner, **known.get(learner.name, {})) for learner in learners]
    # BG/NBD stays unbalanced: it models purchases, and there are no classes in them.
    members = [*_rhythm(problem), *(_balanced(problem, learner) for learner in tuned)]
    return {member.name: member for member in members}


def ensemble_for(problem: ChurnProblem, members: Sequence[str]) -> Recipe:
    """The default: a stack for snapshots and contracts, a blend for silence and decline.

    Equal weights do not forgive a poor member, so further estimators stay out of the blend and are
    tried by themselves; a stack weighs them.
    """
    # Snapshots have no later rows to overfit weights on; with few cutoffs equal weights hold up.
    if problem.kind in ("labelled", "contractual"):
        return Recipe("stack", "stack", tuple(members))
    blended_ones = tuple(name for name in members if name not in problem.further)
    return Recipe("blend", "blend", blended_ones)


def estimator_named(
    name: str, *, seed: int = 0, parameters: Mapping[str, Any] | None = None
) -> ChurnEstimator:
    """An estimator by its name, for rows of any kind; `parameters` are its own.

    Raises DataError for a name or a parameter that there is not.
    """
    if name not in STANDALONE:
        near = nearest(name, STANDALONE)
        raise DataError(
            f"there is no estimator '{name}'" + (f"; did you mean '{near}'?" if near else ""),
            hint=f"There are: {', '.join(STANDALONE)}.",
        )
    estimator = STANDALONE[name](seed)
    known = [each.name for each in fields(estimator) if each.init]
    for parameter in parameters or {}:
        if parameter not in known:
            raise DataError(
                f"{name} has no parameter '{parameter}'", hint=f"It has: {', '.join(known)}."
            )
    return replace(estimator, **(parameters or {}))


def _members_of_snapshots(seed: int) -> list[ChurnEstimator]:
    # Tenure bends the risk of a contract: splines follow it, where purchases need none.
    return [SplineLogistic(seed=seed), BoostedTrees(seed=seed), LeafwiseTrees(seed=seed)]


# What needs no meaning of a column: BG/NBD, recency and tenure stay with their projects.
STANDALONE: dict[str, Callable[[int], ChurnEstimator]] = {
    "stack": lambda seed: Stack(_members_of_snapshots(seed), seed=seed),
    "logistic_splines": lambda seed: SplineLogistic(seed=seed),
    "logistic": lambda seed: RidgeLogistic(seed=seed),
    "boosted_trees": lambda seed: BoostedTrees(seed=seed),
    "leafwise_trees": lambda seed: LeafwiseTrees(seed=seed),
    **FURTHER,
    "base_rate": lambda seed: BaseRate(),
}


def _standard(problem: ChurnProblem) -> list[ChurnEstimator]:
    seed = problem.seed
    if problem.kind in ("labelled", "contractual"):
        return _members_of_snapshots(seed)
    return [RidgeLogistic(seed=seed), BoostedTrees(seed=seed)]


def _balanced(problem: ChurnProblem, learner: ChurnEstimator) -> ChurnEstimator:
    if problem.balance is None:
        return learner
    return Rebalanced(learner, problem.balance, seed=problem.seed)


def baselines_for(problem: ChurnProblem, frame: Frame) -> dict[str, ChurnEstimator]:
    """What a score has to beat, where the frame has the inputs for it."""
    baselines: dict[str, ChurnEstimator] = {}
    present = set(frame.inputs.column_names)
    if problem.recency_input and problem.recency_input in present:
        recency = Recency(problem.recency_input)
        baselines[recency.name] = recency
    # The hazard of a contract depends on its age alone: what a company knows without learning.
    if problem.tenure_input and problem.kind == "contractual" and problem.tenure_input in present:
        hazard = TenureHazard(problem.tenure_input)
        baselines[hazard.name] = hazard
    baselines.update({member.name: member for member in _rhythm(problem)})
    # The base rate is always there: a score that does not beat it must not rank anybody.
    share = BaseRate()
    baselines[share.name] = share
    return baselines


def _rhythm(problem: ChurnProblem) -> list[ChurnEstimator]:
    if not problem.has_rhythm:
        return []
    return [
        NoPurchase(
            frequency_input=str(problem.frequency_input),
            recency_input=str(problem.recency_input),
            age_input=str(problem.age_input),
            horizon_days=float(problem.horizon_days or 0),
        )
    ]
