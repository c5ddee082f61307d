"""Numbers of some rows, one array per column, and sums that hold between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEARLY_ALL = 0.97
CENT = 0.0101  # what two amounts that were rounded apart may differ by


@dataclass(frozen=True)
class Equation:
    """`total` is the sum of `parts`, each taken once with its sign, in (nearly) every row."""

    total: str
    parts: tuple[tuple[int, str], ...]

    @property
    def names(self) -> frozenset[str]:
        """The columns that take part."""
        return frozenset({self.total, *(name for _, name in self.parts)})

    def __str__(self) -> str:
        text = "".join(f" {'-' if sign < 0 else '+'} {name}" for sign, name in self.parts)
        return f"{self.total} = {text.removeprefix(' + ').strip()}"


@dataclass(frozen=True)
class Numbers:
    """A sample of the rows, one array per number column; what is not there is not a number."""

    values: dict[str, np.ndarray]

    def size(self, name: str) -> float:
        """The mean of a column's numbers without their signs."""
        numbers = self.values[name]
        given = np.abs(numbers[~np.isnan(numbers)])
        return float(given.mean()) if given.size else 0.0

    def are_equal(self, name: str, other: np.ndarray, *, within: float = CENT) -> bool:
        """Whether a column holds these numbers in nearly all rows that have both."""
        mine = self.values[name]
        both = ~np.isnan(mine) & ~np.isnan(other)
        if both.sum() < 3 or not np.any(mine[both]):
            return False
        near = np.abs(mine[both] - other[both]) <= within
        return bool(near.mean() >= NEARLY_ALL)
