"""Purchases and spend given that the customer stays, beside shoppers whose truth is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.customer_value import customer_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.value_if_stays import classical_value_if_stays
from regulars.ml.spans import Span

HISTORIES = tuple(
    np.array(column, dtype=float) for column in ([0, 2, 9], [0, 20, 36], [38, 38, 38])
)


@pytest.fixture(params=[BgNbd, MbgNbd, ParetoNbd])
def estimator(request: pytest.FixtureRequest) -> PurchaseEstimator:
    kind: type[PurchaseEstimator] = request.param
    return kind.with_parameters(0.55, 10.6, 0.61, 11.7, unit="week")


def test_purchases_given_any_are_the_mean_of_those_who_make_one(
    estimator: PurchaseEstimator,
) -> None:
    expected = estimator.expected_purchases_if_any(39, HISTORIES, within=39)
    for row, given in enumerate(expected):
        history = tuple(np.full(200_000, column[row]) for column in HISTORIES)
        drawn = estimator.simulated_purchases(39, history, np.random.default_rng(row))
        assert given == pytest.approx(drawn[drawn > 0].mean(), rel=0.02)


def test_who_buys_soon_makes_more_purchases(estimator: PurchaseEstimator) -> None:
    soon = estimator.expected_purchases_if_any(39, HISTORIES, within=13)
    late = estimator.expected_purchases_if_any(39, HISTORIES, within=39)
    assert np.all(soon > late)
    # The total is kept: who buys within 13 weeks, and who does not and is then like any other.
    none = estimator.probability_of_no_purchase(13, *HISTORIES)
    x, t_x, T = HISTORIES
    later = estimator.expected_purchases(26, x, t_x, T + 13)
    total = estimator.expected_purchases(39, *HISTORIES)
    assert (1 - none) * soon + none * later == pytest.approx(total)


def test_a_customer_sure_to_be_lost_would_still_make_one_purchase_by_staying(
    estimator: PurchaseEstimator,
) -> None:
    lost = (np.array([40.0]), np.array([10.0]), np.array([500.0]))
    expected = estimator.expected_purchases_if_any(39, lost, within=13)
    assert 1 <= expected[0] < 40


def test_value_given_a_stay_is_discounted_like_value(estimator: PurchaseEstimator) -> None:
    history = Summary.from_arrays(*HISTORIES, unit="week")
    spend = SpendSummary.from_arrays([1, 3, 10], [20.0, 30.0, 40.0], first_order="counted")
    spending = GammaGamma.with_parameters(6.25, 3.74, 15.44)

    def value(rate: float) -> np.ndarray:
        plain = customer_value(
            history, spend, purchases=estimator, spending=spending, horizon=Span(273, "day"),
            discount_rate_per_year=rate,
        )  # fmt: skip
        within = Span(91, "day")
        stays = classical_value_if_stays(plain, history, estimator, stays_within=within)
        assert np.all(stays > plain.value)
        return stays

    assert np.all(value(0.0) > value(0.2))
