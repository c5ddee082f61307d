"""Pareto/NBD: customers stop at any moment, not only at a purchase.

The likelihood (Schmittlein, Morrison and Colombo, Management Science 33, 1987) is

    Gamma(r+x)/Gamma(r) alpha^r beta^s [ (alpha+T)^-(r+x) (beta+T)^-s + integral ],
    integral = s * int_{t_x}^{T} (alpha+u)^-(r+x) (beta+u)^-(s+1) du.

The literature writes the integral as two hypergeometric functions, which lose all digits for
frequent buyers and have no usable gradient; here it is a quadrature, and its gradient one too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from regulars.ml.clv.purchase_summary import Histories
from regulars.ml.clv.purchases import PurchaseEstimator, arrays
from regulars.ml.spans import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_NEGLIGIBLE = 40.0  # beyond exp(-40) of the integrand's height nothing is left to add
_ROWS_AT_ONCE = 50_000


class ParetoNbd(PurchaseEstimator):
    """Pareto / negative binomial.

    Parameters: r and alpha of the gamma over purchase rates, s and beta of the gamma over the rates
    at which customers stop; alpha and beta are in time units.
    """

    name = "Pareto/NBD"
    parameter_names = ("r", "alpha", "s", "beta")
    _start = (0.5, 0.3, 0.6, 0.4)
    _in_time = (False, True, False, True)

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        x_, t_, T_ = arrays(x, t_x, T)
        histories = Histories(x_.ravel(), t_.ravel(), T_.ravel(), np.ones(x_.size), _NO_ROWS)
        stopped = np.concatenate(
            [_Stopped(self._fitted(), part).odds for part in _parts(histories)] or [np.empty(0)]
        )
        alive: Floats = (1 / (1 + stopped)).reshape(x_.shape)
        return alive

    def probability_of_no_purchase(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """1 - P(alive) P(the next purchase comes within the horizon and before the stop)."""
        r, alpha, s, beta = self._fitted()
        span, x_, t_, T_ = arrays(horizon, x, t_x, T)
        late, late_stop, power = alpha + T_, beta + T_, r + x_
        near = np.minimum(late, late_stop)
        fading = (power + 1) * near / late + s * near / late_stop - 1
        reach = _reach(np.log1p(span / near), fading)
        buys = np.zeros(x_.shape)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            step = reach * (node + 1) / 2
            waited = near * np.expm1(step)
            stays = s * np.log1p(waited / late_stop)
            density = step - stays - (power + 1) * np.log1p(waited / late)
            buys += weight * reach / 2 * power * near / late * np.exp(density)
        silent: Floats = 1 - self.probability_alive(x_, t_, T_) * np.minimum(buys, 1.0)
        return silent

    def simulated_purchases(
        self, horizon: float, history: tuple[Floats, Floats, Floats], rng: np.random.Generator
    ) -> Floats:
        r, alpha, s, beta = self._fitted()
        x, t_x, T = history
        alive = rng.random(x.shape) < self.probability_alive(x, t_x, T)
        rate = rng.gamma(r + x) / (alpha + T)
        stops_at = rng.exponential(1 / np.maximum(rng.gamma(s, size=x.shape), 1e-12)) * (beta + T)
        bought = rng.poisson(rate * np.minimum(stops_at, horizon))
        return np.where(alive, bought, 0).astype(np.float64)

    def _expected_while_alive(self, horizon: Floats, x: Floats, T: Floats) -> Floats:
        r, alpha, s, beta = self._fitted()
        stays = np.log1p(horizon / (beta + T))
        # (1 - e^(-(s-1) stays)) / (s - 1), whose limit at s = 1 is `stays` itself
        lived = stays if abs(s - 1) < 1e-9 else -np.expm1(-(s - 1) * stays) / (s - 1)
        upper = (r + x) * horizon / (alpha + T)
        expected: Floats = np.minimum((r + x) * (beta + T) / (alpha + T) * lived, upper)
        return expected

    def _total(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        from scipy.special import digamma, gammaln

        r, alpha, s, beta = parameters
        x, weight = histories.x, histories.weight
        n = weight.sum()
        value = weight @ gammaln(r + x) - n * (gammaln(r) - r * np.log(alpha) - s * np.log(beta))
        gradient = np.array(
            [
                weight @ digamma(r + x) - n * (digamma(r) - np.log(alpha)),
                n * r / alpha,
                n * np.log(beta),
                n * s / beta,
            ]
        )
        for part in _parts(histories):
            times = _Stopped(parameters, part)
            value += part.weight @ times.log_bracket
            gradient += times.gradient @ part.weight
        return float(value), gradient


class _Stopped:
    """The bracket of the likelihood, relative to its first term, with slopes.

    `odds` (m,) is the probability of having stopped in (t_x, T] over that of being alive; the
    averages of the slopes over both cases follow from the same nodes.
    """

    def __init__(self, parameters: Floats, histories: Histories) -> None:
        r, alpha, s, beta = parameters
        late, late_stop = alpha + histories.T, beta + histories.T
        log_late, log_late_stop = np.log(late), np.log(late_stop)
        power = r + histories.x
        log_alive = -power * log_late - s * log_late_stop

        near = min(alpha, beta)
        fading = (near + histories.t_x) * (
            power / (alpha + histories.t_x) + (s + 1) / (beta + histories.t_x)
        ) - 1
        early = np.log(near + histories.t_x)
        reach = _reach(np.log(near + histories.T) - early, fading)
        slopes = np.stack([-log_late, -power / late, -log_late_stop, -s / late_stop])
        odds = np.zeros(power.shape)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            log_time = early + reach * (node + 1) / 2  # du = (near + u) d log(near + u)
            u = np.exp(log_time) - near
            log_buy, log_stop = np.log(alpha + u), np.log(beta + u)
            density = log_time - power * log_buy - (s + 1) * log_stop - log_alive
            share = weight * reach / 2 * s * np.exp(np.minimum(density, 600.0))
            odds += share
            slopes[0] -= share * log_buy
            slopes[1] -= share * power / (alpha + u)
            slopes[2] += share * (1 / s - log_stop)
            slopes[3] -= share * (s + 1) / (beta + u)
        self.odds = odds
        self.log_bracket = log_alive + np.log1p(odds)
        self.gradient = slopes / (1 + odds)


_NO_ROWS = np.empty(0, dtype=np.intp)


def _reach(length: Floats, fading: Floats) -> Floats:
    """How far to integrate on the log scale where the integrand falls at least by `fading`."""
    far = np.divide(_NEGLIGIBLE, fading, out=np.full(length.shape, np.inf), where=fading > 0)
    reach: Floats = np.minimum(length, far)
    return reach


def _parts(histories: Histories) -> list[Histories]:
    """Slices small enough for the working memory of a quadrature."""
    h = histories
    return [
        Histories(h.x[at], h.t_x[at], h.T[at], h.weight[at], _NO_ROWS)
        for start in range(0, h.x.size, _ROWS_AT_ONCE)
        for at in (slice(start, start + _ROWS_AT_ONCE),)
    ]
