"""As-of dates: the moment looked back from, and the past ones that learning uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from regulars.core.settings import ChurnSettings, Project

Role = Literal["score", "train", "validate", "calibrate", "test", "review"]
Grain = Literal["day", "week", "month"]

# Training cutoffs step about a month: finer steps add nothing that was ever measured.
_STEP = {"day": 30, "week": 4, "month": 1}


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


def add_periods(day: date, count: int, *, grain: Grain) -> date:
    """The period border `count` periods after (or before) a border."""
    if grain == "month":
        months = day.year * 12 + day.month - 1 + count
        return date(months // 12, months % 12 + 1, 1)
    return day + timedelta(days=count * (7 if grain == "week" else 1))


def period_start(day: date, *, grain: Grain) -> date:
    """The first day of the period that holds a day; weeks begin on Monday."""
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


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
    churn, grain = project.churn, project.grain
    if churn is None:
        return [Cutoff(as_of, as_of, as_of, "score", is_closed=False)]
    if churn.kind == "labelled":
        return [Cutoff(as_of, as_of, as_of, "score", is_closed=True)]
    score = _cutoff(as_of, churn, grain=grain, role="score", closed=False)
    if first_event is None:
        return [score]
    found: list[Cutoff] = []
    at = add_periods(as_of, -(churn.gap + churn.horizon), grain=grain)
    earliest = add_periods(period_start(first_event, grain=grain), churn.horizon, grain=grain)
    step = churn.cutoff_step or _STEP[grain]
    while at >= earliest and len(found) < churn.max_cutoffs:
        role: Role = "train" if found else "test"
        found.append(_cutoff(at, churn, grain=grain, role=role, closed=True))
        at = add_periods(at, -step, grain=grain)
    known = {one.as_of for one in found}
    for day in sorted(set(review) - known):
        again = _cutoff(day, churn, grain=grain, role="review", closed=True)
        found += [again] if again.outcome_to <= as_of else []
    return [*sorted(found), score]


def _cutoff(at: date, churn: ChurnSettings, *, grain: Grain, role: Role, closed: bool) -> Cutoff:
    start = add_periods(at, churn.gap, grain=grain)
    return Cutoff(at, start, add_periods(start, churn.horizon, grain=grain), role, closed)
