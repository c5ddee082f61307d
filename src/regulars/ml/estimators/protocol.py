"""What every churn estimator is: parameters at construction, fit on a frame, predict on a frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self, TypeVar, runtime_checkable

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.log_odds import log_odds


@dataclass(frozen=True)
class Contributions:
    """What each input adds to the log-odds of each row.

    `values` has shape (n, len(inputs)); `base` (n,) plus the sum over inputs is the log-odds of
    the estimator's probability.
    """

    inputs: tuple[str, ...]
    values: np.ndarray
    base: np.ndarray

    def around(self, centre: np.ndarray) -> Contributions:
        """The same, measured from other customers: `centre` (inputs,) goes into the base."""
        return Contributions(self.inputs, self.values - centre, self.base + centre.sum())

    def aligned(self, inputs: tuple[str, ...]) -> np.ndarray:
        """The values with one column for each of these inputs, 0 where unused."""
        position = {name: at for at, name in enumerate(inputs)}
        wide = np.zeros((len(self.values), len(inputs)))
        wide[:, [position[name] for name in self.inputs]] = self.values
        return wide


class ChurnEstimator(Protocol):
    """Learns the probability of churn; a dataclass whose fitted attributes end in `_`.

    `fit` needs a frame with outcomes, sorted by key; the same frame gives the same estimator.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """What recipes and reports call it."""
        ...

    def fit(self, frame: Frame) -> Self:
        """Learn from these rows and return self."""
        ...

    def predict(self, frame: Frame) -> np.ndarray:
        """Probabilities of churn, shape (n,), float64."""
        ...

    def contributions(self, frame: Frame) -> Contributions:
        """What each input adds to the log-odds."""
        ...


@dataclass(frozen=True)
class CrossFitted:
    """Log-odds of rows, shape (n,), by estimators that learned without the row's fold.

    `estimator` is the one of all rows, where it came of the same fits.
    """

    odds: np.ndarray
    estimator: ChurnEstimator | None = None


@runtime_checkable
class CrossFits(Protocol):
    """An estimator that learns without each fold in turn for less than so many fits."""

    def cross_fitted(self, frame: Frame, fold: np.ndarray) -> CrossFitted:
        """Of these rows; `fold`, shape (n,), keeps customers together."""
        ...


AnyEstimator = TypeVar("AnyEstimator", bound=ChurnEstimator)


def unfitted(estimator: AnyEstimator) -> AnyEstimator:
    """A fresh estimator with the same parameters."""
    return replace(estimator)


def cross_fitted(estimator: ChurnEstimator, frame: Frame, fold: np.ndarray) -> CrossFitted:
    """Learn without each fold in turn, and say what that makes of its rows."""
    fresh = unfitted(estimator)
    if isinstance(fresh, CrossFits):
        return fresh.cross_fitted(frame, fold)
    odds = np.empty(len(frame))
    for number in np.unique(fold):
        held = fold == number
        odds[held] = log_odds(unfitted(estimator).fit(frame.take(~held)).predict(frame.take(held)))
    return CrossFitted(odds)


def newest_cutoffs(frame: Frame, count: int | None) -> Frame:
    """Rows of the newest `count` as-of dates; all rows where `count` is None."""
    if count is None:
        return frame
    dates = np.unique(frame.as_of)
    if len(dates) <= count:
        return frame
    return frame.take(frame.as_of >= dates[-count])
