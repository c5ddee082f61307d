"""Expected purchases until a beta-distributed drop-out, where the closed form holds and beyond.

For rate ~ Gamma(shape, scale 1) and drop-out p ~ Beta(a, b) after each purchase, the purchases
expected within `ratio` units of time are

    E[(1 - (1 + p ratio)^-shape) / p]
        = (a+b-1)/(a-1) [1 - (1-z)^(a-1) 2F1(a-1, a+b-1-shape; a+b-1; z)],  z = ratio/(1+ratio),

the form of Fader, Hardie and Lee (2005) after Euler's transformation, which cannot overflow.
"""

from __future__ import annotations

import numpy as np

from regulars.ml.clv.summary import Floats

_NODES = 48
_NEAR_ONE = 1e-4


def expected_until_drop_out(shape: Floats, ratio: Floats, *, a: float, b: Floats) -> Floats:
    """Expected purchases of a living customer; shape, ratio and b of shape (n,), result (n,).

    Where the hypergeometric function fails, or leaves the range that the never-stopping customer
    bounds (0 to shape x ratio), the expectation is integrated over p instead; the bound is kept.
    """
    most = shape * ratio
    found = np.full(most.shape, np.nan)
    if abs(a - 1) > _NEAR_ONE:
        found = _closed_form(shape, ratio, a=a, b=b)
    failed = ~(np.isfinite(found) & (found >= 0) & (found <= most * (1 + 1e-9)))
    if failed.any():
        found[failed] = _integrated(shape[failed], ratio[failed], a=a, b=b[failed])
    capped: Floats = np.minimum(found, most)
    return capped


def _closed_form(shape: Floats, ratio: Floats, *, a: float, b: Floats) -> Floats:
    from scipy.special import hyp2f1

    whole = a + b - 1
    z = ratio / (1 + ratio)
    with np.errstate(all="ignore"):
        series = hyp2f1(a - 1, whole - shape, whole, z)
        left = np.exp(-(a - 1) * np.log1p(ratio)) * series
        return np.asarray(whole / (a - 1) * (1 - left), dtype=np.float64)


def _integrated(shape: Floats, ratio: Floats, *, a: float, b: Floats) -> Floats:
    """Gauss-Legendre over the quantiles of p, which spreads the nodes as Beta(a, b) does."""
    from scipy.special import betaincinv

    node, weight = np.polynomial.legendre.leggauss(_NODES)
    total = np.zeros(shape.shape)
    for u, w in zip((node + 1) / 2, weight / 2, strict=True):
        p = np.maximum(betaincinv(a, b, u), 1e-300)
        total += w * -np.expm1(-shape * np.log1p(p * ratio)) / p
    return total
