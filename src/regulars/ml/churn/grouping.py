"""Contributions added up by meaning, so that inputs that say the same do not split the credit."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.estimators.protocol import Contributions

# The same count over 30 and 90 days is one meaning, whatever its window.
WINDOW = re.compile(r"(_\d+)+_?(d|w|m|days|weeks|months)$")


@dataclass(frozen=True)
class GroupImportance:
    """How much a group of inputs moves scores: mean absolute log-odds, and its share of all."""

    group: str
    inputs: tuple[str, ...]
    strength: float
    share: float
    actionable: bool


@dataclass(frozen=True)
class Grouped:
    """Contributions per group: `values` (n, groups) and `base` (n,) in log-odds.

    `inner` are the contributions per input, `group_at` (inputs,) the group each belongs to.
    """

    groups: tuple[str, ...]
    values: np.ndarray
    base: np.ndarray
    inner: Contributions
    group_at: np.ndarray

    @property
    def odds(self) -> np.ndarray:
        """Log-odds of each row, shape (n,)."""
        return np.asarray(self.base + self.values.sum(axis=1))

    def leading_inputs(self) -> np.ndarray:
        """For each row and group the position of its strongest input, shape (n, groups)."""
        # A reason names one input of its group: the one that did most for this very customer.
        leading = np.zeros(self.values.shape, dtype=int)
        for group in range(len(self.groups)):
            columns = np.flatnonzero(self.group_at == group)
            strongest = np.argmax(np.abs(self.inner.values[:, columns]), axis=1)
            leading[:, group] = columns[strongest]
        return leading

    def inputs_of(self, group: int) -> tuple[str, ...]:
        """The inputs of a group, strongest on average first."""
        columns = np.flatnonzero(self.group_at == group)
        strength = np.abs(self.inner.values[:, columns]).mean(axis=0)
        ordered = columns[np.argsort(-strength, kind="stable")]
        return tuple(self.inner.inputs[at] for at in ordered)


def group_of(problem: ChurnProblem, name: str) -> str:
    """The group an input belongs to; by default its name without the window."""
    # Own features of a project have no family in the catalogue; their name is all there is.
    return problem.group_of.get(name) or WINDOW.sub("", name).replace("_", " ")


def grouped(problem: ChurnProblem, found: Contributions) -> Grouped:
    """Add contributions up per group; log-odds stay the same."""
    named = [group_of(problem, name) for name in found.inputs]
    groups = tuple(dict.fromkeys(named))
    at = np.array([groups.index(name) for name in named], dtype=int)
    # Sums of log-odds are exact: a group says precisely what its inputs say together.
    values = found.values @ np.eye(len(groups))[at] if groups else found.values
    return Grouped(groups, values, found.base, found, at)


def importance(problem: ChurnProblem, found: Grouped) -> tuple[GroupImportance, ...]:
    """Groups by mean absolute distance from their mean contribution, strongest first."""
    if not found.groups:
        return ()
    # From the mean, since an input that pushes everybody alike tells customers not apart.
    strength = np.abs(found.values - found.values.mean(axis=0)).mean(axis=0)
    # A base rate moves nobody: all strengths are 0 then.
    total = float(strength.sum()) or 1.0
    return tuple(
        GroupImportance(
            found.groups[at],
            found.inputs_of(int(at)),
            float(strength[at]),
            float(strength[at] / total),
            found.groups[at] in problem.actionable,
        )
        for at in np.argsort(-strength, kind="stable")
    )
