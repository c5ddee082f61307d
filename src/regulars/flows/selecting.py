"""Rank a project's inputs by what the training rows say of them, outside of a run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.flows.lessons import read_lesson
from regulars.flows.session import view
from regulars.ml.selection import Ranking, rank_inputs
from regulars.ml.splits import plan_cutoffs, rows_at
from regulars.warehouse.opening import warehouse_exists


def rank_project(
    project: Project, *, method: str, top: int, clock: Callable[[], datetime]
) -> Ranking:
    """Rank by rows of training cutoffs only: those of the test stay unseen.

    Raises SettingsError before there are features, or where the project defines no churn.
    """
    unmade = SettingsError(
        "there are no features with outcomes yet",
        where=str(project.root),
        hint="Define `churn` in regulars.yaml and `regulars run --steps land,clean,features`.",
    )
    if project.churn is None or not warehouse_exists(project):
        raise unmade
    with view(project, clock) as context:
        if not context.warehouse.columns("gold", "ml_training_data"):
            raise unmade
        lesson = read_lesson(context)
    frame = lesson.frame
    if lesson.closed:
        frame = frame.take(rows_at(frame, plan_cutoffs(lesson.windows).train))
    return rank_inputs(frame.sorted(), method=method, top=top)
