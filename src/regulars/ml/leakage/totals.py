"""Refusal of totals to date: an attribute without dates that counts what came after the cutoff.

Carried back to a past cutoff, 'orders in all' less 'orders before the cutoff' is what was bought
later: the outcome itself. The attribute alone need not rank customers suspiciously well.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.ml.estimators.sampling import sampled
from regulars.ml.leakage.statistics import ROWS, SINGLE_AUC, rank_auc

DATED = " before the cutoff"


def refused_as_totals(
    frame: Frame, lineage: Mapping[str, tuple[str, ...]], *, seed: int = 0
) -> dict[str, str]:
    """Reasons for undated numbers that, less a dated input, rank churners at 0.95 or more.

    Looked at on the newest as-of date, where a total made at the data's end covers the outcome
    window and little else. An input is dated where its lineage says so; unknown lineage passes.
    """
    counted = [name for name in frame.inputs.column_names if frame.kinds[name] == "number"]
    dated = [name for name in counted if _is_dated(lineage.get(name, ()))]
    undated = [name for name in counted if lineage.get(name) and name not in dated]
    if not (dated and undated):
        return {}
    rows = sampled(frame.take(frame.as_of == frame.as_of.max()), ROWS, seed=seed)
    known = {name: numbers(rows.inputs[name]) for name in [*dated, *undated]}
    found = {name: _strongest(name, dated, known, rows.outcome) for name in undated}
    return {
        name: f"less '{before}' ranks churners with ROC AUC {auc:.3f}: it counts what came later"
        for name, (auc, before) in found.items()
        if auc >= SINGLE_AUC
    }


def _is_dated(sources: tuple[str, ...]) -> bool:
    return bool(sources) and all(source.endswith(DATED) for source in sources)


def _strongest(
    name: str, dated: list[str], known: Mapping[str, np.ndarray], outcome: np.ndarray
) -> tuple[float, str]:
    """The highest ROC AUC of the input less a dated one, and which one that is."""
    aucs = [
        rank_auc(outcome, np.nan_to_num(known[before] - known[name], nan=-np.inf))
        for before in dated
    ]
    best = int(np.argmax(aucs))
    return aucs[best], dated[best]
