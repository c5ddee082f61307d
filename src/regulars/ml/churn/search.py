"""Looking for better parameters, on rows that the test never sees (Optuna's TPE).

Each estimator is judged by its log loss on the validation cutoffs, having learned before them;
where there are none, out of fold by customer on the cutoffs before the test. The parameters of this
package are the first trial, so that what is found is never worse there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from regulars.core.errors import MissingExtra
from regulars.features.frames import Frame
from regulars.ml.churn.problem import Parameters, Search
from regulars.ml.churn.training_context import TrainingContext, learnable
from regulars.ml.estimators import ChurnEstimator, Rebalanced, unfitted
from regulars.ml.evaluation import log_losses
from regulars.ml.splits import Plan, Purpose, customer_folds

# Half the folds of an evaluation: a search fits hundreds of times and needs the order only.
FOLDS = 3
Judge = Callable[[ChurnEstimator], float]


@dataclass(frozen=True)
class Range:
    """Between which values a parameter is looked for; on a log scale where shares matter."""

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def suggested(self, trial: Any, name: str) -> float | int:
        """The value of one trial."""
        if self.whole:
            return int(trial.suggest_int(name, int(self.low), int(self.high), log=self.log))
        return float(trial.suggest_float(name, self.low, self.high, log=self.log))


BOOSTED = {
    "depth": Range(2, 6, whole=True),
    "leaves": Range(8, 63, log=True, whole=True),
    "trees": Range(100, 800, log=True, whole=True),
    "rate": Range(0.01, 0.2, log=True),
    "row_share": Range(0.5, 1.0),
    "column_share": Range(0.2, 1.0),
    "least_child_weight": Range(1, 50, log=True),
    "least_leaf_rows": Range(5, 100, log=True, whole=True),
    "ridge": Range(0.1, 30, log=True),
}
LINEAR = {"C": Range(0.003, 3, log=True)}


def searched(
    context: TrainingContext, plan: Plan | None, search: Search
) -> dict[str, dict[str, float | int]]:
    """The best parameters of every member that has some to look for."""
    judge = judge_of(context, plan)
    spaces = {name: ranges_of(inner(member)) for name, member in context.members.items()}
    chosen = {name: space for name, space in spaces.items() if space}
    if judge is None or not chosen:
        return {}
    # Time and trials are split evenly: the slowest estimator would take all of them.
    share = Search(max(1, search.trials // len(chosen)), search.seconds / len(chosen))
    best_parameters = {}
    for name, space in chosen.items():
        context.report(f"looking for parameters of {name}: {share.trials} trials")
        best_parameters[name] = _best(context.members[name], space, judge=judge, search=share,
                                      seed=context.problem.seed)  # fmt: skip
    return best_parameters


def with_parameters(member: ChurnEstimator, parameters: Parameters) -> ChurnEstimator:
    """A member with the parameters found for it, through a wrapper too."""
    known = parameters.get(member.name, {})
    if isinstance(member, Rebalanced):
        return replace(member, inner=replace(member.inner, **known))
    return replace(member, **known)


def ranges_of(member: ChurnEstimator) -> dict[str, Range]:
    """What may be looked for: of boosted trees their shape, of linear ones the ridge."""
    names = {field.name for field in fields(member) if field.init}
    space = BOOSTED if "rate" in names else LINEAR
    return {name: value for name, value in space.items() if name in names}


def inner(member: ChurnEstimator) -> ChurnEstimator:
    """The estimator inside a wrapper."""
    return member.inner if isinstance(member, Rebalanced) else member


def _best(
    member: ChurnEstimator, space: dict[str, Range], *, judge: Judge, search: Search, seed: int
) -> dict[str, float | int]:
    optuna = _library()
    start = {name: getattr(inner(member), name) for name in space}

    def loss(trial: Any) -> float:
        values = {
            name: parameter_range.suggested(trial, name) for name, parameter_range in space.items()
        }
        return judge(with_parameters(member, {member.name: values}))

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    # What is shipped is tried first, so that a search cannot make it worse where it looked.
    study.enqueue_trial(start)
    study.optimize(loss, n_trials=search.trials, timeout=search.seconds)
    return dict(study.best_params)


def judge_of(context: TrainingContext, plan: Plan | None) -> Judge | None:
    """The log loss of a member; None where there is too little to judge it on."""
    fit = None if plan is None else plan.fit_for(Purpose.CHOICE)
    if fit is not None:
        learned, rows = context.rows(fit.fit_on), context.rows(fit.predict_on)
        if learnable(learned) and learnable(rows):
            return lambda member: _loss(rows, unfitted(member).fit(learned).predict(rows))
    # Never the rows of the test: parameters chosen on them would make its figures worthless.
    frame = context.frame if plan is None else context.rows(plan.train)
    return (lambda member: _folded(member, frame)) if learnable(frame) else None


def _folded(member: ChurnEstimator, frame: Frame) -> float:
    # Other folds than those of the evaluation, which judges the result.
    fold = customer_folds(frame, folds=FOLDS, seed=1)
    predicted = np.empty(len(frame))
    for number in range(FOLDS):
        held = fold == number
        predicted[held] = unfitted(member).fit(frame.take(~held)).predict(frame.take(held))
    return _loss(frame, predicted)


def _loss(rows: Frame, predicted: np.ndarray) -> float:
    return float(log_losses(rows.outcome, predicted).mean())


def _library() -> Any:
    try:
        import optuna
    except ImportError:
        raise MissingExtra("optuna", extra="optuna") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
