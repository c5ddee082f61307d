"""Training a churn score: guard, examine, judge, refit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from regulars.features.frames import Frame
from regulars.ml.calibration import Calibrated, Platt
from regulars.ml.churn.bench import Bench, Report, need_learnable
from regulars.ml.churn.candidates import baselines_for, members_for
from regulars.ml.churn.dependence import dependence
from regulars.ml.churn.exam import Exam, exam_in_time, exam_out_of_fold
from regulars.ml.churn.grouping import grouped, importance
from regulars.ml.churn.money import Advice, advise_contacts
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.search import searched
from regulars.ml.churn.segment_calibration import calibration_by_segment
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.trial import Trial, optimistic_row, test_rows, test_slices
from regulars.ml.churn.verdict import CHAMPION, Verdict, judge
from regulars.ml.encoding import numbers
from regulars.ml.estimators.ablation import Ordinary
from regulars.ml.estimators.boosted_trees import MOST_ROWS
from regulars.ml.estimators.rebalanced import WARNING
from regulars.ml.estimators.sampling import sampled
from regulars.ml.evaluation import Confusion, Scoreboard, curves
from regulars.ml.leakage import Audit, audit_inputs, judge_estimator
from regulars.ml.splits import Cutoff, Plan, plan_cutoffs, rows_at
from regulars.ml.support import without_unsupported

UNDATED = (
    "Outcomes have no dates, so no test in time was possible: figures come from stratified "
    "folds, every customer scored by estimators that never saw the customer."
)
SEARCHED_UNDATED = (
    "Parameters were looked for on folds of the same customers, so the figures flatter a little."
)
OUT_OF_FOLD = "all customers, out of fold"
EXPLAINED_ROWS = 4_000


def train(
    problem: ChurnProblem,
    frame: Frame,
    cutoffs: Sequence[Cutoff] = (),
    *,
    report: Report | None = None,
    value: np.ndarray | None = None,
) -> TrainedChurn:
    """Learn a churn score and test it honestly.

    `frame` holds the rows of all closed cutoffs with their outcomes; `cutoffs` says when each
    outcome window opens and closes (none for the labelled kind). `report` is told in words what
    is being done. `value` (n,) is what the customer of each row is worth, for the money of the
    test; without it the problem's `value_input`. Raises LeakageError where an input knows the
    outcome and NotEnoughData where there is too little to learn from.
    """
    bench, plan = _bench(problem, frame, cutoffs, report or _silent)
    bench.report(f"auditing {len(bench.frame.kinds)} inputs for leaks")
    audit = _audit(problem, bench.frame)
    audit.enforce()
    problem, bench = _tuned(bench, plan)
    exam = _examined(bench, plan)
    trial = exam.trial
    verdict = judge(trial.ours, trial.baselines, on=trial.known)
    threshold = problem.money.threshold if problem.money else exam.threshold
    scoreboard = _scoreboard(bench, exam, verdict, threshold=threshold)
    audit = judge_estimator(
        audit,
        auc=scoreboard.ours["roc_auc"],
        suspect_above=problem.suspect_above,
        accept=problem.accept,
        ranks=verdict.ships == CHAMPION,
    )
    audit.enforce()
    verdict = verdict.adding(audit.suspicion)
    scoreboard = replace(scoreboard, verdict=verdict.words)
    estimator = _refitted(bench, exam, verdict)
    newest = _newest(bench.frame)
    bench.report("explaining")
    shown = sampled(newest, EXPLAINED_ROWS, seed=problem.seed)
    explained = estimator.explain_against(shown)
    return TrainedChurn(
        problem=problem,
        estimator=estimator,
        champion=exam.recipe.name,
        shipped=exam.recipe.name if verdict.ships == CHAMPION else verdict.ships,
        verdict=verdict,
        plan=plan,
        plan_words=_plan_words(bench, plan),
        calibration_words=_calibration_words(problem, exam),
        threshold=threshold,
        scoreboard=scoreboard,
        validation=exam.validation,
        confusion=Confusion.at(threshold, trial.rows.outcome, _of_what_ships(trial, verdict)),
        curves=curves(trial.rows.outcome, trial.ours),
        money=_advice(problem, trial, _worth_of_tested(problem, frame, trial, value)),
        audit=audit,
        importance=importance(problem, grouped(problem, explained)),
        dependence=dependence(shown, explained),
        segments=calibration_by_segment(trial.rows, _of_what_ships(trial, verdict)),
        ordinary=Ordinary.of(newest),
        tested=_tested(trial, verdict),
        kinds=dict(bench.frame.kinds),
    )


def audit_churn(problem: ChurnProblem, frame: Frame, cutoffs: Sequence[Cutoff] = ()) -> Audit:
    """What the guard says of every input, on the rows that training would learn from."""
    return _audit(problem, _bench(problem, frame, cutoffs, _silent)[0].frame)


def rows_before_the_test(
    problem: ChurnProblem, frame: Frame, cutoffs: Sequence[Cutoff] = ()
) -> Frame:
    """The rows that training may try things on: all but those of the test cutoff."""
    bench, plan = _bench(problem, frame, cutoffs, _silent)
    return bench.frame if plan is None else bench.rows(plan.train)


def _bench(
    problem: ChurnProblem, frame: Frame, cutoffs: Sequence[Cutoff], report: Report
) -> tuple[Bench, Plan | None]:
    """Rows of the planned cutoffs, sorted, behind the support guard."""
    plan = None
    if problem.dated:
        present = [cutoff for cutoff in cutoffs if rows_at(frame, [cutoff]).any()]
        plan = plan_cutoffs(present)
        frame = frame.take(rows_at(frame, plan.closed))
    frame = frame.sorted()
    if problem.history_from:
        frame = without_unsupported(frame, reach=problem.reach, history_from=problem.history_from)
    need_learnable(frame, words="too little to learn churn from")
    return Bench(problem, frame, members_for(problem), report), plan


def _audit(problem: ChurnProblem, frame: Frame) -> Audit:
    return audit_inputs(
        frame,
        lineage=problem.lineage,
        outcome_lineage=problem.outcome_lineage,
        outcome_names=problem.outcome_names,
        looks_ahead=problem.looks_ahead,
        accept=problem.accept,
        seed=problem.seed,
    )


def _examined(bench: Bench, plan: Plan | None) -> Exam:
    if plan is None or plan.test is None:
        return exam_out_of_fold(bench, words=OUT_OF_FOLD)
    need_learnable(bench.rows(plan.train), words="too little before the test cutoff")
    return exam_in_time(bench, plan)


def _tuned(bench: Bench, plan: Plan | None) -> tuple[ChurnProblem, Bench]:
    """Better parameters, where they are asked for and not known from an earlier training."""
    problem = bench.problem
    if problem.search is None or problem.parameters:
        return problem, bench
    found = searched(bench, plan, problem.search)
    problem = replace(problem, parameters=found)
    return problem, replace(bench, problem=problem, members=members_for(problem))


def _calibration_words(problem: ChurnProblem, exam: Exam) -> str:
    if problem.balance is None:
        return exam.calibration_words
    return f"{WARNING.format(how=problem.balance.replace('_', ' '))} {exam.calibration_words}"


def _scoreboard(bench: Bench, exam: Exam, verdict: Verdict, *, threshold: float) -> Scoreboard:
    bench.report("measuring, with intervals by customer")
    rows = test_rows(exam.trial, champion=exam.recipe.name, threshold=threshold)
    if exam.train is not None:
        rows.append(optimistic_row(bench, exam.recipe, threshold=threshold))
    slices = test_slices(bench.problem, exam.trial, train=exam.train, threshold=threshold)
    return Scoreboard(tuple(rows), verdict.words, tuple(slices))


def _refitted(bench: Bench, exam: Exam, verdict: Verdict) -> Calibrated:
    """What ships, fitted on every closed cutoff; calibration rolls on to the newest outcomes."""
    bench.report("refitting on all closed cutoffs")
    if verdict.ships != CHAMPION:
        simpler = baselines_for(bench.problem, bench.frame)[verdict.ships]
        return Calibrated(simpler.fit(bench.frame))
    estimator = bench.fit(exam.recipe, bench.frame)
    if exam.platt is None:
        return Calibrated(estimator)
    return Calibrated(estimator, Platt.learned(exam.trial.rows.outcome, exam.trial.raw))


def _worth_of_tested(
    problem: ChurnProblem, frame: Frame, trial: Trial, value: np.ndarray | None
) -> np.ndarray | None:
    """What the tested customers are worth, from the rows as given: worth needs no history."""
    if value is None:
        if not problem.value_input or problem.value_input not in frame.kinds:
            return None
        value = numbers(frame.inputs[problem.value_input])
    worth = Frame(frame.keys, pa.table({"worth": np.nan_to_num(value)}), {"worth": "number"})
    tested = np.isin(frame.as_of, np.unique(trial.rows.as_of))
    return numbers(worth.take(tested).sorted().inputs["worth"])


def _advice(problem: ChurnProblem, trial: Trial, worth: np.ndarray | None) -> Advice | None:
    if problem.money is None:
        return None
    return advise_contacts(trial.ours, money=problem.money, value=worth)


def _plan_words(bench: Bench, plan: Plan | None) -> str:
    """How it was tested, and whether trees learned from all rows."""
    words = plan.words if plan else UNDATED
    if plan is None and bench.problem.search is not None:
        words = f"{words} {SEARCHED_UNDATED}"
    rows = len(bench.frame)
    if rows <= MOST_ROWS:
        return words
    return (
        f"{words} Trees learn from at most {MOST_ROWS:,} of up to {rows:,} rows, every churned one "
        "first, weighted so that probabilities hold for all."
    )


def _newest(frame: Frame) -> Frame:
    return frame.take(frame.as_of == frame.as_of.max())


def _tested(trial: Trial, verdict: Verdict) -> pa.Table:
    """The test rows with the probabilities of what ships, made before it saw their outcomes."""
    return trial.rows.keys.append_column(
        "churn_probability", pa.array(_of_what_ships(trial, verdict), pa.float64())
    ).append_column("churned", pa.array(trial.rows.outcome > 0))


def _of_what_ships(trial: Trial, verdict: Verdict) -> np.ndarray:
    """Test probabilities of the champion, or of the simpler score that ships."""
    return trial.ours if verdict.ships == CHAMPION else trial.baselines[verdict.ships]


def _silent(words: str) -> None:
    """Nobody asked to be told."""
