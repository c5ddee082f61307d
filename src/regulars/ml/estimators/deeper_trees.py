"""Boosted trees of depth five: a member of earlier versions, whose champions score on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from regulars.ml.estimators.boosted_trees import BoostedTrees


@dataclass(eq=False)
class DeeperTrees(BoostedTrees):
    """XGBoost, depth 5, 200 trees: with more of them the log loss on later cutoffs grew."""

    name: ClassVar[str] = "deeper_trees"

    depth: int = 5
    trees: int = 200
    rate: float = 0.05
    row_share: float = 0.8
    column_share: float = 0.5
    least_child_weight: float = 5.0
    ridge: float = 3.0
