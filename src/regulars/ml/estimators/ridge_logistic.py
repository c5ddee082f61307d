"""Logistic regression on standardised signed logs, for dated rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from regulars.features.frames import Frame
from regulars.ml.encoding import Shape
from regulars.ml.estimators.logistic import EncodedLogistic


@dataclass(eq=False)
class RidgeLogistic(EncodedLogistic):
    """Ridge logistic regression on sign(x) log(1 + |x|), standardised and clipped at `clip`.

    The clip keeps a value never met in training from deciding a score by itself.
    """

    name: ClassVar[str] = "logistic_signed_logs"
    shape: ClassVar[Shape] = "signed_logs"

    C: float = 0.01
    clip: float = 5.0

    def _encoding(self, frame: Frame) -> dict[str, Any]:
        return {"clip": self.clip}
