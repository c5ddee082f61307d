"""The confusion matrix at a threshold, and precision, recall and F1 of each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClassReport:
    """One class: of those called so, how many were (precision); of those who were, how many found.

    Undefined figures are 0. `support` counts the customers of the class.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Confusion:
    """Customers called churned from `threshold` on, against what happened."""

    threshold: float
    called_and_churned: int
    called_and_stayed: int
    missed: int
    rightly_left: int

    @classmethod
    def at(cls, threshold: float, outcome: np.ndarray, predicted: np.ndarray) -> Confusion:
        """Count outcomes (0/1) and probabilities, both of shape (n,)."""
        called, churned = predicted >= threshold, outcome > 0
        return cls(
            threshold,
            int((called & churned).sum()),
            int((called & ~churned).sum()),
            int((~called & churned).sum()),
            int((~called & ~churned).sum()),
        )

    @property
    def classes(self) -> tuple[ClassReport, ClassReport]:
        """Churned first, then stayed."""
        hit, wrong, missed = self.called_and_churned, self.called_and_stayed, self.missed
        return (
            _report("churned", hit=hit, wrong=wrong, missed=missed),
            _report("stayed", hit=self.rightly_left, wrong=missed, missed=wrong),
        )


def _report(name: str, *, hit: int, wrong: int, missed: int) -> ClassReport:
    precision = hit / (hit + wrong) if hit + wrong else 0.0
    recall = hit / (hit + missed) if hit + missed else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return ClassReport(name, precision, recall, f1, hit + missed)
