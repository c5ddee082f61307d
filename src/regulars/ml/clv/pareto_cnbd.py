"""Pareto/CNBD: as Pareto/NBD, but customers buy more evenly than at random.

The gap between two purchases has two stages of equal rate (an Erlang-2 gap, the condensed negative
binomial of Chatfield and Goodhardt, Journal of the Royal Statistical Society C 22, 1973; with
drop-out: Platzer and Reutterer, Marketing Science 35, 2016). After the last purchase none or one
stage has passed, so a silence much longer than the usual gap says more than in Pareto/NBD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from regulars.ml.clv.pareto_nbd import ParetoNbd, within_before_stop
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.purchases import arrays
from regulars.ml.spans import Floats


class ParetoCnbd(ParetoNbd):
    """Pareto / condensed negative binomial: r and alpha are of the gamma over rates of stages."""

    name = "Pareto/CNBD"
    _start = (0.5, 0.6, 0.6, 0.4)
    stages = 2

    def probability_of_no_purchase(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """1 - P(alive) P(the stages still missing pass within the horizon and before the stop)."""
        r, alpha, s, beta = self._fitted()
        span, x_, t_, T_ = arrays(horizon, x, t_x, T)
        power, late, late_stop = r + 2 * x_, alpha + T_, beta + T_
        half = self._half_way(x_, t_, T_)
        last = within_before_stop(span, power=power + 1, late=late, s=s, late_stop=late_stop)
        both = within_before_stop(span, power=power, late=late, s=s, late_stop=late_stop, stages=2)
        buys = half * last + (1 - half) * both
        silent: Floats = 1 - self.probability_alive(x_, t_, T_) * buys
        return silent

    def expected_purchases(
        self, horizon: ArrayLike, x: ArrayLike, t_x: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Of N stages to come and j passed, floor((j + N) / 2) are purchases.

        E floor((j+N)/2) = (j + E N - P(j + N is odd)) / 2, and the parity of N follows from
        E (-1)^N = 1 - P(an event of twice the rate comes before horizon and stop).
        """
        r, alpha, s, beta = self._fitted()
        span, x_, t_, T_ = arrays(horizon, x, t_x, T)
        half, life = self._half_way(x_, t_, T_), self._expected_life(span, T_)
        expected = np.zeros(x_.shape)
        for passed, share in ((0, 1 - half), (1, half)):
            power, late = r + 2 * x_ + passed, alpha + T_
            even = 1 - within_before_stop(
                span, power=power, late=late / 2, s=s, late_stop=beta + T_
            )
            odd = (1 - (1 - 2 * passed) * even) / 2
            expected += share * (passed + power / late * life - odd) / 2
        return self.probability_alive(x_, t_, T_) * np.maximum(expected, 0.0)

    def simulated_purchases(
        self, horizon: float, history: tuple[Floats, Floats, Floats], rng: np.random.Generator
    ) -> Floats:
        r, alpha, s, beta = self._fitted()
        x, t_x, T = history
        alive = rng.random(x.shape) < self.probability_alive(x, t_x, T)
        passed = rng.random(x.shape) < self._half_way(x, t_x, T)
        rate = rng.gamma(r + 2 * x + passed) / (alpha + T)
        stops_at = rng.exponential(1 / np.maximum(rng.gamma(s, size=x.shape), 1e-12)) * (beta + T)
        stages = passed + rng.poisson(rate * np.minimum(stops_at, horizon))
        return np.where(alive, stages // 2, 0).astype(np.float64)

    def _expected_while_alive(self, horizon: Floats, x: Floats, T: Floats) -> Floats:
        """The upper bound: where one stage has passed."""
        r, alpha, _, _ = self._fitted()
        bound: Floats = (1 + (r + 2 * x + 1) / (alpha + T) * self._expected_life(horizon, T)) / 2
        return bound

    def _log_constant(self, summary: Summary) -> float:
        """The gaps of two stages are the likelier the longer both are: the density of each."""
        return 0.0 if summary.log_gaps is None else float(summary.log_gaps.sum())

    def _half_way(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        """Probability that one stage has passed since the last purchase of who is alive at T."""
        r, alpha, _, _ = self._fitted()
        odds = (r + 2 * x) * (T - t_x) / (alpha + T)
        half: Floats = odds / (1 + odds)
        return half
