"""Logistic regression on quantile splines, for snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.features.frames import Frame
from regulars.ml.encoding import Shape
from regulars.ml.estimators.logistic import EncodedLogistic


@dataclass(eq=False)
class SplineLogistic(EncodedLogistic):
    """Ridge logistic regression on cubic splines with `knots` at quantiles.

    Where inputs are so many that an encoded column would have fewer than `rows_per_column` rows,
    `fewer_knots` do: more bend into the noise.
    """

    name: ClassVar[str] = "logistic_splines"
    shape: ClassVar[Shape] = "splines"

    knots: int = 7
    fewer_knots: int = 4
    rows_per_column: int = 20

    def _encoding(self, frame: Frame) -> dict[str, Any]:
        columns = frame.inputs.num_columns * (self.knots + 1)
        wide = columns * self.rows_per_column > len(frame)
        return {"knots": self.fewer_knots if wide else self.knots}
