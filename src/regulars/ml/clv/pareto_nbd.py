"""Pareto/NBD: customers stop at any moment, not only at a purchase.

The likelihood (Schmittlein, Morrison and Colombo, Management Science 33, 1987) is

    Gamma(r+x)/Gamma(r) alpha^r beta^s [ (alpha+T)^-(r+x) (beta+T)^-s + integral ],
    integral = s * int_{t_x}^{T} (alpha+u)^-(r+x) (beta+u)^-(s+1) du.

With gaps of two stages (see `pareto_cnbd`), x is twice the purchases, and (alpha+u)^-(r+x) gets
the factor 1 + (r+x) (u-t_x)/(alpha+u): none or one stage has passed since the last purchase.

The literature writes the integral as two hypergeometric functions, which lose all digits for
frequent buyers and have no usable gradient; here it is a quadrature, and its gradient one too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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

    stages: ClassVar[int] = 1  # of the gap between two purchases: 1 or 2

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        x_, t_, T_ = arrays(x, t_x, T)
        histories = Histories(x_.ravel(), t_.ravel(), T_.ravel(), np.ones(x_.size), _NO_ROWS)
        stopped = np.concatenate(
            [Stopped(self._fitted(), part, self.stages).odds for part in _parts(histories)]
            or [np.empty(0)]
        )
        alive: Floats = (1 / (1 + stopped)).reshape(x_.shape)
        return alive

    def probability_of_no_purchase(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """1 - P(alive) P(the next purchase comes within the horizon and before the stop)."""
        r, alpha, s, beta = self._fitted()
        span, x_, t_, T_ = arrays(horizon, x, t_x, T)
        buys = within_before_stop(span, power=r + x_, late=alpha + T_, s=s, late_stop=beta + T_)
        silent: Floats = 1 - self.probability_alive(x_, t_, T_) * buys
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
        r, alpha, _, _ = self._fitted()
        expected: Floats = (r + x) / (alpha + T) * self._expected_life(horizon, T)
        return expected

    def _expected_life(self, horizon: Floats, T: Floats) -> Floats:
        """Time until the stop of who is alive at T, within the horizon."""
        _, _, s, beta = self._fitted()
        stays = np.log1p(horizon / (beta + T))
        # (1 - e^(-(s-1) stays)) / (s - 1), whose limit at s = 1 is `stays` itself
        lived = stays if abs(s - 1) < 1e-9 else -np.expm1(-(s - 1) * stays) / (s - 1)
        life: Floats = np.minimum((beta + T) * lived, horizon)
        return life

    def _total(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        value, gradient = self._total_of_counts(parameters, histories)
        for part in _parts(histories):
            times = Stopped(parameters, part, self.stages)
            value += part.weight @ times.log_bracket
            gradient += times.gradient @ part.weight
        return float(value), gradient

    def _total_of_counts(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        """The terms before the bracket."""
        from scipy.special import digamma, gammaln

        r, alpha, s, beta = parameters
        x, weight = histories.x * self.stages, histories.weight
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
        return float(value), gradient

    def total_by_times(
        self, parameters: Floats, histories: Histories
    ) -> tuple[float, Floats, Floats, Floats]:
        """The log likelihood and its slopes: by parameter (4,), and by t_x and T, shape (m,)."""
        value, gradient = self._total_of_counts(parameters, histories)
        times = Stopped(parameters, histories, self.stages)
        step = 1e-4 * (1 + histories.T.mean())
        earlier = Histories(
            histories.x,
            np.maximum(histories.t_x - step, 0),
            histories.T,
            histories.weight,
            histories.row,
        )
        change = times.log_bracket - Stopped(parameters, earlier, self.stages).log_bracket
        moved = histories.t_x - earlier.t_x
        by_last = np.divide(change, moved, out=np.zeros_like(change), where=moved > 0)
        r, alpha = parameters[:2]
        power, late = r + self.stages * histories.x, alpha + histories.T
        rate = power / late
        if self.stages > 1:  # a purchase comes next only where one stage has passed
            half = rate * (histories.T - histories.t_x)
            rate = (power + 1) / late * half / (1 + half)
        by_end = -rate / (1 + times.odds)
        return (
            value + float(times.log_bracket.sum()),
            gradient + times.gradient.sum(1),
            by_last,
            by_end,
        )


class Stopped:
    """The bracket of the likelihood, relative to its first term, with slopes.

    `odds` (m,) is the probability of having stopped in (t_x, T] over that of being alive; the
    averages of the slopes over both cases follow from the same nodes.
    """

    def __init__(self, parameters: Floats, histories: Histories, stages: int = 1) -> None:
        r, alpha, s, beta = parameters
        t_x, power = histories.t_x, r + stages * histories.x
        near, late_stop = min(alpha, beta), np.log(beta + histories.T)
        waits = _Waits(power, alpha, t_x, counted=stages > 1)
        log_alive, *slopes_alive = waits.at(histories.T)
        log_alive = log_alive - s * late_stop
        fading = (near + t_x) * (power / (alpha + t_x) + (s + 1) / (beta + t_x)) - 1
        early = np.log(near + t_x)
        reach = _reach(np.log(near + histories.T) - early, fading)
        slopes = np.stack([*slopes_alive, -late_stop, -s / (beta + histories.T)])
        odds = np.zeros(power.shape)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            log_time = early + reach * (node + 1) / 2  # du = (near + u) d log(near + u)
            u = np.exp(log_time) - near
            log_wait, by_power, by_alpha = waits.at(u)
            log_stop = np.log(beta + u)
            density = log_time + log_wait - (s + 1) * log_stop - log_alive
            share = weight * reach / 2 * s * np.exp(np.minimum(density, 600.0))
            odds += share
            slopes[0] += share * by_power
            slopes[1] += share * by_alpha
            slopes[2] += share * (1 / s - log_stop)
            slopes[3] -= share * (s + 1) / (beta + u)
        self.odds = odds
        self.log_bracket = log_alive + np.log1p(odds)
        self.gradient = slopes / (1 + odds)


@dataclass(frozen=True)
class _Waits:
    """Logarithm of (alpha+u)^-power, with the factor of a second stage where it is `counted`."""

    power: Floats
    alpha: float
    t_x: Floats
    counted: bool

    def at(self, u: Floats) -> tuple[Floats, Floats, Floats]:
        """The logarithm, and its slopes by power and by alpha; each of shape (m,)."""
        late = self.alpha + u
        log_late = np.log(late)
        value, by_power, by_alpha = -self.power * log_late, -log_late, -self.power / late
        if self.counted:
            passed = np.maximum(u - self.t_x, 0) / late
            factor = 1 + self.power * passed
            value = value + np.log(factor)
            by_power = by_power + passed / factor
            by_alpha = by_alpha - self.power * passed / late / factor
        return value, by_power, by_alpha


def within_before_stop(
    span: Floats, *, power: Floats, late: Floats, s: float, late_stop: Floats, stages: int = 1
) -> Floats:
    """Probability that so many stages pass within `span` and before the customer stops.

    Stages come at a rate ~ Gamma(power, late), the stop at one ~ Gamma(s, late_stop).
    """
    near = np.minimum(late, late_stop)
    fading = (power + 1) * near / late + s * near / late_stop - 1
    reach = _reach(np.log1p(span / near), fading)
    buys = np.zeros(power.shape)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        step = reach * (node + 1) / 2
        waited = near * np.expm1(step)
        stays = s * np.log1p(waited / late_stop)
        density = np.exp(step - stays - (power + 1) * np.log1p(waited / late))
        if stages > 1:
            density *= (power + 1) * waited / (late + waited)
        buys += weight * reach / 2 * power * near / late * density
    return np.minimum(buys, 1.0)


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
