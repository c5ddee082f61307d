"""Refusal by what the values give away: no honest input tells churners apart almost perfectly."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder, numbers, texts
from regulars.ml.estimators.sampling import sampled
from regulars.ml.splits import customer_folds

SINGLE_AUC = 0.95
NEAR = 0.02
TREE_AUC = 0.98
TREE_ACCURACY = 0.995
ROWS = 20_000
LEAST_OF_EACH = 20
SMOOTHING = 5.0


def single_aucs(frame: Frame, *, seed: int = 0) -> dict[str, float]:
    """ROC AUC that each input reaches alone, in whichever direction is better, 0.5 to 1.

    Null ranks below every number. Categories are ranked by churn shares of customers in the other
    half of the rows, so that a level seen once gives nothing away. Of very many rows a sample is
    looked at, and all of them where it comes near the limit: luck in drawing refuses nothing.
    """
    rows = sampled(frame, ROWS, seed=seed)
    half = customer_folds(rows, folds=2, seed=seed)
    aucs = {name: _auc_alone(rows, name, half) for name in rows.inputs.column_names}
    near = [name for name, auc in aucs.items() if auc >= SINGLE_AUC - NEAR]
    if near and len(rows) < len(frame):
        half = customer_folds(frame, folds=2, seed=seed)
        aucs |= {name: _auc_alone(frame, name, half) for name in near}
    return aucs


def refused_alone(aucs: dict[str, float]) -> dict[str, str]:
    """Reasons for inputs at or above the limit of 0.95."""
    return {
        name: f"ranks churners with ROC AUC {auc:.3f} all by itself"
        for name, auc in aucs.items()
        if auc >= SINGLE_AUC
    }


def refused_by_tree(frame: Frame, *, seed: int = 0) -> dict[str, str]:
    """Reasons for inputs that let a tree of depth three see the outcome.

    The tree is grown on one half of the customers and judged on the other, twice. Inputs that
    carry a fifth or more of a guilty tree are named.
    """
    from sklearn.tree import DecisionTreeClassifier

    rows = sampled(frame, ROWS, seed=seed)
    if min(rows.outcome.sum(), (1 - rows.outcome).sum()) < 2 * LEAST_OF_EACH:
        return {}
    encoder = Encoder()
    matrix = np.nan_to_num(encoder.fit(rows), nan=-1e30)
    half = customer_folds(rows, folds=2, seed=seed)
    guilt = np.zeros(len(encoder.inputs_))
    predicted = np.empty(len(rows))
    for fold in (0, 1):
        tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=5, random_state=seed)
        tree.fit(matrix[half != fold], rows.outcome[half != fold])
        predicted[half == fold] = tree.predict_proba(matrix[half == fold])[:, 1]
        guilt += encoder.by_input(tree.feature_importances_[None, :])[0] / 2
    why = _why_guilty(rows.outcome, predicted)
    return {
        name: f"is what {why}"
        for name, share in zip(encoder.inputs_, guilt, strict=True)
        if why and share >= 0.2
    }


def _why_guilty(outcome: np.ndarray, predicted: np.ndarray) -> str:
    auc = rank_auc(outcome, predicted)
    if auc >= TREE_AUC:
        return f"a tree of three questions needs for ROC AUC {auc:.3f}"
    wrong = float(((predicted >= 0.5) != outcome).mean())
    # At a base rate of 0.4 % everyone is right 99.6 % of the time; that is no leak.
    rarer = min(outcome.mean(), 1 - outcome.mean())
    if 1 - wrong >= TREE_ACCURACY and wrong <= rarer / 4:
        return f"a tree of three questions needs to be right for {1 - wrong:.1%} of rows"
    return ""


def rank_auc(outcome: np.ndarray, values: np.ndarray) -> float:
    """ROC AUC of raw values, shape (n,); 0.5 where one class is missing."""
    order = np.argsort(values, kind="stable")
    ranked, churned = values[order], outcome[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    positive = np.add.reduceat(churned, starts)
    negative = np.diff(np.r_[starts, len(ranked)]) - positive
    pairs = positive.sum() * negative.sum()
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs) if pairs else 0.5


def _auc_alone(frame: Frame, name: str, half: np.ndarray) -> float:
    column = frame.inputs[name]
    if frame.kinds[name] == "category":
        codes = pc.dictionary_encode(texts(column).combine_chunks()).indices.to_numpy()
        return rank_auc(frame.outcome, _shares_of_other_half(codes, frame.outcome, half))
    values = numbers(column)
    auc = rank_auc(frame.outcome, np.where(np.isnan(values), -np.inf, values))
    return max(auc, 1 - auc)


def _shares_of_other_half(codes: np.ndarray, outcome: np.ndarray, half: np.ndarray) -> np.ndarray:
    levels = int(codes.max()) + 1
    shares = np.empty(len(codes))
    for fold in (0, 1):
        other = half != fold
        churned = np.bincount(codes[other], weights=outcome[other], minlength=levels)
        count = np.bincount(codes[other], minlength=levels)
        share = (churned + SMOOTHING * outcome[other].mean()) / (count + SMOOTHING)
        shares[~other] = share[codes[~other]]
    return shares
