"""Overview, segments, activity and advice answer from the release alone."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from regulars.insights.activity import activity, membership
from regulars.insights.advice import advice, trust
from regulars.insights.business_overview import concentration, overview
from regulars.insights.segment_figures import (
    frequency_unit,
    recency_unit,
    segments,
    without_segment,
)
from tests.small_release import ANNA, BEN, SmallRelease, churn_report, month, person, rejected


def test_the_overview_adds_up(tmp_path: Path) -> None:
    seen = overview(SmallRelease().reading(tmp_path))
    assert (seen.customers, seen.buyers, seen.scored, seen.high_risk) == (3, 2, 2, 1)
    assert (seen.orders, seen.amount, seen.amount_per_order) == (
        6,
        200.0,
        pytest.approx(33.33, 1e-3),
    )
    assert seen.expected_leavers == pytest.approx(0.9)
    assert seen.value_at_risk == pytest.approx(850)
    assert seen.as_of == date(2024, 6, 22)


def test_nobody_is_worth_contacting_differs_from_not_knowing(tmp_path: Path) -> None:
    nobody = SmallRelease(customers=[ANNA | {"worth_contacting": False}])
    unknown = SmallRelease(customers=[ANNA | {"worth_contacting": None}])
    assert overview(nobody.reading(tmp_path / "a")).worth_contacting == 0
    assert overview(unknown.reading(tmp_path / "b")).worth_contacting is None


def test_the_tenth_of_highest_priority_is_rounded_up(tmp_path: Path) -> None:
    people = [person(f"c{at:02}", risk=0.5, value=float(at)) for at in range(1, 12)]
    found = concentration(SmallRelease(customers=people).reading(tmp_path))
    assert found is not None
    assert found.customers == 2
    assert found.share == pytest.approx((11 + 10) / 66)


def test_segments_stand_in_the_order_of_the_project_unknown_ones_last(tmp_path: Path) -> None:
    release = SmallRelease(customers=[person("dora", segment="Aliens"), BEN, ANNA])
    found = segments(release.reading(tmp_path))
    assert [one.name for one in found] == ["Champions", "Lost", "Aliens"]
    assert sum(one.share for one in found) == pytest.approx(1)
    assert found[1].amount_share == pytest.approx(50 / 350)


def test_who_never_bought_is_in_no_segment(tmp_path: Path) -> None:
    reading = SmallRelease().reading(tmp_path)
    assert without_segment(reading) == 1
    assert sum(one.customers for one in segments(reading)) == 2


def test_recency_by_bands_is_in_periods_and_frequency_may_be_units(tmp_path: Path) -> None:
    banded = SmallRelease(customers=[ANNA | {"recency": 2, "frequency": 40}])
    banded.about["grain"] = "month"
    reading = banded.reading(tmp_path / "a")
    assert (recency_unit(reading), frequency_unit(reading)) == ("months", "units")
    plain = SmallRelease().reading(tmp_path / "b")
    assert (recency_unit(plain), frequency_unit(plain)) == ("days", "orders")


@pytest.mark.parametrize(
    ("as_of", "complete"), [(datetime(2024, 6, 30), False), (datetime(2024, 7, 1), True)]
)
def test_a_month_is_complete_when_the_as_of_date_is_its_end(
    tmp_path: Path, as_of: datetime, complete: bool
) -> None:
    release = SmallRelease(months=[month(date(2024, 6, 1), 80)], as_of=as_of)
    assert activity(release.reading(tmp_path))[0].complete is complete


def test_members_are_those_who_joined_less_those_who_left(tmp_path: Path) -> None:
    people = [
        person("anna", joined_at=datetime(2024, 1, 3)),
        person("ben", joined_at=datetime(2024, 1, 9), left_at=datetime(2024, 3, 1)),
    ]
    found = membership(SmallRelease(customers=people).reading(tmp_path))
    assert [(one.month, one.members) for one in found] == [
        (date(2024, 1, 1), 2),
        (date(2024, 3, 1), 1),
    ]


def said(release: SmallRelease, folder: Path) -> str:
    return " ".join(f"{one.do} {one.because}" for one in advice(release.reading(folder)))


@pytest.mark.parametrize(("lost", "told"), [(9, False), (10, True)])
def test_rejected_rows_are_worth_saying_from_one_in_a_hundred(
    tmp_path: Path, lost: int, told: bool
) -> None:
    release = SmallRelease(rejected=[rejected("price is zero")] * lost, read=1000, kept=1000 - lost)
    assert ("Fix the data" in said(release, tmp_path)) is told


def test_rows_that_do_not_add_up_come_first(tmp_path: Path) -> None:
    assert "Find the lost rows." in said(SmallRelease(kept=90), tmp_path)


def test_without_a_usable_signal_nobody_is_to_be_ranked(tmp_path: Path) -> None:
    release = SmallRelease(churn=churn_report(ranks_customers=False))
    words = said(release, tmp_path)
    assert "Do not rank customers by their risk." in words
    assert "highest priority" not in words


def test_contacts_that_never_pay_are_advised_against(tmp_path: Path) -> None:
    release = SmallRelease(customers=[ANNA | {"worth_contacting": False}])
    assert "Contact no customer at these costs." in said(release, tmp_path)


def test_a_segment_to_keep_is_never_also_to_be_won_back(tmp_path: Path) -> None:
    champions = [person(f"c{at}", risk=0.9, value=900.0, monetary=900) for at in range(3)]
    dora = person("dora", risk=0.95, value=500.0, segment="At Risk", monetary=90)
    words = said(SmallRelease(customers=[*champions, dora]), tmp_path)
    assert "Do not lose Champions." in words
    assert "Win back At Risk. 1 customer" in words
    assert "Win back Champions" not in words


@pytest.mark.parametrize(("risk", "told"), [(0.5, False), (0.51, True)])
def test_only_segments_that_leave_more_often_than_usual_are_to_be_won_back(
    tmp_path: Path, risk: float, told: bool
) -> None:
    people = [person("anna", risk=0.5, monetary=900), person("ben", risk=risk, segment="Lost")]
    assert ("Win back Lost" in said(SmallRelease(customers=people), tmp_path)) is told


def test_who_fits_no_segment_is_not_won_back_as_one(tmp_path: Path) -> None:
    people = [person("anna", risk=0.1, monetary=900), person("ben", risk=0.9, segment="Other")]
    assert "Win back" not in said(SmallRelease(customers=people), tmp_path)


def test_nobody_is_won_back_where_no_contact_pays(tmp_path: Path) -> None:
    people = [person("anna", risk=0.1, monetary=900), person("ben", risk=0.9, segment="Lost")]
    poor = [one | {"worth_contacting": False} for one in people]
    words = said(SmallRelease(customers=poor), tmp_path)
    assert "Contact no customer" in words
    assert "Win back" not in words


def test_trust_speaks_of_pairs_of_the_rival_and_of_predicted_and_observed(tmp_path: Path) -> None:
    words = trust(SmallRelease().reading(tmp_path))
    assert "on a later date than it learned from" in words
    assert "75 of 100 pairs" in words
    assert "days since the last purchase alone, in 70" in words
    assert "Predicted churn 45.0 %, observed 41.0 %" in words
