from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary, _total

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def spenders() -> SpendSummary:
    """20,000 customers of p 6, q 4, v 15 with one to five orders each."""
    rng = np.random.default_rng(11)
    orders = rng.integers(1, 6, 20_000).astype(float)
    rate = rng.gamma(4.0, 1 / 15.0, orders.size)
    return SpendSummary.from_arrays(
        orders, rng.gamma(6.0 * orders) / rate / orders, first_order="counted"
    )


def test_cdnow_repeaters_give_the_published_parameters(cdnow_rows: Rows) -> None:
    customer, days, dollars = cdnow_rows
    spend = SpendSummary.from_days(
        customer, days, dollars, as_of=np.datetime64("1997-10-01"), first_order="left out"
    )
    found = GammaGamma().fit(spend)
    assert np.count_nonzero(spend.orders) == 946
    assert list(found.parameters.values()) == pytest.approx([6.25, 3.744, 15.44], abs=0.006)


def test_known_parameters_are_found_again(spenders: SpendSummary) -> None:
    found, known = GammaGamma().fit(spenders), GammaGamma.with_parameters(6.0, 4.0, 15.0)
    assert list(found.parameters.values()) == pytest.approx([6.0, 4.0, 15.0], rel=0.1)
    assert 0 <= 2 * (found.log_likelihood(spenders) - known.log_likelihood(spenders)) < 16.3
    assert found.spend_frequency_correlation == pytest.approx(0, abs=0.03)


def test_the_gradient_is_the_slope_of_the_likelihood(spenders: SpendSummary) -> None:
    orders, mean, at = spenders.orders[:50], spenders.mean_spend[:50], np.array([5.0, 3.0, 12.0])
    slope = approx_fprime(at, lambda p: _total(p, orders, mean)[0], 1e-6)
    assert _total(at, orders, mean)[1] == pytest.approx(slope, rel=1e-4)


def test_expected_spend_moves_from_the_population_to_the_customer() -> None:
    spend = GammaGamma.with_parameters(6.0, 4.0, 15.0)
    none, one, many = spend.expected_spend([0, 1, 10_000], [0, 90, 90])
    assert none == spend.population_mean == 30
    assert none < one < many == pytest.approx(90, rel=1e-3)


def test_drawn_totals_average_to_orders_times_expected_spend() -> None:
    spend = GammaGamma.with_parameters(6.0, 4.0, 15.0)
    rng = np.random.default_rng(2)
    drawn = spend.simulated_spend(np.full(200_000, 3.0), np.full(200_000, 2.0), rng)
    total = drawn.mean() * spend.scale(2, 50)
    assert total == pytest.approx(3 * float(spend.expected_spend(2, 50)), rel=0.01)
    assert np.all(spend.simulated_spend(np.zeros(3), np.ones(3), rng) == 0)


def test_an_order_is_the_total_of_a_customer_day_before_the_as_of_date() -> None:
    anna, ben = 4, 9
    spend = SpendSummary.from_days(
        [ben, anna, anna, anna, anna],
        np.array(
            ["2024-06-01", "2024-06-03", "2024-06-03", "2024-06-21", "2024-06-22"],
            dtype="datetime64[D]",
        ),
        [7.0, 10.0, 5.0, 25.0, 999.0],
        as_of=np.datetime64("2024-06-22"),
        first_order="counted",
    )
    assert spend.customers is not None
    assert spend.customers.tolist() == [anna, ben]
    assert spend.orders.tolist() == [2, 1]
    assert spend.mean_spend.tolist() == [20, 7]


def test_the_first_order_and_refunded_days_can_stay_out_of_the_average() -> None:
    spend = SpendSummary.from_days(
        [1, 1, 1, 2], [0, 3, 5, 4], [10.0, -4.0, 30.0, 8.0], as_of=10, first_order="left out"
    )
    assert spend.orders.tolist() == [1, 0]
    assert spend.mean_spend.tolist() == [30, 0]


def test_impossible_spend_is_refused_by_row() -> None:
    with pytest.raises(DataError, match="row 1"):
        SpendSummary.from_arrays([1, 2], [5.0, -1.0], first_order="counted")
    with pytest.raises(NotEnoughData, match="at least two"):
        GammaGamma().fit(SpendSummary.from_arrays([1, 0], [5.0, 0], first_order="counted"))
