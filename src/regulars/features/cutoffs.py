"""As-of dates: the moment looked back from, and the past ones that learning uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.core.calendar import PERIODS_PER_MONTH, Grain, add_periods, period_start
from regulars.core.settings import Project
from regulars.features.churn_definition import ChurnDefinition

Role = Literal["score", "train", "validate", "calibrate", "test", "review"]


@dataclass(frozen=True, order=True)
class Cutoff:
    """A moment `as_of` with its outcome window [outcome_from, outcome_to), all on period borders.

    `is_closed` says that the window ends no later than the run's as-of date; only then is the
    outcome known.
    """

    as_of: date
    outcome_from: date
    outcome_to: date
    role: Role
    is_closed: bool


def default_as_of(last_event: date, *, grain: Grain) -> date:
    """The end of the last period that holds an event."""
    return add_periods(period_start(last_event, grain=grain), 1, grain=grain)


def make_cutoffs(
    project: Project, *, as_of: date, first_event: date | None, review: Sequence[date] = ()
) -> list[Cutoff]:
    """The scoring date and every past cutoff whose outcome window has closed, oldest first.

    Cutoffs step back from the last closed one and stop where less than one window of history
    (as long as the horizon) lies before them. The last closed one is the test. A labelled
    snapshot has one cutoff, its as-of date, whose outcome is the label. `review` are dates of
    earlier scorings: those whose window has closed get outcomes too, and nothing learns from them.
    """
    definition, churn = ChurnDefinition.of(project), project.churn
    if definition is None or churn is None:
        return [Cutoff(as_of, as_of, as_of, "score", is_closed=False)]
    if definition.horizon is None:
        return [Cutoff(as_of, as_of, as_of, "score", is_closed=True)]
    score = _cutoff(as_of, definition, role="score", is_closed=False)
    if first_event is None:
        return [score]
    cutoffs: list[Cutoff] = []
    grain, horizon = definition.grain, definition.horizon
    at = add_periods(as_of, -(definition.gap + horizon), grain=grain)
    earliest = add_periods(period_start(first_event, grain=grain), horizon, grain=grain)
    # Steps of about a month: finer ones add nothing that was ever measured.
    step = churn.cutoff_step or PERIODS_PER_MONTH[grain]
    while at >= earliest and len(cutoffs) < churn.max_cutoffs:
        role: Role = "train" if cutoffs else "test"
        cutoffs.append(_cutoff(at, definition, role=role, is_closed=True))
        at = add_periods(at, -step, grain=grain)
    known = {cutoff.as_of for cutoff in cutoffs}
    for day in sorted(set(review) - known):
        again = _cutoff(day, definition, role="review", is_closed=True)
        cutoffs += [again] if again.outcome_to <= as_of else []
    return [*sorted(cutoffs), score]


def _cutoff(at: date, definition: ChurnDefinition, *, role: Role, is_closed: bool) -> Cutoff:
    start = add_periods(at, definition.gap, grain=definition.grain)
    end = add_periods(start, definition.horizon or 0, grain=definition.grain)
    return Cutoff(at, start, end, role, is_closed)
