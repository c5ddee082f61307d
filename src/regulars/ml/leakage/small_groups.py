"""Which few inputs explain a score that is suspiciously good: a leak has a place, honest data none.

A planted leak sits in one input, or is split over two or three: they alone reach what the whole
reaches, and without them the score is ordinary. Many honest inputs that are strong together reach
as much, but no three of them do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.estimators.boosted_trees import BoostedTrees
from regulars.ml.estimators.sampling import sampled
from regulars.ml.leakage.statistics import LEAST_OF_EACH, ROWS, rank_auc
from regulars.ml.splits import customer_folds

GROUP_AT_MOST = 3
ALONE_AUC = 0.9
# The part of the whole's evidence that a group of several must hold alone. Measured: a label split
# over two or three noisy inputs keeps 0.77 and more beside strong ones; three of five features of
# separable clusters hold 0.67, three inputs of an honest rule over four or five up to 0.4.
EVIDENCE_SHARE = 0.72
NEARLY_CERTAIN = 0.999


@dataclass(frozen=True)
class SmallGroup:
    """Inputs with the ROC AUC that they reach alone, and that of all others without them."""

    inputs: tuple[str, ...]
    alone: float
    without: float


def reaches(frame: Frame, *, ceiling: float, seed: int = 0) -> bool:
    """Whether trees on these inputs rank churners at or above the ceiling."""
    return _tested(sampled(frame, ROWS, seed=seed), seed=seed)[0] >= ceiling


def explaining_group(frame: Frame, *, ceiling: float, seed: int = 0) -> SmallGroup | None:
    """The smallest group that explains a score at or above the ceiling; None where none does.

    The strongest input, or the strongest two or three, explain it where they alone reach ROC AUC
    0.9 and all others stay below the ceiling. Several must also hold nearly all the evidence of the
    whole: honest inputs share it with their neighbours. Nothing explains the order of a few
    customers: of many groups, one has it by luck.
    """
    rows = sampled(frame, ROWS, seed=seed)
    if min(len(np.unique(rows.customers[rows.outcome == side])) for side in (0, 1)) < LEAST_OF_EACH:
        return None
    whole, strengths = _tested(rows, seed=seed)
    ranked = sorted(strengths, key=lambda name: (-strengths[name], name))
    for size in range(1, min(GROUP_AT_MOST, len(ranked)) + 1):
        group, rest = ranked[:size], ranked[size:]
        alone, _ = _tested(rows.select(group), seed=seed)
        if alone < ALONE_AUC or (size > 1 and _evidence(alone) < EVIDENCE_SHARE * _evidence(whole)):
            continue
        without = _tested(rows.select(rest), seed=seed)[0] if rest else 0.5
        if without < ceiling:
            return SmallGroup(tuple(sorted(group)), alone, without)
    return None


def _tested(frame: Frame, *, seed: int) -> tuple[float, dict[str, float]]:
    """ROC AUC on customers that the trees did not learn from, and the gain of each input."""
    half = customer_folds(frame, folds=2, seed=seed)
    predicted = np.empty(len(frame))
    strengths = dict.fromkeys(frame.inputs.column_names, 0.0)
    for fold in (0, 1):
        trees = _trees(seed).fit(frame.take(half != fold))
        predicted[half == fold] = trees.predict(frame.take(half == fold))
        for name, gain in _gains(trees).items():
            strengths[name] += gain
    return rank_auc(frame.outcome, predicted), strengths


def _trees(seed: int) -> BoostedTrees:
    """Trees that see combinations of inputs: a label split over several shows in no single one."""
    return BoostedTrees(
        depth=5, trees=120, rate=0.1, row_share=1.0, column_share=1.0, least_child_weight=3.0,
        ridge=1.0, seed=seed,
    )  # fmt: skip


def _gains(trees: BoostedTrees) -> dict[str, float]:
    """What splits on each input gained in all."""
    encoder = trees.encoder_
    columns = np.zeros((1, len(encoder.source_)))
    for column, gain in trees.booster_.get_score(importance_type="total_gain").items():
        columns[0, int(column.removeprefix("f"))] = gain
    return dict(zip(encoder.inputs_, encoder.by_input(columns)[0].tolist(), strict=True))


def _evidence(auc: float) -> float:
    """Squared separation in standard deviations: of independent inputs it adds up."""
    from scipy.special import ndtri

    return float(ndtri(np.clip(auc, 0.5, NEARLY_CERTAIN)) ** 2)
