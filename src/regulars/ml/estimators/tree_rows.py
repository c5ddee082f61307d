"""Rows as XGBoost learns from them; several estimators on one frame share the encoded rows."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.sampling import rare_outcome_kept

CELLS_WORTH_A_THREAD = 1_000_000


@dataclass(frozen=True)
class RowChoice:
    """Which inputs and how many rows to learn from, and with how many threads at most."""

    drop: tuple[str, ...]
    most_rows: int
    threads: int
    seed: int


@dataclass(frozen=True)
class TreeRows:
    """The encoder, and the rows cut into histograms (an XGBoost QuantileDMatrix)."""

    encoder: Encoder
    matrix: Any
    threads: int


_newest: tuple[weakref.ref[Frame], RowChoice, TreeRows] | None = None


def tree_rows(frame: Frame, choice: RowChoice) -> TreeRows:
    """Encode a frame for trees.

    Rows beyond `most_rows` are sampled: churned ones are kept while they are the rarer half, and
    weights make sums over the sample estimate sums over the frame. Encoding and cutting cost as
    much as growing trees, so the newest rows are remembered as long as their frame lives.
    """
    global _newest  # noqa: PLW0603
    known = _newest
    if known is not None and known[0]() is frame and known[1] == choice:
        return known[2]
    encoded = _encoded(frame, choice)
    _newest = (weakref.ref(frame, _forget), choice, encoded)
    return encoded


def _encoded(frame: Frame, choice: RowChoice) -> TreeRows:
    import xgboost

    rows, weights = rare_outcome_kept(frame, choice.most_rows, seed=choice.seed)
    encoder = Encoder(drop=choice.drop, precision=np.float32)
    matrix = encoder.fit(rows)
    threads = choice.threads if matrix.size > CELLS_WORTH_A_THREAD else 1
    weight = weights if len(rows) < len(frame) else None
    cut = xgboost.QuantileDMatrix(matrix, label=rows.outcome, weight=weight, nthread=threads)
    return TreeRows(encoder, cut, threads)


def _forget(gone: weakref.ref[Frame]) -> None:
    global _newest  # noqa: PLW0603
    if _newest is not None and _newest[0] is gone:
        _newest = None
