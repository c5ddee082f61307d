"""BG/NBD and MBG/NBD: gamma rates, beta drop-out, and drop-out only at a purchase.

Both have the likelihood (Fader, Hardie and Lee 2005; Batislam, Denizel and Filiztekin 2007)

    Gamma(r+x)/Gamma(r) alpha^r B(a, k+1)/B(a, b) [ (alpha+T)^-(r+x) + a/k (alpha+t_x)^-(r+x) ]

where k is the number of times, b included, that the customer chose to stay before the last
purchase: b + x - 1 where the first purchase cannot be the last one (BG/NBD, whose second term
is missing at x = 0), and b + x where it can (MBG/NBD).

Expected purchases until drop-out: for rate ~ Gamma(shape, scale 1) and drop-out p ~ Beta(a, b)
after each purchase, the purchases expected within `ratio` units of time are

    E[(1 - (1 + p ratio)^-shape) / p]
        = (a+b-1)/(a-1) [1 - (1-z)^(a-1) 2F1(a-1, a+b-1-shape; a+b-1; z)],  z = ratio/(1+ratio),

the form of Fader, Hardie and Lee (2005) after Euler's transformation, which cannot overflow.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from regulars.ml.clv.purchase_summary import Histories
from regulars.ml.clv.purchases import PurchaseEstimator, arrays
from regulars.ml.spans import Floats

_NODES = 48  # of the integral over drop-out rates
_LARGEST_LOG = 600.0  # of odds, which are multiplied once more after they are raised to e
_NEAR_ONE = 1e-4  # as near to a = 1 the closed form divides by almost nothing


class BetaGeometric(PurchaseEstimator):
    """Purchases at gamma-distributed rates; after each one the customer may stop for good."""

    parameter_names = ("r", "alpha", "a", "b")
    _start = (0.5, 0.3, 0.7, 2.0)
    _in_time = (False, True, False, False)

    _stays: ClassVar[int]  # chances to stop before the first repeat purchase: 0 or 1

    def probability_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        r, alpha, a, b = self._fitted()
        x_, t_, T_ = arrays(x, t_x, T)
        odds = self._dead_to_alive(a, b, x_) * np.exp(
            np.minimum((r + x_) * np.log((alpha + T_) / (alpha + t_)), _LARGEST_LOG)
        )
        alive: Floats = 1 / (1 + odds)
        return alive

    def probability_of_no_purchase(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """1 - P(alive) (1 - ((alpha + T)/(alpha + T + horizon))^(r + x)).

        A living customer stays at least until the next purchase, so only its waiting time counts.
        """
        r, alpha, _, _ = self._fitted()
        span, x_, t_, T_ = arrays(horizon, x, t_x, T)
        buys = -np.expm1(-(r + x_) * np.log1p(span / (alpha + T_)))
        silent: Floats = 1 - self.probability_alive(x_, t_, T_) * buys
        return silent

    def simulated_purchases(
        self, horizon: float, history: tuple[Floats, Floats, Floats], rng: np.random.Generator
    ) -> Floats:
        r, alpha, a, b = self._fitted()
        x, t_x, T = history
        alive = rng.random(x.shape) < self.probability_alive(x, t_x, T)
        rate = rng.gamma(r + x) / (alpha + T)
        stop = np.maximum(rng.beta(a, b + x + self._stays), 1e-12)
        wished = rng.poisson(rate * horizon)
        return np.where(alive, np.minimum(wished, rng.geometric(stop)), 0).astype(np.float64)

    def _expected_while_alive(self, horizon: Floats, x: Floats, T: Floats) -> Floats:
        r, alpha, a, b = self._fitted()
        return expected_until_drop_out(r + x, horizon / (alpha + T), a=a, b=b + x + self._stays)

    def _total(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        counts = self._total_of_counts(parameters, histories)
        times = self._total_of_times(parameters, histories)
        return counts[0] + times[0], counts[1] + times[1]

    def _total_of_counts(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        """The terms that depend on x alone, evaluated once per distinct x."""
        from scipy.special import betaln, digamma, gammaln

        r, alpha, a, b = parameters
        x, group = np.unique(histories.x, return_inverse=True)
        weight = np.bincount(group, weights=histories.weight)
        stayed = b + x + self._stays
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, stayed) - betaln(a, b)
        both = digamma(a + b) - digamma(a + stayed)
        gradient = np.stack(
            [
                digamma(r + x) - digamma(r) + np.log(alpha),
                np.full(x.shape, r / alpha),
                both,
                both + digamma(stayed) - digamma(b),
            ]
        )
        return float(weight @ value), gradient @ weight

    def _total_of_times(self, parameters: Floats, histories: Histories) -> tuple[float, Floats]:
        """The bracket of the likelihood: still alive at T, or stopped at t_x."""
        r, alpha, a, b = parameters
        x, weight = histories.x, histories.weight
        late, early = alpha + histories.T, alpha + histories.t_x
        log_late, log_early = np.log(late), np.log(early)
        power = r + x
        odds = self._dead_to_alive(a, b, x) * np.exp(
            np.minimum(power * (log_late - log_early), _LARGEST_LOG)
        )
        dead = weight * odds / (1 + odds)
        alive = weight - dead
        value = weight @ (np.log1p(odds) - power * log_late)
        stops = np.divide(dead, self._stayed(b, x), out=np.zeros_like(dead), where=odds > 0)
        gradient = np.array(
            [
                -(alive @ log_late + dead @ log_early),
                -(power @ (alive / late + dead / early)),
                dead.sum() / a,
                -stops.sum(),
            ]
        )
        return float(value), gradient

    def _dead_to_alive(self, a: float, b: float, x: Floats) -> Floats:
        """a/k, and 0 where the customer had no chance to stop yet."""
        could = x + self._stays > 0
        return np.divide(a, self._stayed(b, x), out=np.zeros(x.shape), where=could)

    @abstractmethod
    def _stayed(self, b: float, x: Floats) -> Floats:
        """k of the module's formula."""


# Stored estimators were pickled with this class in this module: neither may be renamed.
class BgNbd(BetaGeometric):
    """Beta-geometric / negative binomial (Fader, Hardie and Lee, Marketing Science 24, 2005).

    Parameters: r and alpha of the gamma over purchase rates (alpha in time units), a and b of the
    beta over the probability to stop after a repeat purchase.
    """

    name = "BG/NBD"
    _stays = 0

    def _stayed(self, b: float, x: Floats) -> Floats:
        return b + x - 1


class MbgNbd(BetaGeometric):
    """Modified BG/NBD (Batislam, Denizel and Filiztekin, IJRM 24, 2007).

    As BG/NBD, but a customer may stop right after the first purchase, so one-time buyers are no
    longer alive for certain.
    """

    name = "MBG/NBD"
    _stays = 1

    def _stayed(self, b: float, x: Floats) -> Floats:
        return b + x


def expected_until_drop_out(shape: Floats, ratio: Floats, *, a: float, b: Floats) -> Floats:
    """Expected purchases of a living customer; shape, ratio and b of shape (n,), result (n,).

    Where the hypergeometric function fails, or leaves the range that the never-stopping customer
    bounds (0 to shape x ratio), the expectation is integrated over p instead; the bound is kept.
    """
    upper = shape * ratio
    expected = np.full(upper.shape, np.nan)
    if abs(a - 1) > _NEAR_ONE:
        expected = _closed_form(shape, ratio, a=a, b=b)
    failed = ~(np.isfinite(expected) & (expected >= 0) & (expected <= upper * (1 + 1e-9)))
    if failed.any():
        expected[failed] = _integrated(shape[failed], ratio[failed], a=a, b=b[failed])
    capped: Floats = np.minimum(expected, upper)
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
