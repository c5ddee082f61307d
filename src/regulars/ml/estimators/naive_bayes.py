"""Naive Bayes, for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.ml.estimators.classifier import EncodedClassifier, with_probabilities


@dataclass(eq=False)
class NaiveBayes(EncodedClassifier):
    """Gaussian naive Bayes; its probabilities are useless without the map."""

    name: ClassVar[str] = "naive_bayes"

    def _classifier(self) -> Any:
        from sklearn.naive_bayes import GaussianNB

        return with_probabilities(GaussianNB())
