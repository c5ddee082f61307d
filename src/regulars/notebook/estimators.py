"""Estimators of the caller as rivals, and estimators of Regulars as objects of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from regulars.core.errors import DataError
from regulars.core.threads import one_thread
from regulars.features.frames import Frame
from regulars.ml.churn.candidates import estimator_named
from regulars.ml.encoding import Encoder
from regulars.ml.estimators import ChurnEstimator
from regulars.notebook.frames import FrameKind, arrow_of, frame_kind, frame_of
from regulars.notebook.own_frames import columns_of, own_frame


@dataclass(frozen=True)
class OwnEstimator:
    """An object with `fit(X, y)` and `predict_proba(X)` behind the protocol of a rival.

    It gets the columns as the caller's library has them, or where `encoded` a matrix of numbers:
    categories one-hot and missing values NaN, learned from the training rows alone.
    """

    estimator: Any
    inputs_of: Callable[[Frame], pa.Table]
    kind: FrameKind
    encoded: bool
    encoder: Encoder | None = None

    def learned(self, frame: Frame) -> OwnEstimator:
        """A fresh one, fitted to these rows."""
        encoder = Encoder() if self.encoded else None
        X = self._inputs(frame) if encoder is None else encoder.fit(frame)
        fitted = _fresh(self.estimator).fit(X, frame.outcome.astype(int))
        return replace(self, estimator=fitted, encoder=encoder)

    def predict(self, frame: Frame) -> np.ndarray:
        """Probabilities of the class 1, shape (n,)."""
        X = self._inputs(frame) if self.encoder is None else self.encoder.transform(frame)
        predicted = np.asarray(self.estimator.predict_proba(X), float)
        classes = list(getattr(self.estimator, "classes_", (0, 1)))
        return predicted[:, classes.index(1)]

    def _inputs(self, frame: Frame) -> Any:
        return frame_of(self.inputs_of(frame), self.kind)


def check_rival(estimator: Any) -> None:
    """Raise DataError for an object that cannot be tested as an estimator of probabilities."""
    missing = [name for name in ("fit", "predict_proba") if not hasattr(estimator, name)]
    if missing:
        raise DataError(
            f"{type(estimator).__name__} has no {' and no '.join(missing)}",
            hint="Churn is scored by probabilities: sklearn.calibration.CalibratedClassifierCV "
            "gives them to a classifier that only decides.",
        )


def takes_columns(estimator: Any) -> bool:
    """Whether it prepares its columns itself: a pipeline does, and an estimator of Regulars."""
    return isinstance(estimator, Pipeline | Classifier)


def _fresh(estimator: Any) -> Any:
    return clone(estimator) if hasattr(estimator, "get_params") else deepcopy(estimator)


class Classifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """An estimator of Regulars for frames of your own, by the rules of scikit-learn.

    `estimator` is a name of `regulars.churn.estimators`, `parameters` are its own, such as
    `{"rounds": 200}`. `fit(X, y)` takes frames of pandas, polars, Arrow or NumPy: numbers, flags
    and categories are known by their types, null stays null, columns that nothing can be learned
    from are left out. `y` has two values; the second in order is churn.
    """

    def __init__(
        self,
        estimator: str = "stack",
        *,
        parameters: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> None:
        self.estimator = estimator
        self.parameters = parameters
        self.seed = seed

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from rows; raises DataError for outcomes of more or fewer than two values."""
        table, kind = arrow_of(X), frame_kind(X)
        outcome = np.asarray(y.to_numpy() if hasattr(y, "to_numpy") else y).ravel()
        if len(outcome) != table.num_rows:
            raise DataError(f"{table.num_rows:,} rows and {len(outcome):,} outcomes")
        self.classes_, churned = np.unique(outcome, return_inverse=True)
        if len(self.classes_) != 2:
            raise DataError(f"outcomes have two values, not {len(self.classes_)}")
        own = own_frame(table, kind=kind, churned=churned.astype(float))
        self.inputs_ = tuple(own.frame.inputs.column_names)
        self.kinds_ = dict(own.frame.kinds)
        self.n_features_in_ = table.num_columns
        if kind != "numpy":
            self.feature_names_in_ = np.array(table.column_names, dtype=object)
        fresh = estimator_named(self.estimator, seed=self.seed, parameters=self.parameters or {})
        with one_thread():
            self.fitted_: ChurnEstimator = fresh.fit(own.frame)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of both outcomes, shape (n, 2)."""
        check_is_fitted(self, "fitted_")
        table = columns_of(self.inputs_, arrow_of(X))
        frame = own_frame(table, kind="arrow", kinds=self.kinds_).frame
        with one_thread():
            predicted = self.fitted_.predict(frame)
        return np.column_stack([1 - predicted, predicted])

    def predict(self, X: Any) -> np.ndarray:
        """The more probable outcome, shape (n,)."""
        return np.asarray(self.classes_[(self.predict_proba(X)[:, 1] >= 0.5).astype(int)])
