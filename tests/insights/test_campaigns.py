"""What a campaign costs and brings, by the plain formula and by the honest one."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regulars.core.calendar import Grain
from regulars.core.errors import DataError
from regulars.insights.amounts import Unit, costs_words
from regulars.insights.audiences import Audience
from regulars.insights.business_overview import overview
from regulars.insights.campaign_assumptions import Assumptions, AudienceValues
from regulars.insights.campaign_results import (
    campaign,
    outcome_window,
    value_days,
    within_budget,
)
from regulars.insights.simulation import plain_outcome, simulate
from regulars.release.contact_costs import ContactCosts
from regulars.release.release_files import write_file
from regulars.release.value_report import Horizon, ValueReport
from tests.small_release import ANNA, BEN, CLEO, SmallRelease, churn_report

LENGTHS = [(365, "day", 365), (52, "week", 364), (12, "month", 360)]
USUAL = {"contact_cost": 5.0, "offer_cost": 50.0, "save_rate": 0.3}


def assumptions_of(**stated: Any) -> Assumptions:
    """Costs of 50 and 5 and a save rate of 30 %, unless stated otherwise."""
    costs = {name: stated.pop(name, usual) for name, usual in USUAL.items()}
    return Assumptions(ContactCosts().stating(**costs), **stated)


FREE = assumptions_of(offer_cost=0, contact_cost=0)


def values_of(*people: tuple[float, float], days: int | None = 365) -> AudienceValues:
    """(probability, value) of each customer."""
    both = np.array(people, dtype=np.float64).reshape(-1, 2)
    return AudienceValues(both[:, 0], both[:, 1], days)


def test_the_plain_formula_holds_its_check_value() -> None:
    found = plain_outcome(
        100, 10_000, assumptions=assumptions_of(offer_cost=100, contact_cost=10, save_rate=0.4)
    )
    assert (found.cost, found.retained, found.value, found.net) == (11_000, 40, 80_000, 69_000)
    assert found.roi == pytest.approx(6.273, abs=0.0005)
    assert found.break_even == 0.06
    assert found.cost_per_retained == 275


def test_whole_customers_are_kept() -> None:
    assert plain_outcome(100, 1, assumptions=assumptions_of(save_rate=0.29)).retained == 29
    assert plain_outcome(7, 1, assumptions=assumptions_of(save_rate=0.3)).retained == 2


def test_nobody_costs_nothing_and_breaks_even_nowhere() -> None:
    found = plain_outcome(0, 0, assumptions=assumptions_of())
    assert (found.cost, found.net, found.roi, found.break_even) == (0, 0, None, None)
    assert plain_outcome(10, 1, assumptions=assumptions_of()).break_even is None


def test_only_leavers_are_saved_and_stayers_take_the_offer_too() -> None:
    assumed = assumptions_of(offer_cost=10, contact_cost=1, save_rate=0.5)
    honest = simulate(values_of((1.0, 200), (0.0, 900)), assumed).honest
    assert honest is not None
    found = honest.outcome
    assert found.retained == pytest.approx(0.5)
    assert found.value == pytest.approx(100)  # half a leaver worth 200, and no stayer
    assert found.cost == pytest.approx(2 * 1 + 0.5 * 10 + 1 * 10)
    assert found.net == pytest.approx(83)
    assert honest.incentives_to_stayers == pytest.approx(10)
    assert (honest.pays_for, honest.best_net) == (1, pytest.approx(94))
    assert (honest.low, honest.high) == (pytest.approx(35.5), pytest.approx(130.5))
    assert found.break_even == pytest.approx((2 + 10) / (200 - 10))


def test_the_honest_net_is_nothing_at_its_break_even() -> None:
    people = values_of((0.8, 300), (0.3, 500), (0.1, 40))
    honest = simulate(people, assumptions_of()).honest
    assert honest is not None
    assert honest.outcome.break_even is not None
    there = simulate(people, assumptions_of(save_rate=honest.outcome.break_even)).honest
    assert there is not None
    assert there.outcome.net == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("value", [0.0, 20.0])
def test_what_cannot_pay_breaks_even_nowhere(value: float) -> None:
    honest = simulate(values_of((0.9, value)), assumptions_of(offer_cost=50)).honest
    assert honest is not None
    assert honest.outcome.break_even is None
    assert (honest.pays_for, honest.best_net) == (0, 0)


def test_a_free_campaign_breaks_even_at_once_and_has_no_return_on_cost() -> None:
    honest = simulate(values_of((0.5, 100)), FREE).honest
    assert honest is not None
    assert (honest.outcome.break_even, honest.outcome.roi) == (0.0, None)


def test_who_is_not_scored_counts_as_staying() -> None:
    assumed = assumptions_of(offer_cost=10, contact_cost=1)
    found = simulate(values_of((0.5, 100), (math.nan, math.nan)), assumed)
    assert found.honest is not None
    assert (found.customers, found.valued, found.honest.scored) == (2, 1, 1)
    alone = simulate(values_of((0.5, 100)), assumed).honest
    assert alone is not None
    assert found.honest.outcome.net == pytest.approx(alone.outcome.net - 11)


def test_a_shorter_horizon_keeps_less_value() -> None:
    people = values_of((0.5, 365))
    year = simulate(people, replace(FREE, horizon_days=365)).honest
    month = simulate(people, replace(FREE, horizon_days=30)).honest
    assert year is not None
    assert month is not None
    assert month.outcome.value == pytest.approx(year.outcome.value * 30 / 365)
    with pytest.raises(DataError, match="length of time"):
        simulate(values_of((0.5, 1), days=None), replace(FREE, horizon_days=30))


def test_the_sensitivity_covers_ten_to_eighty_percent() -> None:
    points = simulate(values_of((0.5, 1000)), assumptions_of()).sensitivity
    assert [one.save_rate for one in points] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    assert all(one.honest_net is not None for one in points)


def test_without_scores_the_honest_answer_is_missing_and_says_why() -> None:
    found = simulate(values_of((math.nan, 100)), assumptions_of(), no_scores="No churn here.")
    assert (found.honest, found.why_not_honest) == (None, "No churn here.")
    assert found.plain.contacts == 1


@pytest.mark.parametrize(
    "changes",
    [{"save_rate": 30}, {"offer_cost": -1}, {"contact_cost": math.nan}, {"horizon_days": 0}],
)
def test_what_cannot_be_assumed_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(DataError):
        assumptions_of(**changes)


def test_a_budget_contacts_as_many_as_it_pays_for() -> None:
    assumed = assumptions_of(offer_cost=50, contact_cost=5)
    assert within_budget(Audience(), assumed, budget=100).most == 1
    assert within_budget(Audience(most=3), assumed, budget=1e6).most == 3
    assert within_budget(Audience(), FREE, budget=0).most is None
    with pytest.raises(DataError, match="budget"):
        within_budget(Audience(), assumed, budget=-1)


def test_a_campaign_on_a_release_says_what_to_do(tmp_path: Path) -> None:
    reading = SmallRelease(customers=[ANNA, BEN | {"consent": False}, CLEO]).reading(tmp_path)
    found = campaign(reading, Audience(consent="any"), assumptions=assumptions_of())
    assert (found.totals.customers, found.simulation.valued) == (3, 2)
    assert found.simulation.honest is not None
    assert found.simulation.honest.expected_leavers == pytest.approx(0.9)
    said = " ".join(found.recommendations)
    assert "Contact the 1 of 3 for whom it pays off" in said
    assert "1 customer without a score or a value cannot be judged." in said
    assert "1 customer in this audience refused consent" in said
    assert "random tenth" in said


def test_a_campaign_to_nobody_says_so(tmp_path: Path) -> None:
    found = campaign(SmallRelease().reading(tmp_path), Audience(most=0))
    assert found.recommendations == ("No customer is in this audience: widen the filters.",)


def test_a_release_without_scores_says_that_the_plain_figure_is_not_enough(tmp_path: Path) -> None:
    release = SmallRelease(customers=[CLEO], churn=None, about={"churn": None})
    found = campaign(release.reading(tmp_path), Audience())
    assert found.simulation.honest is None
    assert "defines no churn" in found.recommendations[0]


@pytest.mark.parametrize(("periods", "unit", "days"), LENGTHS)
def test_a_value_of_past_spend_is_stated_for_its_window(
    tmp_path: Path, periods: int, unit: Grain, days: int
) -> None:
    window = {"periods": periods, "unit": unit}
    about = {"value_column": "net_amount", "value_window": window}
    assert value_days(SmallRelease(about=about).reading(tmp_path)) == days


@pytest.mark.parametrize(("periods", "unit", "days"), LENGTHS)
def test_a_predicted_value_is_stated_for_its_horizon_in_every_grain(
    tmp_path: Path, periods: int, unit: Grain, days: int
) -> None:
    about = {"value_column": "predicted_value", "grain": unit}
    write_file(tmp_path, ValueReport(horizon=Horizon(periods=periods, unit=unit)))
    reading = SmallRelease(about=about).reading(tmp_path)
    assert value_days(reading) == days
    half = assumptions_of(horizon_days=days // 2)
    assert campaign(reading, Audience(), assumptions=half).simulation.honest is not None


def test_an_attribute_is_not_stated_for_a_length_of_time(tmp_path: Path) -> None:
    reading = SmallRelease(about={"value_column": "clv"}).reading(tmp_path)
    assert value_days(reading) is None


def test_a_simulation_that_states_nothing_has_the_costs_of_the_project(tmp_path: Path) -> None:
    costs = {"contact_cost": 2.0, "offer_cost": 7.0, "save_rate": 0.2, "assumed": ["save_rate"]}
    reading = SmallRelease(about={"contacts": costs}).reading(tmp_path)
    simulation = campaign(reading, Audience()).simulation
    assert simulation.assumptions.costs == overview(reading).costs == ContactCosts(**costs)
    assert costs_words(simulation.assumptions.costs, Unit("GBP")) == (
        "stated: contact £2, offer £7; assumed: save rate 20 %"
    )


def test_a_figure_that_one_simulation_states_is_not_assumed_and_changes_no_other() -> None:
    costs = ContactCosts().stating(contact_cost=3.0, offer_cost=None)
    assert (costs.contact_cost, costs.assumed) == (3.0, ("offer_cost", "save_rate"))
    assert ContactCosts().contact_cost == 2.0


def test_a_campaign_that_returns_its_cost_exactly_breaks_even() -> None:
    assumptions = assumptions_of(offer_cost=0.0, contact_cost=0.5, kept_share=0.5)
    # 100 contacts cost 50; each kept customer returns half of 10, so ten of them return 50
    assert plain_outcome(100, 10.0, assumptions=assumptions).break_even == 0.1


@pytest.mark.parametrize(
    ("changes", "window"),
    [
        ({"horizon_days": 90}, (date(2024, 6, 22), date(2024, 9, 20))),
        ({"kind": "labelled", "horizon_days": 90}, None),
        ({}, None),
        (
            {"definition": {"kind": "silence", "horizon": 90, "gap": 10}, "horizon_days": 90},
            (date(2024, 7, 2), date(2024, 9, 30)),
        ),
        (
            {"definition": {"kind": "contractual", "grain": "month", "horizon": 3}},
            (date(2024, 6, 1), date(2024, 9, 1)),
        ),
        ({"kind": "labelled", "definition": {"kind": "labelled"}}, None),
    ],
)
def test_labels_without_dates_have_no_days_to_contact_within(
    tmp_path: Path, changes: dict[str, object], window: tuple[date, date] | None
) -> None:
    reading = SmallRelease(churn=churn_report(**changes)).reading(tmp_path)
    assert outcome_window(reading) == window
