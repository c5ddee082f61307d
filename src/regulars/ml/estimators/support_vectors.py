"""A support vector machine, for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.ml.estimators.classifier import EncodedClassifier, with_probabilities


@dataclass(eq=False)
class SupportVectors(EncodedClassifier):
    """An RBF kernel; the time grows with the square of the rows, so it sees few of them."""

    name: ClassVar[str] = "support_vectors"

    most_rows: int = 4_000
    C: float = 1.0

    def _classifier(self) -> Any:
        from sklearn.svm import SVC

        return with_probabilities(SVC(C=self.C, gamma="scale", random_state=self.seed))
