"""Lifetimes explained by customer inputs: Cox and Weibull, behind one guard and one encoding."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from regulars.core.calendar import Grain
from regulars.core.errors import LeakageError, NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.encoding import LinearEncoder
from regulars.ml.spans import Floats, Span
from regulars.ml.survival.concordance import concordance
from regulars.ml.survival.disguised_durations import SUSPECT_CONCORDANCE, refuse_disguises
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.lifelines_boundary import CoxFit, WeibullFit, fit_cox, fit_weibull

_STEPS = 64


class LifeRegression(ABC):
    """Lifetimes explained by inputs; answers are conditional on the age already reached.

    `penalty` is the ridge on the weights; `accepted` names inputs that may know the duration.
    Predictions take a frame of n rows and ages (n,) in `unit`, the unit of the durations.
    """

    name: ClassVar[str]

    def __init__(self, *, penalty: float = 0.001, accepted: Collection[str] = ()) -> None:
        self.penalty = penalty
        self.accepted = tuple(accepted)
        self.encoder_: LinearEncoder | None = None
        self.unit_: Grain | None = None
        self.concordance_: float | None = None

    def fit(self, frame: Frame, durations: Durations) -> Self:
        """Learn from one row per lifetime.

        Raises LeakageError when an input restates the duration, MissingExtra without lifelines.
        `concordance_` is that of the rows learned from; measure on others for an honest one.
        """
        refuse_disguises(frame, durations, accepted=self.accepted)
        encoder = LinearEncoder(shape="signed_logs")
        matrix = encoder.fit(frame)
        self._fit_rows(matrix, durations)
        self.encoder_, self.unit_ = encoder, durations.unit
        self.concordance_ = concordance(durations, self.risk(frame))
        if self.concordance_ > SUSPECT_CONCORDANCE and not self.accepted:
            raise LeakageError(
                f"the concordance of {self.concordance_:.3f} is above {SUSPECT_CONCORDANCE}:"
                f" {self._strongest(matrix, durations)} may know the duration",
                hint="Drop it, or add a waiver for it (column, by, why) to the project file.",
            )
        return self

    def risk(self, frame: Frame) -> Floats:
        """A score (n,) that is the higher, the sooner a customer is expected to end."""
        risk: Floats = self._encoder().transform(frame) @ self._risk_weights()
        return risk

    def given(self, frame: Frame, age: ArrayLike, ahead: ArrayLike) -> Floats:
        """Probability (n,) to be still there at `age + ahead` for one who is there at `age`."""
        ages, ahead_ = (
            np.broadcast_to(np.asarray(values, np.float64), (len(frame),))
            for values in (age, ahead)
        )
        risk = self.risk(frame)
        grown = self._hazard(risk, ages + ahead_) - self._hazard(risk, ages)
        stays: Floats = np.exp(-np.maximum(grown, 0.0))
        return stays

    def remaining_life(self, frame: Frame, age: ArrayLike, *, horizon: Span) -> Floats:
        """Expected time still to stay within the horizon (n,), in `unit_`, given life to `age`."""
        self._encoder()
        assert self.unit_ is not None
        ahead = horizon.in_unit(self.unit_)
        node, weight = np.polynomial.legendre.leggauss(_STEPS)
        risk = self.risk(frame)
        ages = np.broadcast_to(np.asarray(age, dtype=np.float64), risk.shape)
        lived = np.zeros(risk.shape)
        start = self._hazard(risk, ages)
        for u, w in zip((node + 1) / 2 * ahead, weight / 2 * ahead, strict=True):
            lived += w * np.exp(-np.maximum(self._hazard(risk, ages + u) - start, 0.0))
        return lived

    @abstractmethod
    def _fit_rows(self, matrix: Floats, durations: Durations) -> None:
        """Learn weights from the encoded rows."""

    @abstractmethod
    def _risk_weights(self) -> Floats:
        """Weights of the encoded columns in `risk`."""

    @abstractmethod
    def _hazard(self, risk: Floats, age: Floats) -> Floats:
        """Cumulative hazard at an age of customers with this risk."""

    def _encoder(self) -> LinearEncoder:
        if self.encoder_ is None:
            raise NotEnoughData(f"{self.name} is not fitted yet", hint="Call fit first.")
        return self.encoder_

    def _strongest(self, matrix: Floats, durations: Durations) -> str:
        """The input whose own part of the risk orders the lifetimes best."""
        encoder = self._encoder()
        parts = encoder.by_input(matrix * self._risk_weights())
        agreement = [concordance(durations, part) for part in parts.T]
        return encoder.inputs_[int(np.argmax(agreement))]


TAIL_SHARE = 0.25


class CoxLife(LifeRegression):
    """Cox proportional hazards (ridge, Efron ties), fitted by lifelines.

    Beyond the oldest age observed the baseline hazard goes on as in the last quarter of the ages.
    """

    name = "Cox"

    fitted_: CoxFit | None = None

    def _fit_rows(self, matrix: Floats, durations: Durations) -> None:
        self.fitted_ = fit_cox(matrix, durations, penalty=self.penalty)

    def _risk_weights(self) -> Floats:
        return self._fit().weights

    def _hazard(self, risk: Floats, age: Floats) -> Floats:
        fit = self._fit()
        step = np.searchsorted(fit.times, age, side="right")
        last = fit.times[-1]
        before = np.searchsorted(fit.times, (1 - TAIL_SHARE) * last, side="right")
        known = np.concatenate(([0.0], fit.hazard))
        slope = (known[-1] - known[before]) / (TAIL_SHARE * last) if last > 0 else 0.0
        hazard: Floats = np.exp(risk) * (known[step] + slope * np.maximum(age - last, 0.0))
        return hazard

    def _fit(self) -> CoxFit:
        if self.fitted_ is None:
            raise NotEnoughData("Cox is not fitted yet", hint="Call fit first.")
        return self.fitted_


class WeibullLife(LifeRegression):
    """Weibull accelerated failure time, fitted by lifelines.

    S(age) = exp(-(age / scale)^shape), log scale = intercept + weights @ row.
    """

    name = "Weibull"

    fitted_: WeibullFit | None = None

    def _fit_rows(self, matrix: Floats, durations: Durations) -> None:
        self.fitted_ = fit_weibull(matrix, durations, penalty=self.penalty)

    def _risk_weights(self) -> Floats:
        return -self._fit().weights

    def _hazard(self, risk: Floats, age: Floats) -> Floats:
        fit = self._fit()
        hazard: Floats = (np.maximum(age, 0.0) * np.exp(risk - fit.intercept)) ** fit.shape
        return hazard

    def _fit(self) -> WeibullFit:
        if self.fitted_ is None:
            raise NotEnoughData("Weibull is not fitted yet", hint="Call fit first.")
        return self.fitted_
