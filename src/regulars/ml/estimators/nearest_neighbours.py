"""Nearest neighbours, for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.ml.estimators.classifier import EncodedClassifier


@dataclass(eq=False)
class NearestNeighbours(EncodedClassifier):
    """The churn share of the customers that are most alike."""

    name: ClassVar[str] = "nearest_neighbours"

    neighbours: int = 50

    def _classifier(self) -> Any:
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier(n_neighbors=self.neighbours)
