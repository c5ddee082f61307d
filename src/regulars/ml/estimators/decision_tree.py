"""One decision tree, for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.ml.estimators.classifier import EncodedClassifier


@dataclass(eq=False)
class DecisionTree(EncodedClassifier):
    """A tree with large leaves: readable, and never the best."""

    name: ClassVar[str] = "decision_tree"

    depth: int = 6
    least_leaf_rows: int = 50

    def _classifier(self) -> Any:
        from sklearn.tree import DecisionTreeClassifier

        return DecisionTreeClassifier(
            max_depth=self.depth, min_samples_leaf=self.least_leaf_rows, random_state=self.seed
        )
