"""Rows as XGBoost learns from them; several estimators on one frame share the encoded rows."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.sampling import rare_outcome_rows

CELLS_WORTH_A_THREAD = 1_000_000


@dataclass(frozen=True)
class RowChoice:
    """Which inputs and how many rows to learn from, and with how many threads at most."""

    drop: tuple[str, ...]
    most_rows: int
    threads: int
    seed: int


class TreeRows:
    """Encoded rows, and cut into histograms (an XGBoost QuantileDMatrix) as often as asked for.

    `at`, shape (n,), are their positions in the frame, `matrix` has shape (n, columns).
    """

    def __init__(self, frame: Frame, choice: RowChoice) -> None:
        self.at, weights = rare_outcome_rows(frame.outcome, choice.most_rows, seed=choice.seed)
        rows = frame if len(self.at) == len(frame) else frame.take(self.at)
        self.encoder = Encoder(drop=choice.drop, precision=np.float32)
        self.matrix = self.encoder.fit(rows)
        self.outcome, self.customers = rows.outcome, rows.customers
        self.threads = choice.threads if self.matrix.size > CELLS_WORTH_A_THREAD else 1
        self._weight = weights if len(rows) < len(frame) else None
        self._fold: np.ndarray | None = None
        self._rest: dict[int, Any] = {}

    @cached_property
    def every(self) -> Any:
        """All rows, cut."""
        return self._cut(np.ones(len(self.at), dtype=bool))

    def rest(self, fold: np.ndarray, number: int) -> Any:
        """The rows outside a fold, cut; `fold` (n,) is that of each row."""
        if self._fold is None or not np.array_equal(self._fold, fold):
            self._fold, self._rest = fold, {}
        if number not in self._rest:
            self._rest[number] = self._cut(fold != number)
        return self._rest[number]

    def held(self, fold: np.ndarray, number: int) -> Any:
        """The rows of a fold, cut where the others are."""
        return self._cut(fold == number, ref=self.rest(fold, number))

    def folds(self, frame: Frame, fold: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Each fold of the frame: its number, which rows are in it, and their matrix."""
        for number in np.unique(fold).tolist():
            held = fold == number
            if len(self.at) == len(frame):
                yield number, held, self.matrix[held]
            else:
                yield number, held, self.encoder.transform(frame.take(held))

    def _cut(self, chosen: np.ndarray, *, ref: Any = None) -> Any:
        import xgboost

        return xgboost.QuantileDMatrix(
            self.matrix if chosen.all() else self.matrix[chosen],
            label=self.outcome[chosen],
            weight=None if self._weight is None else self._weight[chosen],
            ref=ref,
            nthread=self.threads,
        )


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
    encoded = TreeRows(frame, choice)
    _newest = (weakref.ref(frame, _forget), choice, encoded)
    return encoded


def _forget(gone: weakref.ref[Frame]) -> None:
    global _newest  # noqa: PLW0603
    if _newest is not None and _newest[0] is gone:
        _newest = None
