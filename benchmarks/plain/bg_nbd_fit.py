"""A plain maximum-likelihood fit of BG/NBD (Fader, Hardie and Lee, 2005) on one row per customer.

    python benchmarks/plain/bg_nbd_fit.py SUMMARY.npz

Prints the cost of the fit alone: reading and importing are not counted.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from measuring import spent
from scipy.optimize import minimize
from scipy.special import gammaln

summary = np.load(sys.argv[1])
x, t_x, T = (summary[name].astype(float) for name in ("x", "t_x", "T"))


def mean_loss(logs: np.ndarray) -> float:
    """The negative mean log likelihood."""
    r, alpha, a, b = np.exp(logs)
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    start += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    alive = -(r + x) * np.log(alpha + T)
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    return -float(np.mean(start + np.where(x > 0, np.logaddexp(alive, gone), alive)))


with spent() as cost:
    found = minimize(mean_loss, np.zeros(4), method="Nelder-Mead", options={"maxiter": 500})
print(json.dumps({"cost": cost, "parameters": np.exp(found.x).tolist()}))
