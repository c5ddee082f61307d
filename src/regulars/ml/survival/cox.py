"""Cox regression: inputs multiply a hazard whose course over age is left open."""

from __future__ import annotations

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.summary import Floats
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.lifelines_boundary import CoxFit, fit_cox
from regulars.ml.survival.regression import LifeRegression

TAIL_SHARE = 0.25


class CoxLife(LifeRegression):
    """Cox proportional hazards (ridge, Efron ties), fitted by lifelines.

    Beyond the oldest age seen the baseline hazard goes on as in the last quarter of the ages.
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
