"""Refusal of pairs: two undated inputs of which neither tells the outcome, and both together do.

`end less start`, or a flag that turns another round. Trees that look at one input after the other
hardly see either; what is dated cannot hide an outcome so, since it ends at the cutoff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers, texts
from regulars.ml.estimators.sampling import sampled
from regulars.ml.leakage.statistics import LEAST_OF_EACH, SINGLE_AUC, SMOOTHING, TREE_AUC, rank_auc
from regulars.ml.leakage.totals import is_dated
from regulars.ml.splits import customer_folds

_ROWS = 5_000
_FIRST_LOOK_ROWS = 1_500
_NEAR = 0.03
_BINS = 8
_CODES = _BINS + 1  # one more for null, or for every other level of a category


def refused_as_pairs(
    frame: Frame, lineage: Mapping[str, tuple[str, ...]], *, seed: int = 0
) -> dict[str, str]:
    """Reasons for both inputs of a pair that tells the outcome.

    That is a difference of two numbers with ROC AUC 0.95 or more, or churn shares of the cells of
    a cross table, learned on one half of the customers, with 0.98 or more on the other.
    """
    undated = [name for name in frame.inputs.column_names if not is_dated(lineage.get(name, ()))]
    if len(undated) < 2:
        return {}
    rows = sampled(frame.select(undated), _ROWS, seed=seed)
    if min(rows.outcome.sum(), (1 - rows.outcome).sum()) < 2 * LEAST_OF_EACH:
        return {}
    reasons: dict[str, str] = {}
    for first, second, auc in _telling_differences(rows):
        words = f"less '{{}}' ranks churners with ROC AUC {auc:.3f}"
        reasons |= {first: words.format(second), second: words.format(first)}
    for first, second, auc in _telling_tables(rows, customer_folds(rows, folds=2, seed=seed) == 0):
        words = f"beside '{{}}' ranks churners with ROC AUC {auc:.3f}"
        reasons = {first: words.format(second), second: words.format(first)} | reasons
    return reasons


def _telling_differences(rows: Frame) -> Iterator[tuple[str, str, float]]:
    """Pairs of numbers whose difference ranks churners, with its ROC AUC."""
    names = [name for name in rows.inputs.column_names if rows.kinds[name] == "number"]
    if len(names) < 2:
        return
    values = np.column_stack([numbers(rows.inputs[name]) for name in names])
    every = max(1, len(rows) // _FIRST_LOOK_ROWS)
    few, outcome = values[::every].astype(np.float32), rows.outcome[::every]
    for at, first in enumerate(names[:-1]):
        # All differences at once on some of the rows; what comes near is looked at on all of them.
        near = _distances_from_chance(few[:, [at]] - few[:, at + 1 :], outcome)
        for other in at + 1 + np.flatnonzero(near >= SINGLE_AUC - _NEAR - 0.5):
            difference = np.nan_to_num(values[:, at] - values[:, other], nan=-np.inf)
            auc = rank_auc(rows.outcome, difference)
            if max(auc, 1 - auc) >= SINGLE_AUC:
                yield first, names[other], max(auc, 1 - auc)


def _distances_from_chance(columns: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """How far the ROC AUC of each column, shape (n, k), is from 0.5; ties go by chance."""
    ranked = outcome[np.argsort(np.nan_to_num(columns, nan=-np.inf), axis=0)]
    below = np.cumsum(1 - ranked, axis=0)
    pairs = max(outcome.sum() * (1 - outcome).sum(), 1.0)
    return np.asarray(np.abs((ranked * below).sum(axis=0) / pairs - 0.5))


def _telling_tables(rows: Frame, half: np.ndarray) -> Iterator[tuple[str, str, float]]:
    """Pairs of inputs whose cross table tells the outcome of the other half, with its ROC AUC."""
    names = rows.inputs.column_names
    cells = np.hstack([np.eye(_CODES, dtype=np.float32)[_codes(rows, name)] for name in names])
    (counts, churned), (other_counts, other_churned) = (
        (_tables(cells[part], np.ones(part.sum())), _tables(cells[part], rows.outcome[part]))
        for part in (half, ~half)
    )
    share = rows.outcome.mean()
    for at, first in enumerate(names[:-1]):
        here = (at, slice(at + 1, None))
        aucs = [
            _table_aucs(
                (hits[here] + SMOOTHING * share) / (sizes[here] + SMOOTHING), tested, churners
            )
            for hits, sizes, tested, churners in (
                (churned, counts, other_counts[here], other_churned[here]),
                (other_churned, other_counts, counts[here], churned[here]),
            )
        ]
        for other, auc in enumerate(np.mean(aucs, axis=0), start=at + 1):
            if auc >= TREE_AUC:
                yield first, names[other], float(auc)


def _tables(cells: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weights by cell of every pair of inputs, shape (inputs, inputs, cells of a cross table)."""
    inputs = cells.shape[1] // _CODES
    sums = cells.T @ (cells * weights[:, None].astype(np.float32))
    by_pair = sums.reshape(inputs, _CODES, inputs, _CODES).transpose(0, 2, 1, 3)
    return np.asarray(by_pair.reshape(inputs, inputs, _CODES**2), dtype=np.float64)


def _table_aucs(shares: np.ndarray, counts: np.ndarray, churned: np.ndarray) -> np.ndarray:
    """ROC AUC of each row's cells, ranked by their shares; all of shape (pairs, cells)."""
    order = np.argsort(shares, axis=1, kind="stable")
    positive = np.take_along_axis(churned, order, axis=1)
    negative = np.take_along_axis(counts, order, axis=1) - positive
    below = np.cumsum(negative, axis=1) - negative / 2
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return np.asarray((positive * below).sum(axis=1) / np.maximum(pairs, 1.0))


def _codes(frame: Frame, name: str) -> np.ndarray:
    """Each value as one of `_CODES` whole numbers: eighths of numbers, or the commonest levels."""
    column = frame.inputs[name]
    if frame.kinds[name] == "category":
        codes = pc.dictionary_encode(texts(column).combine_chunks()).indices.to_numpy()
        by_size = np.argsort(np.argsort(-np.bincount(codes), kind="stable"), kind="stable")
        return np.asarray(np.minimum(by_size[codes], _BINS))
    known = numbers(column)
    missing = np.isnan(known)
    if missing.all():
        return np.full(len(known), _BINS)
    edges = np.unique(np.nanquantile(known, np.linspace(0, 1, _BINS + 1)[1:-1]))
    return np.where(missing, _BINS, np.searchsorted(edges, known, side="left"))
