"""Training a churn score: audit the inputs, evaluate, judge, refit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from regulars.core.threads import one_thread
from regulars.features.frames import Frame
from regulars.ml.calibration import Calibrated, Platt
from regulars.ml.churn.candidates import baselines_for, members_for
from regulars.ml.churn.dependence import dependence
from regulars.ml.churn.evaluating import audited, evaluated, planned_context, silent
from regulars.ml.churn.grouping import grouped, importance
from regulars.ml.churn.holdout import (
    Evaluation,
    HoldoutResult,
    holdout_rows,
    holdout_slices,
    optimistic_row,
)
from regulars.ml.churn.money import Advice, advise_contacts
from regulars.ml.churn.out_of_fold import OutOfFoldScores
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.search import searched
from regulars.ml.churn.segment_calibration import calibration_by_segment
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training_context import Report, TrainingContext
from regulars.ml.churn.verdict import CHAMPION, Verdict, judge
from regulars.ml.encoding import numbers
from regulars.ml.estimators import ChurnEstimator
from regulars.ml.estimators.ablation import Ordinary
from regulars.ml.estimators.boosted_trees import EXACT_ROWS, MOST_ROWS
from regulars.ml.estimators.rebalanced import WARNING
from regulars.ml.estimators.sampling import sampled
from regulars.ml.evaluation import Confusion, Scoreboard, curves
from regulars.ml.leakage import Audit, judge_estimator
from regulars.ml.splits import Plan, TrainingCutoff

UNDATED = (
    "Outcomes have no dates, so no test in time was possible: figures come from stratified "
    "folds, every customer scored by estimators that never saw the customer."
)
SEARCHED_UNDATED = (
    "Parameters were looked for on folds of the same customers, so the figures flatter a little."
)
EXPLAINED_ROWS = EXACT_ROWS


@one_thread()
def train(
    problem: ChurnProblem,
    frame: Frame,
    cutoffs: Sequence[TrainingCutoff] = (),
    *,
    report: Report | None = None,
    value: np.ndarray | None = None,
    members: Mapping[str, ChurnEstimator] | None = None,
) -> TrainedChurn:
    """Learn a churn score and test it honestly.

    `frame` holds the rows of all closed cutoffs with their outcomes; `cutoffs` says when each
    outcome window opens and closes (none for the labelled kind). `report` receives a
    sentence for each step. `value` (n,) is the customer value of each row, for the money of the
    test; without it the problem's `value_input`. `members` are the estimators to try, by name; by
    default those that suit the kind. Raises LeakageError where an input knows the outcome and
    NotEnoughData where there is too little to learn from.
    """
    context, plan = planned_context(problem, frame, cutoffs, report or silent)
    if members is not None:
        context = replace(context, members=members)
    context.report(f"auditing {len(context.frame.kinds)} features for leaks")
    audit = audited(problem, context.frame)
    # Before anything is fitted: an input that knows the outcome would win every comparison below.
    audit.enforce()
    problem, context = _tuned(context, plan)
    evaluation = evaluated(context, plan)
    holdout = evaluation.holdout
    verdict = judge(holdout.ours, holdout.baselines, on=holdout.known)
    threshold = problem.money.threshold if problem.money else evaluation.threshold
    scoreboard = _scoreboard(context, evaluation, verdict, threshold=threshold)
    audit = _audit_after_test(context, audit, scoreboard, verdict)
    audit.enforce()
    estimator = _refitted(context, evaluation, verdict)
    newest = _newest(context.frame)
    context.report("explaining")
    # Reasons compare a customer with those of today, not with a mixture of two years.
    shown = sampled(newest, EXPLAINED_ROWS, seed=problem.seed)
    explained = estimator.explain_against(shown)
    return TrainedChurn(
        problem=problem,
        estimator=estimator,
        champion=evaluation.recipe.name,
        shipped=evaluation.recipe.name if verdict.ships == CHAMPION else verdict.ships,
        verdict=verdict,
        plan=plan,
        plan_words=_plan_words(context, plan),
        calibration_words=_calibration_words(problem, evaluation),
        recalibration=replace(evaluation.recalibration, past=()),
        choice=evaluation.choice,
        threshold=threshold,
        scoreboard=scoreboard,
        validation=evaluation.validation,
        confusion=Confusion.at(threshold, holdout.rows.outcome, _of_what_ships(holdout, verdict)),
        curves=curves(holdout.rows.outcome, holdout.ours),
        money=_advice(problem, holdout, _value_of_tested(problem, frame, holdout, value)),
        audit=audit,
        importance=importance(problem, grouped(problem, explained)),
        dependence=dependence(shown, explained),
        segments=calibration_by_segment(holdout.rows, _of_what_ships(holdout, verdict)),
        ordinary=Ordinary.of(newest),
        tested=_tested(holdout, verdict),
        kinds=dict(context.frame.kinds),
        # Dated outcomes need none: whom they are scored at lies after everything learned from.
        out_of_fold=None
        if plan
        else OutOfFoldScores.of(holdout.rows, _of_what_ships(holdout, verdict)),
    )


def _audit_after_test(
    context: TrainingContext, audit: Audit, scoreboard: Scoreboard, verdict: Verdict
) -> Audit:
    """The audit once more after the test, for leaks that no single input shows."""
    problem = context.problem
    return judge_estimator(
        audit,
        context.frame,
        auc=scoreboard.ours["roc_auc"],
        suspect_above=problem.suspect_above,
        accept=problem.accept,
        ranks=verdict.ships == CHAMPION,
        seed=problem.seed,
    )


def _tuned(context: TrainingContext, plan: Plan | None) -> tuple[ChurnProblem, TrainingContext]:
    """Better parameters, where they are asked for and not known from an earlier training."""
    problem = context.problem
    # A search of an earlier training is not repeated: it would find the same in as long.
    if problem.search is None or problem.parameters:
        return problem, context
    parameters = searched(context, plan, problem.search)
    problem = replace(problem, parameters=parameters)
    return problem, replace(context, problem=problem, members=members_for(problem))


def _calibration_words(problem: ChurnProblem, evaluation: Evaluation) -> str:
    if problem.balance is None:
        return evaluation.recalibration.sentence
    warning = WARNING.format(how=problem.balance.replace("_", " "))
    return f"{warning} {evaluation.recalibration.sentence}"


def _scoreboard(
    context: TrainingContext, evaluation: Evaluation, verdict: Verdict, *, threshold: float
) -> Scoreboard:
    context.report("measuring, with intervals by customer")
    rows = holdout_rows(evaluation.holdout, champion=evaluation.recipe.name, threshold=threshold)
    if evaluation.train is not None:
        rows.append(optimistic_row(context, evaluation.recipe, threshold=threshold))
    slices = holdout_slices(
        context.problem, evaluation.holdout, train=evaluation.train, threshold=threshold
    )
    return Scoreboard(tuple(rows), verdict.words, tuple(slices))


def _refitted(context: TrainingContext, evaluation: Evaluation, verdict: Verdict) -> Calibrated:
    """What ships (`Purpose.SHIPPED`); a calibrator rolls on to the newest outcomes."""
    context.report("refitting on all closed cutoffs")
    if verdict.ships != CHAMPION:
        # The simpler score learns from the newest outcomes too; it has nothing to calibrate.
        simpler = baselines_for(context.problem, context.frame)[verdict.ships]
        return Calibrated(simpler.fit(context.frame))
    estimator = context.fit(evaluation.recipe, context.frame, known=evaluation.fitted)
    # The refitted estimator has seen every outcome, so it cannot say how its own probabilities hold
    # up. The estimator of the test stands for it: same recipe, and the newest outcomes unseen.
    holdout = evaluation.holdout
    platt = evaluation.recalibration.learned_with(holdout.rows, holdout.raw)
    return Calibrated(estimator, platt or Platt())


def _value_of_tested(
    problem: ChurnProblem, frame: Frame, holdout: HoldoutResult, value: np.ndarray | None
) -> np.ndarray | None:
    """The value of the tested customers, from the rows as given: a value needs no history."""
    if value is None:
        if not problem.value_input or problem.value_input not in frame.kinds:
            return None
        value = numbers(frame.inputs[problem.value_input])
    # In the order of the test rows, which were sorted when the context was made.
    given = Frame(frame.keys, pa.table({"value": np.nan_to_num(value)}), {"value": "number"})
    tested = np.isin(frame.as_of, np.unique(holdout.rows.as_of))
    return numbers(given.take(tested).sorted().inputs["value"])


def _advice(
    problem: ChurnProblem, holdout: HoldoutResult, value: np.ndarray | None
) -> Advice | None:
    if problem.money is None:
        return None
    return advise_contacts(holdout.ours, money=problem.money, value=value)


def _plan_words(context: TrainingContext, plan: Plan | None) -> str:
    """How it was tested, and whether trees learned from all rows."""
    words = plan.words if plan else UNDATED
    if plan is None and context.problem.search is not None:
        words = f"{words} {SEARCHED_UNDATED}"
    rows = len(context.frame)
    if rows <= MOST_ROWS:
        return words
    return (
        f"{words} Trees learn from at most {MOST_ROWS:,} of up to {rows:,} rows, every churned one "
        "first, weighted so that probabilities hold for all."
    )


def _newest(frame: Frame) -> Frame:
    return frame.take(frame.as_of == frame.as_of.max())


def _tested(holdout: HoldoutResult, verdict: Verdict) -> pa.Table:
    """The test rows with the probabilities of what ships, made before it saw their outcomes."""
    return holdout.rows.keys.append_column(
        "churn_probability", pa.array(_of_what_ships(holdout, verdict), pa.float64())
    ).append_column("churned", pa.array(holdout.rows.outcome > 0))


def _of_what_ships(holdout: HoldoutResult, verdict: Verdict) -> np.ndarray:
    """Test probabilities of the champion, or of the simpler score that ships."""
    return holdout.ours if verdict.ships == CHAMPION else holdout.baselines[verdict.ships]
