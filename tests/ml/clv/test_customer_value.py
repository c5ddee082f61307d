from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from regulars.core.errors import DataError
from regulars.ml.clv.bg_nbd import BgNbd
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value, naive_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.spans import Span

Shoppers = Callable[..., Summary]
PURCHASES = BgNbd.with_parameters(0.6, 6.0, 0.9, 2.5, unit="week")
SPENDING = GammaGamma.with_parameters(6.0, 4.0, 15.0)
HISTORY = Summary.from_arrays([0, 1, 6, 6], [0, 8, 30, 3], [12, 30, 38, 38], unit="week")
SPEND = SpendSummary.from_arrays([1, 2, 7, 7], [20, 30, 80, 80], first_order="counted")


def value(horizon: Span, *, rate: float = 0.0, intervals: Intervals | None = None) -> CustomerValue:
    return customer_value(
        HISTORY,
        SPEND,
        purchases=PURCHASES,
        spending=SPENDING,
        horizon=horizon,
        discount_rate_per_year=rate,
        intervals=intervals,
    )


def test_value_is_purchases_times_spend_when_nothing_is_discounted() -> None:
    year = value(Span(52, "week"))
    expected = PURCHASES.expected_purchases(52, HISTORY.x, HISTORY.t_x, HISTORY.T)
    assert year.purchases == pytest.approx(expected)
    assert year.value == pytest.approx(expected * year.spend_per_purchase)
    assert year.spend_per_purchase == pytest.approx(
        SPENDING.expected_spend([1, 2, 7, 7], SPEND.mean_spend)
    )


def test_the_same_horizon_in_another_unit_has_the_same_value() -> None:
    assert value(Span(364, "day")).value == pytest.approx(value(Span(52, "week")).value)


def test_a_discount_lowers_value_by_less_than_its_rate_over_a_year() -> None:
    plain, discounted = value(Span(12, "month")), value(Span(12, "month"), rate=0.1)
    assert discounted.purchases == pytest.approx(plain.purchases)
    ratio = discounted.value / plain.value
    assert np.all((ratio > 1 / 1.1) & (ratio < 1))


def test_a_customer_with_one_order_gets_an_estimate_with_its_width() -> None:
    year = value(Span(52, "week"))
    assert year.little_history.tolist() == [True, True, False, False]
    assert year.low[0] < year.value[0] < year.high[0]
    assert np.isnan(year.low[2:]).all()
    everyone = value(Span(52, "week"), intervals=Intervals("all"))
    assert np.isfinite(everyone.high).all()
    assert np.isnan(value(Span(52, "week"), intervals=Intervals("none")).low).all()


def test_intervals_are_the_same_on_every_run() -> None:
    one, other = value(Span(9, "week")), value(Span(9, "week"))
    assert one.high.tobytes() == other.high.tobytes()


def test_intervals_hold_what_simulated_shoppers_then_spend(
    beta_geometric_shoppers: Shoppers,
) -> None:
    history = beta_geometric_shoppers(4_000, (0.6, 6.0, 0.9, 2.5), seed=8, first_may_stop=False)
    rng = np.random.default_rng(9)
    orders = history.x + 1
    rate = rng.gamma(4.0, 1 / 15.0, orders.size)
    spend = SpendSummary.from_arrays(
        orders, rng.gamma(6.0 * orders) / rate / orders, first_order="counted"
    )
    found = customer_value(
        history,
        spend,
        purchases=PURCHASES,
        spending=SPENDING,
        horizon=Span(26, "week"),
        discount_rate_per_year=0.0,
        intervals=Intervals("all", level=0.8, draws=200),
    )
    then = PURCHASES.simulated_purchases(26.0, (history.x, history.t_x, history.T), rng)
    spent = np.where(then > 0, rng.gamma(np.maximum(6.0 * then, 1e-9)) / rate, 0.0)
    held = (spent >= found.low) & (spent <= found.high)
    assert 0.8 <= held.mean() <= 0.93  # more than 80 %: many can only spend nothing
    assert found.value.sum() == pytest.approx(spent.sum(), rel=0.05)


def test_a_wrong_time_unit_is_refused() -> None:
    days = Summary.from_arrays([0], [0], [12], unit="day")
    one = SpendSummary.from_arrays([1], [20.0], first_order="counted")
    with pytest.raises(DataError, match="fitted in weeks"):
        customer_value(
            days,
            one,
            purchases=PURCHASES,
            spending=SPENDING,
            horizon=Span(1, "month"),
            discount_rate_per_year=0.0,
        )


def test_histories_and_spend_of_other_customers_are_refused() -> None:
    history = Summary.from_days([1, 2], [0, 0], as_of=20, unit="week")
    spend = SpendSummary.from_days([1, 3], [0, 0], [5.0, 5], as_of=20, first_order="counted")
    with pytest.raises(DataError, match="same customers"):
        customer_value(
            history,
            spend,
            purchases=ParetoNbd.with_parameters(0.6, 8, 0.8, 14, unit="week"),
            spending=SPENDING,
            horizon=Span(1, "month"),
            discount_rate_per_year=0.0,
        )


def test_the_naive_rate_goes_on_as_before() -> None:
    naive = naive_value(HISTORY, SPEND, horizon=Span(38, "week"))
    assert naive.tolist() == pytest.approx([0, 38 / 30 * 30, 6 * 80, 6 * 80])
