"""Scores of customers that an estimator has learned from: those that were made without them.

Outcomes without dates leave no later rows: whoever is scored today was learned from, and a fitted
estimator knows those outcomes. The figures of the test rest on scores made out of fold, and so do
the scores that people see.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.features.frames import Frame


@dataclass(frozen=True)
class OutOfFoldScores:
    """Out-of-fold probabilities, shape (n,), of the customers that were learned from.

    `rows` digest a customer's id and inputs: an input that changed makes it a row never seen.
    """

    rows: np.ndarray
    probability: np.ndarray

    @classmethod
    def of(cls, frame: Frame, probability: np.ndarray) -> OutOfFoldScores:
        """The scores of these rows, sorted by their digests."""
        rows = _digests(frame, frame.customers.tolist())
        order = np.argsort(rows)
        return cls(rows[order], probability[order])

    def replacing(
        self, predicted: np.ndarray, frame: Frame, *, customers: Sequence[str]
    ) -> np.ndarray:
        """The predictions, shape (n,), with those of rows that were learned from out of fold."""
        if not len(self.rows):
            return predicted
        rows = _digests(frame, customers)
        at = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[at] == rows, self.probability[at], predicted)


def _digests(frame: Frame, customers: Sequence[str]) -> np.ndarray:
    """A number of 64 bits for each row, by its customer and its inputs in order of their names."""
    columns = [
        frame.inputs[name].cast(pa.string()).to_pylist()
        for name in sorted(frame.inputs.column_names)
    ]
    return np.array(
        [
            int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=8).digest(), "big")
            for row in zip(customers, *columns, strict=True)
        ],
        dtype=np.uint64,
    )
