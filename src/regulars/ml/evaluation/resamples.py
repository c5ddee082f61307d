"""Rows whose outcome is known, and how often each counts when their customers are drawn again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

RESAMPLES = 1000
ROW_BUDGET = 5_000_000
CELLS_AT_ONCE = 500_000
MOST_KEPT_CELLS = 200_000_000
SEED = 0


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows whose outcome is known, to measure scores on: `words` says which rows they are.

    What is measured on the same rows shares their resamples.
    """

    words: str
    outcome: np.ndarray
    customers: np.ndarray

    def take(self, mask: np.ndarray, *, words: str) -> Rows:
        """The rows where `mask` is true, under another name."""
        return Rows(words, self.outcome[mask], self.customers[mask])

    @cached_property
    def resamples(self) -> Resamples:
        """The draws of these customers, made once."""
        return Resamples(self.customers)


class Resamples:
    """Customers drawn with replacement: a customer's rows are drawn together or not at all.

    1,000 resamples in all, fewer (never under 200) where there are very many rows.
    """

    def __init__(self, customers: np.ndarray) -> None:
        _, member = np.unique(customers, return_inverse=True)
        self._member = member
        self._count = int(np.clip(ROW_BUDGET // len(customers), 200, RESAMPLES))
        self._kept: list[np.ndarray] | None = None

    def weights(self) -> Iterator[np.ndarray]:
        """Weights of the rows, shape (n, b), block by block: how often each customer was drawn."""
        if self._kept is None and len(self._member) * self._count <= MOST_KEPT_CELLS:
            self._kept = list(self._drawn())
        for times in self._kept or self._drawn():
            yield times.astype(np.float32)

    def _drawn(self) -> Iterator[np.ndarray]:
        customers, rows = int(self._member.max()) + 1, len(self._member)
        block = max(1, CELLS_AT_ONCE // rows)
        random = np.random.default_rng(SEED)
        for start in range(0, self._count, block):
            size = min(block, self._count - start)
            drawn = random.integers(0, customers, size=(size, customers))
            drawn += np.arange(size)[:, None] * customers
            times = np.bincount(drawn.ravel(), minlength=size * customers)
            # Sixteen bits: of few customers none is drawn more often, of many no one is by far.
            yield times.reshape(size, customers).T.astype(np.uint16)[self._member]
