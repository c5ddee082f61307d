"""Refusal of totals to date: an attribute without dates that counts what came after the cutoff.

Carried back to a past cutoff, 'orders in all' less 'orders before the cutoff' is what was bought
later: the outcome itself. The attribute alone need not rank customers suspiciously well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.ml.estimators.sampling import sampled
from regulars.ml.leakage.statistics import LEAST_OF_EACH, ROWS, SINGLE_AUC, rank_auc

DATED = " before the cutoff"
# What two inputs reach together means more where neither reaches it alone.
TOGETHER_AUC = 0.9
GAIN = 0.03


def refused_as_totals(
    frame: Frame, lineage: Mapping[str, tuple[str, ...]], *, seed: int = 0
) -> dict[str, str]:
    """Reasons for undated numbers that, less a dated input, rank churners almost perfectly.

    That is ROC AUC 0.95 and more, or 0.90 where it is 0.03 above what either reaches alone: returns
    and corrections blur a total. Looked at on the newest as-of date, where a total made at the
    data's end covers the outcome window and little else. An input is dated where its lineage says
    so; unknown lineage passes.
    """
    counted = [name for name in frame.inputs.column_names if frame.kinds[name] == "number"]
    dated = [name for name in counted if is_dated(lineage.get(name, ()))]
    undated = [name for name in counted if lineage.get(name) and name not in dated]
    if not (dated and undated):
        return {}
    rows = sampled(frame.take(frame.as_of == frame.as_of.max()), ROWS, seed=seed)
    if min(rows.outcome.sum(), (1 - rows.outcome).sum()) < LEAST_OF_EACH:
        return {}  # of so many pairs, one tells a few churners apart by luck
    known = {name: numbers(rows.inputs[name]) for name in [*dated, *undated]}
    pairs = {name: _strongest(name, dated, known, rows.outcome) for name in undated}
    return {
        name: f"less '{pair.before}' ranks churners with ROC AUC {pair.together:.3f}: "
        "it counts what came later"
        for name, pair in pairs.items()
        if pair.guilty
    }


@dataclass(frozen=True)
class _Pair:
    """ROC AUC of an input less a dated one, and the better of what the two reach alone."""

    before: str
    together: float
    alone: float

    @property
    def guilty(self) -> bool:
        limit = TOGETHER_AUC if self.together - self.alone >= GAIN else SINGLE_AUC
        return self.together >= limit


def is_dated(sources: tuple[str, ...]) -> bool:
    """Whether an input is made of dated rows before the cutoff only, by its lineage."""
    return bool(sources) and all(source.endswith(DATED) for source in sources)


def _strongest(
    name: str, dated: list[str], known: Mapping[str, np.ndarray], outcome: np.ndarray
) -> _Pair:
    """The dated input less which this one tells most."""
    aucs = [
        rank_auc(outcome, np.nan_to_num(known[before] - known[name], nan=-np.inf))
        for before in dated
    ]
    best = int(np.argmax(aucs))
    either = [_alone(known[input_name], outcome) for input_name in (name, dated[best])]
    return _Pair(dated[best], aucs[best], max(either))


def _alone(values: np.ndarray, outcome: np.ndarray) -> float:
    auc = rank_auc(outcome, np.nan_to_num(values, nan=-np.inf))
    return max(auc, 1 - auc)
