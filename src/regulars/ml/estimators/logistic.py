"""Logistic regression on encoded inputs: what the spline and signed-log estimators share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.encoding import LinearEncoder, Shape
from regulars.ml.estimators.protocol import Contributions, newest_cutoffs
from regulars.ml.estimators.sampling import rare_outcome_kept
from regulars.ml.log_odds import probability, weighed

ROWS_AT_ONCE = 20_000


@dataclass(eq=False)
class EncodedLogistic:
    """Ridge logistic regression; `C` is the inverse strength of the ridge, as in scikit-learn.

    Learns from the newest `last_cutoffs` as-of dates and from at most `most_rows` rows.
    """

    name: ClassVar[str] = "logistic"
    shape: ClassVar[Shape]

    C: float = 0.1
    last_cutoffs: int | None = 3
    drop: tuple[str, ...] = ()
    most_rows: int = 20_000
    seed: int = 0
    encoder_: LinearEncoder = field(init=False, repr=False)
    weights_: np.ndarray = field(init=False, repr=False)
    centre_: np.ndarray = field(init=False, repr=False)
    intercept_: float = field(init=False, repr=False)

    def fit(self, frame: Frame) -> Self:
        newest = newest_cutoffs(frame, self.last_cutoffs)
        rows, weights = rare_outcome_kept(newest, self.most_rows, seed=self.seed)
        self.encoder_ = LinearEncoder(drop=self.drop, shape=self.shape, **self._encoding(rows))
        matrix = self.encoder_.fit(rows).astype(np.float32)
        fitted = self._solver().fit(matrix, rows.outcome, sample_weight=weights)
        self.weights_ = fitted.coef_[0].astype(np.float64)
        self.intercept_ = float(fitted.intercept_[0])
        self.centre_ = weights @ matrix / weights.sum()
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return probability(
            _by_chunks(frame, lambda part: weighed(self.encoder_.transform(part), self.weights_))
            + self.intercept_
        )

    def contributions(self, frame: Frame) -> Contributions:
        """Exact: weight times distance from the training mean, added up per input."""
        values = _by_chunks(
            frame,
            lambda part: self.encoder_.by_input(
                (self.encoder_.transform(part) - self.centre_) * self.weights_
            ),
        )
        base = np.full(len(frame), self.intercept_ + self.centre_ @ self.weights_)
        return Contributions(self.encoder_.inputs_, values, base)

    def _encoding(self, frame: Frame) -> dict[str, Any]:
        return {}

    def _solver(self) -> Any:
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=self.C, max_iter=1000, tol=1e-4)


def _by_chunks(frame: Frame, work: Any) -> np.ndarray:
    """`work` on slices of the frame, so that a wide encoding never holds all rows at once."""
    if len(frame) <= ROWS_AT_ONCE:
        return np.asarray(work(frame))
    starts = range(0, len(frame), ROWS_AT_ONCE)
    parts = [frame.take(np.arange(at, min(at + ROWS_AT_ONCE, len(frame)))) for at in starts]
    return np.concatenate([work(part) for part in parts])
