"""One customer, the top ones, and why a score is what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.core.errors import DataError
from regulars.insights.customer_profiles import attribute_names, customer, risk_bins, top_customers
from regulars.insights.masking import MASK
from regulars.insights.score_explanation import explain
from tests.small_release import ANNA, BEN, CLEO, SmallRelease, person

REASONS = json.dumps(
    [
        {"group": "service", "points": -3.0, "input": "calls", "value": "0", "ordinary": "2"},
        {"group": "rhythm", "points": 12.0, "input": "recency_days", "value": "90", "ordinary": "9",
         "actionable": False},
    ]
)  # fmt: skip


def test_personal_attributes_are_masked_unless_asked_for(tmp_path: Path) -> None:
    reading = SmallRelease().reading(tmp_path)
    assert attribute_names(reading) == ["name", "city"]
    assert customer(reading, "anna").attributes == {"name": MASK, "city": "Oslo"}
    shown = customer(reading, "anna", show_personal=True)
    assert shown.attributes == {"name": "Anna Berg", "city": "Oslo"}


def test_an_empty_personal_value_stays_visibly_empty(tmp_path: Path) -> None:
    assert customer(SmallRelease().reading(tmp_path), "cleo").attributes["name"] is None


def test_ids_marked_as_personal_are_masked_and_never_suggested(tmp_path: Path) -> None:
    reading = SmallRelease(about={"personal_data": ["customer_id"]}).reading(tmp_path)
    assert {one.customer_id for one in top_customers(reading)} == {MASK}
    with pytest.raises(DataError, match="marked as personal"):
        customer(reading, "ann")


def test_a_miss_names_the_nearest_ids(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nearest ids are anna, ben, cleo"):
        customer(SmallRelease().reading(tmp_path), "Ann")


def test_an_id_is_only_ever_a_value(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no customer"):
        customer(SmallRelease().reading(tmp_path), "x' or 1 = 1 --")


def test_the_top_is_ranked_by_priority_ties_by_id(tmp_path: Path) -> None:
    people = [person("zoe", risk=0.5), person("abe", risk=0.5), ANNA, CLEO]
    reading = SmallRelease(customers=people).reading(tmp_path)
    assert [one.customer_id for one in top_customers(reading)] == ["anna", "abe", "zoe"]
    assert [one.customer_id for one in top_customers(reading, limit=1)] == ["anna"]


def test_the_top_of_one_segment(tmp_path: Path) -> None:
    reading = SmallRelease().reading(tmp_path)
    assert [one.customer_id for one in top_customers(reading, segment="Lost")] == ["ben"]


def test_the_main_reason_raises_the_risk_where_any_does(tmp_path: Path) -> None:
    reading = SmallRelease(customers=[ANNA | {"reasons": REASONS}, BEN, CLEO]).reading(tmp_path)
    found = customer(reading, "anna")
    assert found.main_reason is not None
    assert found.main_reason.words == "Days since the last sale"
    assert customer(reading, "ben").reasons == ()
    assert customer(reading, "cleo").reasons is None


@pytest.mark.parametrize("points", [0.0, -0.1, -20.0])
def test_what_does_not_raise_the_risk_is_no_reason_to_contact(
    tmp_path: Path, points: float
) -> None:
    reasons = json.dumps([json.loads(REASONS)[0] | {"points": points}])
    reading = SmallRelease(customers=[ANNA | {"reasons": reasons}]).reading(tmp_path)
    found = customer(reading, "anna")
    assert found.main_reason is None
    assert len(found.reasons or ()) == 1


def test_a_reason_of_personal_data_hides_its_value(tmp_path: Path) -> None:
    release = SmallRelease(customers=[ANNA | {"reasons": REASONS}])
    release.about["personal_data"] = ["calls"]
    assert customer(release.reading(tmp_path), "anna").reasons[0].value == MASK  # type: ignore[index]


def test_every_tenth_of_risk_is_there_and_certainty_is_in_the_last(tmp_path: Path) -> None:
    people = [person("abe", risk=1.0), person("bea", risk=0.0), person("cid", risk=0.2)]
    found = risk_bins(SmallRelease(customers=people).reading(tmp_path))
    assert [one.customers for one in found] == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_an_explanation_compares_with_the_middle_of_those_scored(tmp_path: Path) -> None:
    people = [person(f"c{at}", risk=0.5, recency_days=at) for at in range(1, 6)]
    people.append(person("far", recency_days=900))
    found = explain(SmallRelease(customers=people).reading(tmp_path), "c2").comparisons
    (recency,) = [one for one in found if one.name == "recency_days"]
    assert (recency.value, recency.median, recency.at_or_below) == (2, 3, pytest.approx(0.4))


def test_a_feature_that_is_not_known_has_no_place_among_the_others(tmp_path: Path) -> None:
    found = explain(SmallRelease().reading(tmp_path), "cleo").comparisons
    (recency,) = [one for one in found if one.name == "recency_days"]
    assert (recency.value, recency.at_or_below) == (None, None)


@pytest.mark.parametrize(("customer_id", "observed"), [("anna", 0.7), ("ben", 0.12)])
def test_how_sure_is_what_was_observed_at_the_nearest_prediction(
    tmp_path: Path, customer_id: str, observed: float
) -> None:
    sure = explain(SmallRelease().reading(tmp_path), customer_id).sure
    assert sure is not None
    assert sure.observed == observed


def test_nobody_is_sure_of_a_customer_without_a_score(tmp_path: Path) -> None:
    assert explain(SmallRelease().reading(tmp_path), "cleo").sure is None


def test_attributes_of_an_older_release_are_what_neither_we_nor_features_are_called(
    tmp_path: Path,
) -> None:
    known = {"recency_days": "", "orders_ever": "", "refund_share_ever": ""}
    older = SmallRelease(about={"attributes": None, "features": known}).reading(tmp_path)
    assert attribute_names(older) == ["name", "city"]
