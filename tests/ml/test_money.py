"""Contacting pays from cost / (save rate x value) on; profits add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.ml.churn.money import (
    Money,
    advise_contacts,
    best_possible_profit,
    f1_threshold,
    money_of,
    realised_profit,
)
from regulars.release.contact_costs import ContactCosts

SETTINGS = [(500, 0.3, 20), (500, 0.3, 50), (1000, 0.2, 10), (200, 0.3, 20)]


@pytest.mark.parametrize(("value", "save_rate", "cost"), SETTINGS)
def test_without_an_offer_the_threshold_is_cost_over_gain(
    value: float, save_rate: float, cost: float
) -> None:
    money = Money(contact_cost=cost, save_rate=save_rate, value=value)
    assert money.threshold == pytest.approx(cost / (save_rate * value))
    assert money.profit(np.array([money.threshold]))[0] == pytest.approx(0)


def test_an_offer_that_stayers_take_raises_the_threshold() -> None:
    plain = Money(contact_cost=20, save_rate=0.3, value=500)
    generous = Money(contact_cost=20, save_rate=0.3, value=500, offer_cost=50)
    assert generous.threshold > plain.threshold
    assert generous.profit(np.array([generous.threshold]))[0] == pytest.approx(0)


def test_it_never_pays_where_the_offer_costs_more_than_a_customer() -> None:
    assert Money(contact_cost=1, save_rate=0.5, value=10, offer_cost=1000).threshold <= 1
    assert Money(contact_cost=60, save_rate=0.1, value=100).threshold == 1.0


@given(st.integers(0, 1000))
def test_the_advice_is_the_top_of_the_curve(seed: int) -> None:
    probability = np.random.default_rng(seed).beta(1, 20, size=300)
    money = Money(contact_cost=5, save_rate=0.3, value=200)
    advice = advise_contacts(probability, money=money, points=300)
    assert advice.profit == pytest.approx(max(0.0, *(point.profit for point in advice.curve)))
    assert advice.low <= advice.profit <= advice.high
    assert advice.contacts == (probability > money.threshold).sum()


def test_dear_customers_are_worth_contacting_at_a_lower_risk() -> None:
    money = Money(contact_cost=20, save_rate=0.3, value=100)
    advice = advise_contacts(np.array([0.1, 0.1]), money=money, value=np.array([100.0, 5000.0]))
    assert advice.contacts == 1


def test_calibrated_probabilities_reach_nearly_the_best_possible_profit() -> None:
    random = np.random.default_rng(0)
    probability = random.beta(1, 3, size=5000)
    outcome = (random.random(5000) < probability).astype(float)
    money = Money(contact_cost=20, save_rate=0.3, value=500)
    reached = realised_profit(outcome, probability >= money.threshold, money=money)
    assert reached >= 0.98 * best_possible_profit(outcome, probability, money=money)


def test_the_f1_threshold_is_the_best_of_all_thresholds() -> None:
    outcome = np.array([1, 1, 0, 1, 0, 0.0])
    probability = np.array([0.9, 0.8, 0.7, 0.6, 0.2, 0.1])
    assert f1_threshold(outcome, probability) == 0.6


def test_a_save_rate_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="save rate"):
        Money(contact_cost=1, save_rate=1.5, value=10)


def test_there_is_no_threshold_where_nobodys_value_is_known() -> None:
    assert money_of(ContactCosts(), np.array([np.nan, np.nan])) is None
    assert money_of(ContactCosts(), None) is None
    known = money_of(ContactCosts(), np.array([np.nan, 100.0]))
    assert known is not None
    assert known.threshold == pytest.approx(2 / (0.2 * 100))
