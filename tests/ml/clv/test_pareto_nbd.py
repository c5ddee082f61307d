from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime

from regulars.ml.clv.pareto_cnbd import ParetoCnbd
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Histories, Summary, distinct

X, T_X, T = np.array([0.0, 1, 4, 60]), np.array([0.0, 10, 20, 5]), np.array([38.0, 20, 39, 39])


def test_cdnow_gives_the_published_parameters(cdnow: Summary) -> None:
    pareto = ParetoNbd().fit(cdnow)
    assert list(pareto.parameters.values()) == pytest.approx(
        [0.553, 10.578, 0.606, 11.669], abs=6e-4
    )
    assert pareto.log_likelihood(cdnow) == pytest.approx(-9595.0, abs=0.05)


def test_cdnow_holdout_is_predicted_as_well_as_published(
    cdnow: Summary, cdnow_holdout: np.ndarray
) -> None:
    expected = ParetoNbd().fit(cdnow).expected_purchases(39, cdnow.x, cdnow.t_x, cdnow.T)
    assert np.abs(expected - cdnow_holdout).mean() <= 0.790
    assert np.sqrt(np.square(expected - cdnow_holdout).mean()) <= 1.615


@pytest.mark.parametrize("kind", [ParetoNbd, ParetoCnbd])
@pytest.mark.parametrize(
    "at", [(0.5, 10.0, 0.6, 11.0), (2.0, 300.0, 0.1, 0.5), (0.1, 0.2, 500.0, 20_000.0)]
)
def test_the_gradient_is_the_slope_of_the_likelihood(
    kind: type[ParetoNbd], at: tuple[float, ...]
) -> None:
    histories, pareto = distinct(X, T_X, T), kind()
    point = np.array(at)
    slope = [
        approx_fprime(point, lambda p: pareto._total(p, histories)[0], 1e-6 * point)[i]
        for i in range(4)
    ]
    assert pareto._total(point, histories)[1] == pytest.approx(slope, rel=2e-3, abs=1e-3)


@pytest.mark.parametrize(
    "parameters", [(0.5, 10.0, 0.6, 11.0), (2.0, 300.0, 0.1, 0.5), (0.1, 0.2, 500.0, 20_000.0)]
)
def test_the_chance_of_being_alive_is_that_of_an_adaptive_quadrature(
    parameters: tuple[float, float, float, float],
) -> None:
    r, alpha, s, beta = parameters
    alive = ParetoNbd.with_parameters(*parameters, unit="week").probability_alive(X, T_X, T)
    for got, x, t_x, end in zip(alive, X, T_X, T, strict=True):
        stopped, _ = quad(
            lambda u, x=x, end=end: (
                s
                / (beta + u)
                * ((alpha + end) / (alpha + u)) ** (r + x)
                * ((beta + end) / (beta + u)) ** s
            ),
            t_x,
            end,
            epsrel=1e-10,
            limit=400,
        )
        assert got == pytest.approx(1 / (1 + stopped), rel=1e-6)


def test_known_parameters_are_found_again(pareto_shoppers: Callable[..., Summary]) -> None:
    truth = (0.6, 8.0, 0.8, 14.0)
    shoppers = pareto_shoppers(20_000, truth, seed=4)
    found, known = ParetoNbd().fit(shoppers), ParetoNbd.with_parameters(*truth, unit="week")
    # Wilks: twice the gain over the truth is chi-squared with 4 degrees of freedom.
    assert 0 <= 2 * (found.log_likelihood(shoppers) - known.log_likelihood(shoppers)) < 18.5


@pytest.mark.parametrize("kind", [ParetoNbd, ParetoCnbd])
def test_expectation_and_silence_agree_with_simulation(kind: type[ParetoNbd]) -> None:
    pareto = kind.with_parameters(0.6, 8.0, 0.8, 14.0, unit="week")
    rng = np.random.default_rng(3)
    x, t_x, end = (np.repeat(values, 40_000) for values in (X, T_X, T))
    bought = pareto.simulated_purchases(13.0, (x, t_x, end), rng).reshape(4, -1)
    assert pareto.expected_purchases(13, X, T_X, T) == pytest.approx(
        bought.mean(axis=1), rel=0.03, abs=0.004
    )
    buyers = bought[2][bought[2] > 0].mean()
    if_any = pareto.expected_purchases_if_any(13.0, (X[2], T_X[2], T[2]), within=13.0)
    assert float(if_any) == pytest.approx(buyers, rel=0.03)
    assert pareto.probability_of_no_purchase(13, X, T_X, T) == pytest.approx(
        (bought == 0).mean(axis=1), abs=0.01
    )


def test_the_singular_shape_of_stopping_is_passed_smoothly() -> None:
    around = [
        ParetoNbd.with_parameters(0.6, 8.0, s, 14.0, unit="week").expected_purchases(52, X, T_X, T)
        for s in (1 - 1e-4, 1.0, 1 + 1e-4)
    ]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-6)


@pytest.mark.parametrize("kind", [ParetoNbd, ParetoCnbd])
def test_the_slopes_by_time_are_those_of_the_likelihood(kind: type[ParetoNbd]) -> None:
    point, pareto = np.array([0.5, 10.0, 0.6, 11.0]), kind()

    def total(times: np.ndarray) -> float:
        rows = Histories(X, times[:4], times[4:], np.ones(4), np.empty(0, np.intp))
        return pareto.total_by_times(point, rows)[0]

    times = np.concatenate([T_X, T])
    rows = Histories(X, T_X, T, np.ones(4), np.empty(0, np.intp))
    _, by_parameter, by_last, by_end = pareto.total_by_times(point, rows)
    slope = approx_fprime(times, total, 1e-6)
    assert by_last[1:] == pytest.approx(slope[1:4], rel=0.01, abs=1e-4)  # the first never returned
    assert by_end == pytest.approx(slope[4:], rel=0.01, abs=1e-4)
    assert by_parameter == pytest.approx(pareto._total(point, distinct(X, T_X, T))[1])


def regular_shoppers(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes and days of customers whose gaps have two stages, over 300 days."""
    rng = np.random.default_rng(8)
    gap = 1 / rng.gamma(2.0, 1 / 40, n)
    days = rng.uniform(0, 100, (n, 1)) + np.cumsum(
        rng.gamma(2, gap[:, None] / 2, (n, 40)) * (np.arange(40) > 0), axis=1
    )
    code, at = np.nonzero(days < np.minimum(300, rng.exponential(400, (n, 1)) + days[:, :1]))
    return code, days[code, at].astype(np.int64)


def test_even_gaps_are_told_from_random_ones() -> None:
    code, day = regular_shoppers(800)
    even = Summary.from_days(code, day, as_of=300, unit="day")
    likelihood = [kind().fit(even).log_likelihood(even) for kind in (ParetoNbd, ParetoCnbd)]
    assert likelihood[1] > likelihood[0] + 50
    chance = np.random.default_rng(9).exponential(20, (800, 6)).cumsum(axis=1)
    code, at = np.nonzero(chance < 100)
    random = Summary.from_days(code, chance[code, at].astype(np.int64), as_of=100, unit="day")
    likelihood = [kind().fit(random).log_likelihood(random) for kind in (ParetoNbd, ParetoCnbd)]
    assert likelihood[0] > likelihood[1] + 50
