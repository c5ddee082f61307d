"""Logistic regression whose weights cannot be negative, and weights that share one whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from regulars.ml.log_odds import probability


def fit_non_negative(
    columns: np.ndarray,
    outcome: np.ndarray,
    *,
    ridge: float = 0.0,
    min_weight: float = 0.0,
    max_sum: float | None = None,
    towards: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """Weights (k,), none below `min_weight`, and the intercept, by maximum likelihood.

    `columns` has shape (n, k). `ridge` pulls the weights to `towards` (zero by default); it is
    counted against the summed log loss of the rows. The weights add up to `max_sum` at most.
    """
    from scipy.optimize import minimize

    width = columns.shape[1]
    target = np.zeros(width) if towards is None else towards

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        return _penalised_loss(columns, outcome, parameters, ridge=ridge, target=target)

    start = np.r_[np.maximum(target, min_weight), 0.0]
    bounds = [(min_weight, None)] * width + [(None, None)]
    optimum = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, tol=1e-10).x
    if max_sum is not None and optimum[:-1].sum() > max_sum:
        # The loss is convex, so the best of the weights that are allowed lies on the border.
        start = np.r_[optimum[:-1] * max_sum / optimum[:-1].sum(), optimum[-1]]
        summed = np.r_[np.ones(width), 0.0]
        optimum = _on_the_border(loss, start, bounds=bounds, summed=summed, total=max_sum)
    return np.maximum(optimum[:-1], min_weight), float(optimum[-1])


def fit_shares(columns: np.ndarray, outcome: np.ndarray, *, ridge: float = 0.0) -> np.ndarray:
    """Weights (k,), none negative, that add up to 1, by maximum likelihood without an intercept.

    A weighted mean of log-odds moves neither level nor spread of what the columns say. `ridge`
    pulls to equal weights.
    """
    width = columns.shape[1]
    equal = np.full(width, 1 / width)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = np.r_[weights, 0.0]
        value, slope = _penalised_loss(columns, outcome, parameters, ridge=ridge, target=equal)
        return value, slope[:-1]

    bounds = [(0.0, None)] * width
    weights = _on_the_border(loss, equal, bounds=bounds, summed=np.ones(width), total=1.0)
    kept = np.maximum(weights, 0.0)
    return np.asarray(kept / kept.sum())


def _penalised_loss(
    columns: np.ndarray,
    outcome: np.ndarray,
    parameters: np.ndarray,
    *,
    ridge: float,
    target: np.ndarray,
) -> tuple[float, np.ndarray]:
    """Mean log loss with the ridge, and its gradient; the last parameter is the intercept."""
    weights, intercept = parameters[:-1], parameters[-1]
    odds = columns @ weights + intercept
    away = weights - target
    value = np.sum(np.logaddexp(0, odds) - outcome * odds) + ridge / 2 * away @ away
    error = probability(odds) - outcome
    slope = np.r_[columns.T @ error + ridge * away, error.sum()]
    return float(value) / len(outcome), slope / len(outcome)


def _on_the_border(
    loss: Any,
    start: np.ndarray,
    *,
    bounds: Sequence[tuple[float | None, float | None]],
    summed: np.ndarray,
    total: float,
) -> np.ndarray:
    """The parameters of the lowest loss whose sum over `summed` (ones and zeros) is `total`."""
    from scipy.optimize import minimize

    border = {
        "type": "eq",
        "fun": lambda parameters: parameters @ summed - total,
        "jac": lambda parameters: summed,
    }
    fitted = minimize(
        loss, start, jac=True, method="SLSQP", bounds=bounds, constraints=[border], tol=1e-10
    )
    return np.asarray(fitted.x)
