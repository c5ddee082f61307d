"""How the score depends on its strongest inputs: mean effect along the values of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers, texts
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.log_odds import probability

# As many as a page shows: more curves say less.
INPUTS, BINS, LEVELS = 8, 10, 8


@dataclass(frozen=True)
class DependencePoint:
    """Customers with values from `low` to `high` (a category: its name in `level`).

    `effect` is what the input adds to their log-odds on average, `score` their mean probability.
    """

    level: str
    low: float | None
    high: float | None
    n: int
    effect: float
    score: float


@dataclass(frozen=True)
class Dependence:
    """One input, and how its effect changes along its values."""

    input: str
    strength: float
    points: tuple[DependencePoint, ...]


def dependence(rows: Frame, found: Contributions) -> tuple[Dependence, ...]:
    """Curves of the strongest inputs, by mean absolute effect among these rows.

    `found` are the contributions of the same rows. Numbers are cut at their deciles, missing values
    stand apart; of categories the most frequent levels are shown.
    """
    if not found.inputs or not len(rows):
        return ()
    strength = np.abs(found.values).mean(axis=0)
    score = probability(found.base + found.values.sum(axis=1))
    # Stable, so that equal strengths keep the order of the inputs from run to run.
    strongest = np.argsort(-strength, kind="stable")[:INPUTS]
    return tuple(
        Dependence(
            found.inputs[at],
            float(strength[at]),
            _points(rows, found.inputs[at], found.values[:, at], score),
        )
        for at in strongest
        if strength[at] > 0
    )


def _points(
    rows: Frame, name: str, effect: np.ndarray, score: np.ndarray
) -> tuple[DependencePoint, ...]:
    if rows.kinds[name] != "number":
        return _of_levels(texts(rows.inputs[name]), effect, score)
    # Missing values are no number: they get a point of their own, or they would bend the curve.
    values = numbers(rows.inputs[name])
    known = ~np.isnan(values)
    points = _of_bins(values[known], effect[known], score[known]) if known.any() else []
    if not known.all():
        points.append(_point("(missing)", effect[~known], score[~known]))
    return tuple(points)


def _of_bins(values: np.ndarray, effect: np.ndarray, score: np.ndarray) -> list[DependencePoint]:
    # Deciles instead of equal widths: spend and counts have a few very large values.
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, values, side="left")
    return [
        _point("", effect[bins == at], score[bins == at], values=values[bins == at])
        for at in np.unique(bins)
    ]


def _of_levels(column: Any, effect: np.ndarray, score: np.ndarray) -> tuple[DependencePoint, ...]:
    coded = pc.dictionary_encode(column.combine_chunks())
    codes, names = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    # Rare levels have effects made of a handful of customers.
    often = np.argsort(-np.bincount(codes), kind="stable")[:LEVELS]
    return tuple(_point(str(names[at]), effect[codes == at], score[codes == at]) for at in often)


def _point(
    level: str, effect: np.ndarray, score: np.ndarray, *, values: np.ndarray | None = None
) -> DependencePoint:
    low, high = (None, None) if values is None else (float(values.min()), float(values.max()))
    return DependencePoint(level, low, high, len(effect), float(effect.mean()), float(score.mean()))
