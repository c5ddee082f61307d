"""Estimators or ways to balance classes side by side, on the project's own customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from regulars.core.progress import Progress
from regulars.core.settings import Project
from regulars.flows.auditing import need_features
from regulars.flows.lessons import problem_of, read_lesson
from regulars.flows.session import session

if TYPE_CHECKING:
    from regulars.ml.churn.comparison import Compared


def compare_project(
    project: Project, *, balance: bool, progress: Progress, clock: Callable[[], datetime]
) -> list[Compared]:
    """Compare on folds of customers, without the test cutoff; trains nothing that scores."""
    from regulars.ml.churn.comparison import balances_compared, compare, estimators_compared
    from regulars.ml.churn.training import rows_before_the_test

    churn = need_features(project)
    with session(project, "regulars churn compare", clock, progress=progress) as held:
        lesson = read_lesson(held.context)
        problem = problem_of(held.context, churn, lesson)
    rows = rows_before_the_test(problem, lesson.frame, lesson.windows)
    candidates = balances_compared(problem.seed) if balance else estimators_compared(problem)
    return compare(rows, candidates, report=progress.detail, seed=problem.seed)
