"""The scoreboard: what each model reached on which rows, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from regulars.ml.evaluation.intervals import Estimate, measure_with_intervals
from regulars.ml.evaluation.resamples import Rows

RowKind = Literal["ours", "member", "baseline", "optimistic"]


@dataclass(frozen=True)
class ScoreRow:
    """One model on one set of rows.

    `kind`: ours (the champion), member (a part of it or a rival), baseline (what it must beat) or
    optimistic (a random split, for comparison with what others publish). `rows` says in words
    which rows it was measured on.
    """

    name: str
    kind: RowKind
    rows: str
    n: int
    metrics: Mapping[str, Estimate]
    note: str = ""

    def __getitem__(self, metric: str) -> float:
        return self.metrics[metric].value


@dataclass(frozen=True)
class Scoreboard:
    """All rows, ours first, and the sentence a reader should remember."""

    rows: tuple[ScoreRow, ...]
    verdict: str = ""
    slices: tuple[ScoreRow, ...] = field(default=())

    @property
    def ours(self) -> ScoreRow:
        """The champion on the test rows."""
        return next(row for row in self.rows if row.kind == "ours")

    def row(self, name: str) -> ScoreRow | None:
        """The first row of this name, if there is one."""
        return next((row for row in self.rows if row.name == name), None)


def score_row(
    name: str,
    kind: RowKind,
    probability: np.ndarray,
    *,
    on: Rows,
    threshold: float = 0.5,
    note: str = "",
) -> ScoreRow:
    """Measure one model on these rows, with intervals by customer."""
    metrics = measure_with_intervals(probability, on=on, threshold=threshold)
    return ScoreRow(name, kind, on.words, len(on.outcome), metrics, note)
