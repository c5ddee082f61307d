"""Maximum likelihood for four positive parameters, with a weak prior where it is needed.

The plain likelihood of purchase estimators degenerates in small samples (the drop-out parameter
runs to zero), so a wide normal prior on the logarithms steps in below `ENOUGH_REPEAT_BUYERS`, or
when the plain maximum lies at a bound.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.core.calendar import Grain
from regulars.core.errors import DataError
from regulars.ml.spans import Floats

logger = logging.getLogger(__name__)

ENOUGH_REPEAT_BUYERS = 500
PRIOR_SD = 3.0
BOUND = 8.0  # of |log(parameter / scale)|: factors of about 3,000 either way

Likelihood = Callable[[Floats], tuple[float, Floats]]
"""Parameters (k,) to the total log likelihood and its gradient (k,) by parameter."""


@dataclass(frozen=True)
class FitReport:
    """How a fit went. `unit` is the time unit (None where time plays no part)."""

    log_likelihood: float
    customers: int
    repeat_buyers: int
    evaluations: int
    prior_used: bool
    at_bound: bool
    unit: Grain | None = None


@dataclass(frozen=True)
class Maximum:
    """Where a likelihood is largest: `parameters` (k,), without the prior's share in the value."""

    parameters: Floats
    log_likelihood: float
    evaluations: int
    prior_used: bool
    at_bound: bool


def maximise(likelihood: Likelihood, start: Floats, *, scale: Floats, evidence: int) -> Maximum:
    """The largest likelihood from `start` (k,), searched over log(parameter / scale).

    `scale` (k,) makes the parameters free of units; `evidence` is the number of repeat buyers,
    which decides about the prior. Raises DataError when the search does not converge.
    """
    if evidence < ENOUGH_REPEAT_BUYERS:
        return _search(likelihood, start, scale=scale, with_prior=True)
    plain = _search(likelihood, start, scale=scale, with_prior=False)
    if not plain.at_bound:
        return plain
    logger.info("the plain likelihood ends at a bound; a weak prior is used")
    return _search(likelihood, start, scale=scale, with_prior=True)


def _search(likelihood: Likelihood, start: Floats, *, scale: Floats, with_prior: bool) -> Maximum:
    from scipy.optimize import minimize

    weight = 1 / PRIOR_SD**2 if with_prior else 0.0
    size = max(abs(likelihood(start)[0]), 1.0)  # keeps the tolerances free of the sample size

    def loss(theta: Floats) -> tuple[float, Floats]:
        parameters = scale * np.exp(theta)
        value, gradient = likelihood(parameters)
        value -= 0.5 * weight * float(theta @ theta)
        return -value / size, -(gradient * parameters - weight * theta) / size

    optimum = minimize(
        loss,
        np.clip(np.log(start / scale), -BOUND, BOUND),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * start.size,
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-8},
    )
    if not np.isfinite(optimum.fun):
        raise DataError("the likelihood is not finite: the histories contradict the estimator")
    parameters = scale * np.exp(optimum.x)
    return Maximum(
        parameters=parameters,
        log_likelihood=likelihood(parameters)[0],
        evaluations=int(optimum.nfev),
        prior_used=with_prior,
        at_bound=bool(np.any(np.abs(optimum.x) > BOUND - 1e-3)),
    )
