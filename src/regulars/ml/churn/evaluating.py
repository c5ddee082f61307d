"""What every evaluation of churn begins with: planned rows, their audit, and the held-out test."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.features.frames import Frame
from regulars.ml.churn.candidates import members_for
from regulars.ml.churn.holdout import Evaluation, evaluated_in_time, evaluated_out_of_fold
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.training_context import Report, TrainingContext, need_learnable
from regulars.ml.leakage import Audit, audit_inputs
from regulars.ml.splits import Plan, TrainingCutoff, plan_cutoffs, rows_at
from regulars.ml.support import without_unsupported

OUT_OF_FOLD = "all customers, out of fold"


def audit_churn(
    problem: ChurnProblem, frame: Frame, cutoffs: Sequence[TrainingCutoff] = ()
) -> Audit:
    """What the guard says of every input, on the rows that training would learn from."""
    return audited(problem, planned_context(problem, frame, cutoffs, silent)[0].frame)


def rows_before_the_test(
    problem: ChurnProblem, frame: Frame, cutoffs: Sequence[TrainingCutoff] = ()
) -> Frame:
    """The rows that training may try things on: all but those of the test cutoff."""
    context, plan = planned_context(problem, frame, cutoffs, silent)
    return context.frame if plan is None else context.rows(plan.train)


def planned_context(
    problem: ChurnProblem, frame: Frame, cutoffs: Sequence[TrainingCutoff], report: Report
) -> tuple[TrainingContext, Plan | None]:
    """Rows of the planned cutoffs, sorted, behind the support guard."""
    plan = None
    if problem.dated:
        # A cutoff at which nobody was eligible has no rows: nothing can be fitted or tested there.
        present = [cutoff for cutoff in cutoffs if rows_at(frame, [cutoff]).any()]
        plan = plan_cutoffs(present)
        frame = frame.take(rows_at(frame, plan.closed))
    # Sorted by key, so that the same rows give the same estimator in whatever order they come.
    frame = frame.sorted()
    if problem.history_from:
        frame = without_unsupported(frame, reach=problem.reach, history_from=problem.history_from)
    # Said before the audit: its statistics need both outcomes as well.
    need_learnable(frame, words="too little to learn churn from")
    return TrainingContext(problem, frame, members_for(problem), report), plan


def audited(problem: ChurnProblem, frame: Frame) -> Audit:
    """What the guard says of every input of these rows."""
    return audit_inputs(
        frame,
        lineage=problem.lineage,
        outcome_lineage=problem.outcome_lineage,
        outcome_names=problem.outcome_names,
        looks_ahead=problem.looks_ahead,
        accept=problem.accept,
        seed=problem.seed,
    )


def evaluated(context: TrainingContext, plan: Plan | None) -> Evaluation:
    """The recipe that is chosen without the test, and what it says of the test."""
    # No later rows: customers held apart are the next best, and the report says so.
    if plan is None or plan.test is None:
        return evaluated_out_of_fold(context, words=OUT_OF_FOLD)
    need_learnable(context.rows(plan.train), words="too little before the test cutoff")
    return evaluated_in_time(context, plan)


def silent(words: str) -> None:
    """Drop the message."""
