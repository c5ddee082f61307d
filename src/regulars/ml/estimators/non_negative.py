"""Logistic regression whose weights cannot be negative."""

from __future__ import annotations

import numpy as np

from regulars.ml.log_odds import probability


def fit_non_negative(
    columns: np.ndarray,
    outcome: np.ndarray,
    *,
    ridge: float = 0.0,
    min_weight: float = 0.0,
    towards: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:
    """Weights (k,), none below `min_weight`, and the intercept, by maximum likelihood.

    `columns` has shape (n, k). `ridge` pulls the weights to `towards` (zero by default); it is
    counted against the summed log loss of the rows.
    """
    from scipy.optimize import minimize

    width = columns.shape[1]
    target = np.zeros(width) if towards is None else towards

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        weights, intercept = parameters[:-1], parameters[-1]
        odds = columns @ weights + intercept
        away = weights - target
        value = np.sum(np.logaddexp(0, odds) - outcome * odds) + ridge / 2 * away @ away
        error = probability(odds) - outcome
        slope = np.r_[columns.T @ error + ridge * away, error.sum()]
        return float(value) / len(outcome), slope / len(outcome)

    start = np.r_[np.maximum(target, min_weight), 0.0]
    bounds = [(min_weight, None)] * width + [(None, None)]
    optimum = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, tol=1e-10)
    return optimum.x[:-1], float(optimum.x[-1])
