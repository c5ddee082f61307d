"""Reasons: do refits agree on them, and do scores move as they say?"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from accuracy.dated import lesson_of
from accuracy.page import Figure, Section
from accuracy.projects import Lesson
from accuracy.snapshots import snapshot
from regulars.features.frames import Frame
from regulars.ml.calibration import Calibrated
from regulars.ml.churn.candidates import Recipe, members_for
from regulars.ml.churn.grouping import grouped
from regulars.ml.churn.reasons import moves_as_stated, top_groups
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training_context import TrainingContext
from regulars.ml.estimators.blend import Blend
from regulars.ml.estimators.sampling import sampled
from regulars.ml.estimators.stack import Stack

REFITS = 20
EXPLAINED = 1_000


def section(data: Path, folder: Path) -> Section:
    """Telco and retail."""
    figures = []
    for name, lesson in (
        ("telco", snapshot("telco", data, folder)),
        ("retail", lesson_of("retail", data, folder)),
    ):
        agree, moves = held_reasons(lesson, refits=REFITS)
        what = f"{name}, {REFITS} bootstrap refits: share that agrees on a customer's top group"
        figures += [
            Figure(what, agree, at_least=0.8),
            Figure(f"{name}: scores that move as the top reason says", moves, at_least=0.95),
        ]
    words = (
        f"Refits learn from resampled customers by the recipe that ships; {EXPLAINED:,} customers "
        "are explained by each. A score is checked by taking the inputs of its top group from "
        "other customers."
    )
    return Section("reasons", words, figures)


def held_reasons(lesson: Lesson, *, refits: int) -> tuple[float, float]:
    """Share of (customer, refit) with the same top group; share of scores that move as stated."""
    trained = lesson.trained()
    frame = trained.prepared(lesson.frame).sorted()
    now = sampled(frame.take(frame.as_of == frame.as_of.max()), EXPLAINED)
    mine = top_groups(grouped(trained.problem, trained.estimator.contributions(now)))
    random = np.random.default_rng(1)
    same = [
        (mine == _top_of_refit(trained, _resampled(frame, random), now)).mean()
        for _ in range(refits)
    ]
    moves = moves_as_stated(trained.problem, trained.estimator, now, background=now)
    return float(np.mean(same)), float(moves.mean())


def _top_of_refit(trained: TrainedChurn, rows: Frame, now: Frame) -> np.ndarray:
    context = TrainingContext(trained.problem, rows, members_for(trained.problem), lambda _: None)
    again = Calibrated(context.fit(_recipe(trained), rows), trained.estimator.platt)
    again.explain_against(now)
    return top_groups(grouped(trained.problem, again.contributions(now)))


def _recipe(trained: TrainedChurn) -> Recipe:
    """The recipe of what ships, with its weights."""
    inner = trained.estimator.estimator
    if isinstance(inner, Stack):
        names = tuple(member.name for member in inner.members)
        weights = tuple(np.asarray(inner.weights_).tolist())
        return Recipe("stack", "stack", names, weights, inner.intercept_)
    if isinstance(inner, Blend):
        return Recipe("blend", "blend", tuple(member.name for member in inner.members))
    return Recipe(inner.name, "one", (inner.name,))


def _resampled(frame: Frame, random: np.random.Generator) -> Frame:
    """As many customers, drawn with replacement, each with all rows."""
    _, member = np.unique(frame.customers, return_inverse=True)
    count = int(member.max()) + 1
    times = np.bincount(random.integers(0, count, size=count), minlength=count)
    return frame.take(np.repeat(np.arange(len(frame)), times[member]))
