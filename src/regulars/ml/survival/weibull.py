"""Weibull accelerated life: a parametric curve that also speaks beyond the ages seen."""

from __future__ import annotations

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.summary import Floats
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.lifelines_boundary import WeibullFit, fit_weibull
from regulars.ml.survival.regression import LifeRegression


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
