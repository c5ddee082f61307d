"""Logistic regression on quantile splines, for snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.ml.encoding import Shape
from regulars.ml.estimators.logistic import EncodedLogistic


@dataclass(eq=False)
class SplineLogistic(EncodedLogistic):
    """Ridge logistic regression on cubic splines with `knots` at quantiles."""

    name: ClassVar[str] = "logistic_splines"
    shape: ClassVar[Shape] = "splines"

    knots: int = 7

    def _encoding(self) -> dict[str, Any]:
        return {"knots": self.knots}
