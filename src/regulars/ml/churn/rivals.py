"""An estimator from elsewhere on the test rows of ours: the same split, intervals and guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from regulars.core.threads import one_thread
from regulars.features.frames import Frame
from regulars.ml.churn.evaluating import audited, evaluated, planned_context
from regulars.ml.churn.holdout import holdout_rows
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.training_context import FOLDS, Report, TrainingContext
from regulars.ml.evaluation import (
    Curves,
    Estimate,
    Rows,
    Scoreboard,
    ScoreRow,
    curves,
    paired_gain,
    score_row,
)
from regulars.ml.leakage import Audit, judge_estimator
from regulars.ml.log_odds import CERTAIN
from regulars.ml.splits import Plan, Purpose, TrainingCutoff, customer_folds, random_split


class Rival(Protocol):
    """Whatever learns from a frame with outcomes and predicts on another."""

    def learned(self, frame: Frame) -> Rival:
        """A fresh one, fitted to these rows."""
        ...

    def predict(self, frame: Frame) -> np.ndarray:
        """Probabilities of churn, shape (n,)."""
        ...


@dataclass(frozen=True)
class RivalEvaluation:
    """What a rival reached on rows that it never saw, beside ours and the baselines.

    `scoreboard` has the rival as a `member` of its name. `gains` maps each other score on the same
    rows to what the rival gains over it (paired, on ROC AUC, log loss and Brier; positive is
    better). `rows` are the held-out rows, `probability` (n,) what the rival says of them. `plan`
    is None where outcomes have no dates.
    """

    name: str
    champion: str
    plan: Plan | None
    rows: Frame
    probability: np.ndarray
    scoreboard: Scoreboard
    curves: Mapping[str, Curves]
    gains: Mapping[str, Mapping[str, Estimate]]
    audit: Audit

    @property
    def rival(self) -> ScoreRow:
        """The rival on the test rows."""
        return next(row for row in self.scoreboard.rows if row.name == self.name)


@one_thread()
def evaluate_rival(
    problem: ChurnProblem,
    frame: Frame,
    rival: Rival,
    *,
    cutoffs: Sequence[TrainingCutoff] = (),
    name: str,
    report: Report,
) -> RivalEvaluation:
    """Test a rival as the score of a run is tested; what the guard refuses stops nothing here.

    `cutoffs` say when each outcome window opens and closes; none for labels without a date, which
    are tested out of fold by customer. Raises NotEnoughData where there is too little to learn.
    """
    context, plan = planned_context(problem, frame, cutoffs, report)
    report(f"auditing {len(context.frame.kinds)} features for leaks")
    audit = audited(problem, context.frame)
    report(f"scoring {name} on rows that it never saw")
    probability = _held_out(rival, context, plan)
    evaluation = evaluated(context, plan)
    holdout, threshold = evaluation.holdout, evaluation.threshold
    board = holdout_rows(holdout, champion=evaluation.recipe.name, threshold=threshold)
    mine = score_row(name, "member", probability, on=holdout.known, threshold=threshold)
    if plan is not None and plan.test is not None:
        board.append(_random_split(rival, context, name=name, threshold=threshold))
    compared = {evaluation.recipe.name: holdout.ours, **holdout.baselines}
    return RivalEvaluation(
        name=name,
        champion=evaluation.recipe.name,
        plan=plan,
        rows=holdout.rows,
        probability=probability,
        scoreboard=Scoreboard((mine, *board)),
        curves={
            name: curves(holdout.rows.outcome, probability),
            evaluation.recipe.name: curves(holdout.rows.outcome, holdout.ours),
        },
        gains={
            other: paired_gain(probability, predicted, on=holdout.known)
            for other, predicted in compared.items()
        },
        audit=_judged(audit, context, auc=max(mine["roc_auc"], board[0]["roc_auc"])),
    )


def _held_out(rival: Rival, context: TrainingContext, plan: Plan | None) -> np.ndarray:
    """Probabilities of the test rows, by a rival that learned as ours learns."""
    fit = plan.fit_for(Purpose.TEST) if plan is not None else None
    if fit is not None and fit.apart == "time":
        learned = rival.learned(context.rows(fit.fit_on))
        return _probability(learned.predict(context.rows(fit.predict_on)))
    frame = context.frame
    fold = customer_folds(frame, folds=FOLDS, seed=context.problem.seed)
    predicted = np.empty(len(frame))
    for number in range(FOLDS):
        held = fold == number
        predicted[held] = rival.learned(frame.take(~held)).predict(frame.take(held))
    return _probability(predicted)


def _random_split(
    rival: Rival, context: TrainingContext, *, name: str, threshold: float
) -> ScoreRow:
    """What a random split of all rows would have said of the rival, for comparison."""
    held = random_split(len(context.frame), seed=context.problem.seed)
    test = context.frame.take(held)
    predicted = _probability(rival.learned(context.frame.take(~held)).predict(test))
    return score_row(
        f"{name} on a random split",
        "optimistic",
        predicted,
        on=Rows("a random 30 % of all rows", test.outcome, test.customers),
        threshold=threshold,
    )


def _probability(predicted: np.ndarray) -> np.ndarray:
    """Nobody is as certain as 0 or 1: one such mistake would cost an infinite log loss."""
    return np.asarray(np.clip(np.asarray(predicted, float), CERTAIN, 1 - CERTAIN))


def _judged(audit: Audit, context: TrainingContext, *, auc: float) -> Audit:
    """The audit once more after the test: what is too good to be true has an explanation."""
    problem = context.problem
    return judge_estimator(
        audit,
        context.frame,
        auc=auc,
        suspect_above=problem.suspect_above,
        accept=problem.accept,
        seed=problem.seed,
    )
