"""The one place that meets lifelines and its pandas frames; arrays go in and come out."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.core.errors import DataError, MissingExtra
from regulars.ml.spans import Floats
from regulars.ml.survival.durations import Durations

SMALLEST_AGE = 1e-3


@dataclass(frozen=True)
class CoxFit:
    """Log hazard ratios (k,) with standard errors, and the cumulative hazard of a zero row.

    `hazard` (m,) is that after each of the ascending ages `times`.
    """

    weights: Floats
    standard_errors: Floats
    times: Floats
    hazard: Floats


@dataclass(frozen=True)
class WeibullFit:
    """Accelerated life: log scale = intercept + weights (k,) @ row, and the shape of the hazard."""

    weights: Floats
    standard_errors: Floats
    intercept: float
    shape: float


def fit_cox(matrix: Floats, durations: Durations, *, penalty: float) -> CoxFit:
    """Proportional hazards with a ridge penalty; `matrix` is (n, k) without a constant.

    Raises MissingExtra without lifelines and DataError where the search does not converge.
    """
    lifelines, rows = _lifelines(), _rows(matrix, durations)
    with _converging():
        fitted = lifelines.CoxPHFitter(penalizer=penalty).fit(**rows)
    baseline = fitted.baseline_cumulative_hazard_.iloc[:, 0]
    weights = fitted.params_.to_numpy(dtype=np.float64)
    # its baseline is that of the mean row; a zero row is exp(-mean @ weights) away from it
    centre = float(rows["df"].to_numpy(dtype=np.float64)[:, : weights.size].mean(axis=0) @ weights)
    return CoxFit(
        weights=weights,
        standard_errors=fitted.standard_errors_.to_numpy(dtype=np.float64),
        times=baseline.index.to_numpy(dtype=np.float64),
        hazard=baseline.to_numpy(dtype=np.float64) * np.exp(-centre),
    )


def fit_weibull(matrix: Floats, durations: Durations, *, penalty: float) -> WeibullFit:
    """Weibull accelerated life with a ridge penalty. Raises as `fit_cox`."""
    lifelines = _lifelines()
    with _converging():
        fitted = lifelines.WeibullAFTFitter(penalizer=penalty).fit(**_rows(matrix, durations))
    scale, errors = fitted.params_["lambda_"], fitted.standard_errors_["lambda_"]
    return WeibullFit(
        weights=scale.drop("Intercept").to_numpy(dtype=np.float64),
        standard_errors=errors.drop("Intercept").to_numpy(dtype=np.float64),
        intercept=float(scale["Intercept"]),
        shape=float(np.exp(fitted.params_["rho_"]["Intercept"])),
    )


def _lifelines() -> Any:
    try:
        return importlib.import_module("lifelines")
    except ImportError as missing:
        raise MissingExtra("lifelines", extra="survival") from missing


def _rows(matrix: Floats, durations: Durations) -> dict[str, Any]:
    """A pandas frame and the names of its duration, event and, where anyone came late, entry.

    An age of zero counts as a thousandth: a parametric curve has no likelihood at zero.
    """
    pandas = importlib.import_module("pandas")  # a dependency of lifelines, not of ours
    names = [f"column_{at:04d}" for at in range(matrix.shape[1])]
    age = np.maximum(durations.age, SMALLEST_AGE)
    rows = pandas.DataFrame(matrix, columns=names).assign(age=age, ended=durations.ended)
    if not durations.entered.any():
        return {"df": rows, "duration_col": "age", "event_col": "ended"}
    watched = durations.entered < age
    late = rows.assign(entered=durations.entered)[watched]
    return {"df": late, "duration_col": "age", "event_col": "ended", "entry_col": "entered"}


@contextmanager
def _converging() -> Iterator[None]:
    """Its advice on columns is for people who watch; a search that fails is an error of ours."""
    from lifelines.exceptions import ConvergenceError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except ConvergenceError as failed:
            raise DataError(
                "the survival regression does not converge",
                hint="Drop inputs that repeat one another, or raise the penalty.",
            ) from failed
