"""Overview, segments and activity answer from the release alone."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.insights.activity import activity, membership
from regulars.insights.advice_words import advice_in_words, trust
from regulars.insights.audiences import Audience
from regulars.insights.business_overview import concentration, overview
from regulars.insights.campaign_results import campaign
from regulars.insights.customer_profiles import customer, top_customers
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import (
    frequency_unit,
    recency_unit,
    segments,
    without_segment,
)
from regulars.insights.value_words import value_note
from tests.small_release import ANNA, BEN, SmallRelease, month, person


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


@pytest.mark.parametrize(("day", "complete"), [(1, True), (2, False)])
def test_the_first_month_is_complete_when_the_data_begin_with_it(
    tmp_path: Path, day: int, complete: bool
) -> None:
    days = (datetime(2024, 7, 1) - datetime(2024, 5, day)).days
    months = [month(date(2024, 5, 1), 80), month(date(2024, 6, 1), 80)]
    people = [ANNA | {"recency_days": days - 20}, BEN | {"recency_days": 10}]
    folder = SmallRelease(customers=people, months=months, as_of=datetime(2024, 7, 1)).write(
        tmp_path
    )
    profile = pq.read_table(folder / "customer_360_profile.parquet")
    spans = pa.array([20, 3], pa.int32())
    pq.write_table(
        profile.append_column("active_span_days", spans), folder / "customer_360_profile.parquet"
    )
    found = activity(Reading(folder))
    assert [one.complete for one in found] == [complete, True]


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


def test_trust_speaks_of_pairs_of_the_rival_and_of_predicted_and_observed(tmp_path: Path) -> None:
    words = trust(SmallRelease().reading(tmp_path))
    assert "on a later date than it learned from" in words
    assert "75 of 100 pairs" in words
    assert "days since the last purchase alone, in 70" in words
    assert "Predicted churn 45.0 %, observed 41.0 %" in words


def older(folder: Path, *, valued: bool) -> Reading:
    """A release of a version whose only value was `customer_value`, 1 for everybody without any."""
    release = SmallRelease(about={"value_column": "net_amount_365d" if valued else None})
    release.write(folder)
    for name in ("customer_360_profile", "customer_scored"):
        path = folder / f"{name}.parquet"
        rows = pq.read_table(path)
        value = rows["value_if_stays"] if valued else pa.array([1.0] * rows.num_rows)
        new = ("past_value", "predicted_value", "value_if_stays", "value_basis", "value_at_risk")
        rows = rows.drop_columns([column for column in new if column in rows.column_names])
        rows = rows.append_column("customer_value", value)
        pq.write_table(
            rows.append_column("predicted_value", pa.nulls(len(rows), pa.float64())), path
        )
    return Reading(folder)


def test_an_older_release_is_read_under_todays_names(tmp_path: Path) -> None:
    today, before = SmallRelease().reading(tmp_path / "new"), older(tmp_path / "old", valued=True)
    assert overview(before).value_at_risk == overview(today).value_at_risk
    assert (overview(before).past_value, overview(before).stand_ins) == (1500.0, 2)
    assert customer(before, "anna").value_at_risk == customer(today, "anna").value_at_risk
    assert "stands in" in value_note(before)


def test_an_older_release_that_counted_everybody_as_one_shows_no_money(tmp_path: Path) -> None:
    before = older(tmp_path, valued=False)
    assert (overview(before).value_at_risk, overview(before).value_if_stays) == (None, None)
    assert "No money is shown" in value_note(before)
    assert [one.customer_id for one in top_customers(before)] == ["anna", "ben"]


def test_without_a_value_advice_and_campaign_speak_of_people(tmp_path: Path) -> None:
    unvalued = dict.fromkeys(("past_value", "predicted_value", "value_if_stays", "value_basis", "value_at_risk", "worth_contacting"))  # fmt: skip
    people = [ANNA | unvalued | {"priority": 0.8}, BEN | unvalued | {"priority": 0.1}]
    release = SmallRelease(customers=people, about={"value_without_period": "fee"})
    reading = release.reading(tmp_path)
    words = " ".join(f"{piece.do} {piece.because}" for piece in advice_in_words(reading))
    assert "expected to churn" in words
    assert "£" not in words.replace("£0", "")
    assert "'fee' is a charge per month" in value_note(reading)
    simulation = campaign(reading, Audience()).simulation
    assert (simulation.plain, simulation.honest, simulation.sensitivity) == (None, None, ())
    assert simulation.expected_kept == pytest.approx(0.2 * 0.9)
