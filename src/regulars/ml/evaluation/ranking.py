"""Rows in the order of their score, and the sums of any weighting of them along that order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

LIFT_SHARE = 0.1
TOP_RANKS = 500
# Standard deviations that resampling moves the end of the riskiest tenth by.
NEAR = 5.0


@dataclass(frozen=True)
class Steps:
    """Summed weights of churned and staying rows by step, highest first: shape (steps, b) each."""

    churned: np.ndarray
    stayed: np.ndarray

    @cached_property
    def true_positives(self) -> np.ndarray:
        """Churned rows down to each step."""
        return np.cumsum(self.churned, axis=0)

    @cached_property
    def false_positives(self) -> np.ndarray:
        """Staying rows down to each step."""
        return np.cumsum(self.stayed, axis=0)

    @cached_property
    def reached(self) -> np.ndarray:
        """All rows down to each step."""
        return np.asarray(self.true_positives + self.false_positives)


@dataclass(frozen=True)
class Ranking:
    """Sparse sums (steps, n) of the churned and of the staying rows of each step.

    A step holds the rows of one probability, or of a few that follow each other.
    """

    churned: Any
    stayed: Any

    @classmethod
    def of(
        cls, outcome: np.ndarray, probability: np.ndarray, *, most_steps: int | None = None
    ) -> Ranking:
        """Outcomes and probabilities have shape (n,).

        With `most_steps`, about so many steps: ranks in the middle share one, those at the top and
        where the riskiest tenth ends do not.
        """
        order = np.argsort(-probability, kind="stable")
        ranked = probability[order]
        starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
        if most_steps is not None and len(starts) > most_steps:
            starts = _fewer(starts, len(order), most_steps)
        has_churned = outcome[order] > 0
        return cls(_sums_of(order, starts, has_churned), _sums_of(order, starts, ~has_churned))

    def steps(self, weights: np.ndarray) -> Steps:
        """The sums for every column of `weights`, shape (n, b)."""
        return Steps(*((each @ weights).astype(np.float64) for each in (self.churned, self.stayed)))


def _sums_of(order: np.ndarray, starts: np.ndarray, chosen: np.ndarray) -> Any:
    """The sparse matrix (steps, n) with a one for each chosen row in its step."""
    from scipy.sparse import csr_matrix

    ends = np.r_[starts, len(order)]
    pointers = np.r_[0, np.cumsum(chosen)][ends]
    ones = np.ones(int(chosen.sum()), dtype=np.float32)
    return csr_matrix((ones, order[chosen], pointers), shape=(len(starts), len(order)))


def _fewer(starts: np.ndarray, rows: int, most_steps: int) -> np.ndarray:
    """Starts of fewer steps; rows of one probability stay together."""
    border, near = LIFT_SHARE * rows, NEAR * np.sqrt(LIFT_SHARE * (1 - LIFT_SHARE) * rows)
    at_border = np.arange(max(border - near, 0), min(border + near, rows))
    edges = np.r_[np.arange(TOP_RANKS), at_border, np.linspace(0, rows, most_steps)].astype(int)
    step = np.searchsorted(np.unique(edges), starts, side="right")
    return np.asarray(starts[np.r_[True, step[1:] != step[:-1]]])
