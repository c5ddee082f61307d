from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.bg_nbd import BetaGeometric, BgNbd, MbgNbd
from regulars.ml.clv.purchase_summary import Summary, distinct

Shoppers = Callable[..., Summary]
BOTH = pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
X, T_X, T = np.array([0.0, 1, 4, 30]), np.array([0.0, 10, 20, 5]), np.array([38.0, 20, 39, 39])


def test_cdnow_gives_the_published_parameters(cdnow: Summary) -> None:
    bg = BgNbd().fit(cdnow)
    assert bg.parameters == pytest.approx(
        {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}, abs=6e-4
    )
    assert bg.log_likelihood(cdnow) == pytest.approx(-9582.43, abs=0.005)
    assert bg.report is not None
    assert not bg.report.prior_used


def test_cdnow_holdout_is_predicted_as_well_as_published(
    cdnow: Summary, cdnow_holdout: np.ndarray
) -> None:
    expected = BgNbd().fit(cdnow).expected_purchases(39, cdnow.x, cdnow.t_x, cdnow.T)
    assert np.abs(expected - cdnow_holdout).mean() <= 0.790
    assert np.sqrt(np.square(expected - cdnow_holdout).mean()) <= 1.615
    assert expected.sum() / cdnow_holdout.sum() - 1 == pytest.approx(-0.12, abs=0.01)


@BOTH
def test_the_gradient_is_the_slope_of_the_likelihood(kind: type[BetaGeometric]) -> None:
    histories = distinct(X, T_X, T)
    at = np.array([0.4, 5.0, 0.8, 2.0])
    estimator = kind()
    slope = approx_fprime(at, lambda p: estimator._total(p, histories)[0], 1e-6)
    assert estimator._total(at, histories)[1] == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize(("kind", "first_may_stop"), [(BgNbd, False), (MbgNbd, True)])
def test_known_parameters_are_found_again(
    kind: type[BetaGeometric], first_may_stop: bool, beta_geometric_shoppers: Shoppers
) -> None:
    truth = (0.6, 6.0, 0.9, 2.5)
    shoppers = beta_geometric_shoppers(100_000, truth, seed=1, first_may_stop=first_may_stop)
    found = kind().fit(shoppers)
    known = kind.with_parameters(*truth, unit="week")
    assert list(found.parameters.values()) == pytest.approx(truth, rel=0.1)
    # Wilks: twice the gain over the truth is chi-squared with 4 degrees of freedom.
    assert 0 <= 2 * (found.log_likelihood(shoppers) - known.log_likelihood(shoppers)) < 18.5


@BOTH
def test_expectation_and_silence_agree_with_simulation(kind: type[BetaGeometric]) -> None:
    estimator = kind.with_parameters(0.6, 6.0, 0.9, 2.5, unit="week")
    rng = np.random.default_rng(3)
    many = tuple(np.repeat(values, 40_000) for values in (X, T_X, T))
    bought = estimator.simulated_purchases(13.0, (many[0], many[1], many[2]), rng).reshape(4, -1)
    assert estimator.expected_purchases(13, X, T_X, T) == pytest.approx(
        bought.mean(axis=1), rel=0.03, abs=0.004
    )
    assert estimator.probability_of_no_purchase(13, X, T_X, T) == pytest.approx(
        (bought == 0).mean(axis=1), abs=0.01
    )


def test_a_one_time_buyer_is_alive_for_certain_but_may_well_stay_silent() -> None:
    bg = BgNbd.with_parameters(0.243, 4.414, 0.793, 2.426, unit="week")
    assert bg.probability_alive(0, 0, 38) == 1
    assert bg.probability_of_no_purchase(13, 0, 0, 38) == pytest.approx(
        ((4.414 + 38) / (4.414 + 38 + 13)) ** 0.243
    )


def test_a_modified_one_time_buyer_may_have_stopped() -> None:
    mbg = MbgNbd.with_parameters(0.5, 6.2, 0.9, 1.6, unit="week")
    assert 0 < mbg.probability_alive(0, 0, 38) < 1


@BOTH
@pytest.mark.parametrize("a", [0.2, 1 - 1e-6, 1.0, 1 + 1e-6, 3.0])
def test_extreme_histories_stay_finite_and_under_the_rate_of_a_faithful_customer(
    kind: type[BetaGeometric], a: float
) -> None:
    estimator = kind.with_parameters(0.3, 4.0, a, 2.5, unit="week")
    x, T = np.array([0.0, 5, 400, 5000]), np.array([1e-3, 1.0, 50, 500])
    t_x = np.where(x > 0, T * 0.999, 0.0)
    expected = estimator.expected_purchases(1000, x, t_x, T)
    faithful = (0.3 + x) * 1000 / (4.0 + T)
    assert np.all(np.isfinite(expected) & (expected >= 0) & (expected <= faithful))


def test_expected_purchases_pass_smoothly_through_the_singular_drop_out() -> None:
    around = [
        BgNbd.with_parameters(0.3, 4.0, a, 2.5, unit="week").expected_purchases(52, X, T_X, T)
        for a in (1 - 2e-4, 1.0, 1 + 2e-4)
    ]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-5)


def test_a_small_sample_is_held_by_the_prior(beta_geometric_shoppers: Shoppers) -> None:
    few = beta_geometric_shoppers(60, (0.6, 6.0, 0.9, 2.5), seed=1, first_may_stop=False)
    bg = BgNbd().fit(few)
    assert bg.report is not None
    assert bg.report.prior_used
    assert 0.01 < bg.parameters["a"] < 50


def test_without_a_repeat_purchase_nothing_is_fitted() -> None:
    once = Summary.from_arrays([0, 0], [0, 0], [10, 20], unit="week")
    with pytest.raises(NotEnoughData, match="second day"):
        BgNbd().fit(once)
    with pytest.raises(NotEnoughData, match="not fitted"):
        BgNbd().probability_alive(0, 0, 1)


def test_duplicated_histories_weigh_as_many_customers(beta_geometric_shoppers: Shoppers) -> None:
    few = beta_geometric_shoppers(3_000, (0.6, 6.0, 0.9, 2.5), seed=5, first_may_stop=False)
    twice = Summary.from_arrays(
        np.tile(few.x, 2), np.tile(few.t_x, 2), np.tile(few.T, 2), unit="week"
    )
    once_, twice_ = BgNbd().fit(few), BgNbd().fit(twice)
    assert twice_.parameters == pytest.approx(once_.parameters, rel=1e-4)
    assert twice_.log_likelihood(twice) == pytest.approx(2 * once_.log_likelihood(few))
