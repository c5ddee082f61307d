"""Value and remaining life of members, over three years of a small club by the month."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: club
grain: month
currency: EUR
sources:
  members: {path: members.csv}
  visits: {path: visits.csv, types: {paid: number}}
entities:
  customers:
    source: members
    columns: {customer_id: who, joined_at: joined, left_at: gone}
    attributes: {card: card}
  transactions:
    source: visits
    columns: {customer_id: who, occurred_at: day, amount: paid}
churn: {kind: contractual, horizon: 3, max_cutoffs: 30, life_by: card}
value: {from: predicted}
"""
MONTHS = 40


def month(number: int) -> date:
    return date(2021 + number // 12, number % 12 + 1, 1)


def files() -> dict[str, str]:
    """200 members: gold cards stay, blue ones leave after a year or so; three black ones."""
    random = np.random.default_rng(8)
    people, visits = ["who,joined,gone,card"], ["who,day,paid"]
    for number in range(200):
        card = "black" if number < 3 else "gold" if number % 2 else "blue"
        joined = int(random.integers(0, 30))
        life = int(random.exponential(12 if card == "blue" else 60)) + 1
        gone = month(joined + life) if joined + life < MONTHS else ""
        people.append(f"m{number:03d},{month(joined)},{gone},{card}")
        for at in range(joined, min(joined + life, MONTHS)):
            if random.random() < 0.8:
                visits.append(f"m{number:03d},{month(at)},{random.gamma(9, 5):.2f}")
    return {"members.csv": "\n".join(people) + "\n", "visits.csv": "\n".join(visits) + "\n"}


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    project = small_project(
        tmp_path_factory.mktemp("club") / "club", {"regulars.yaml": SETTINGS, **files()}
    )
    project.run("land", "clean", "features", "value")
    return project


@pytest.fixture(scope="module")
def note(club: SmallProject) -> dict[str, Any]:
    path = club.project.state / "estimators" / "churn" / "value.json"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def test_only_members_of_today_have_a_value_and_a_life_ahead(club: SmallProject) -> None:
    for table in ("customer_value", "time_to_churn"):
        gone = club.column(
            f"select count(*) from ml.{table} as found inner join gold.dim_customer as people "
            "on found.customer_id = people.customer_id where people.left_at < found.as_of"
        )
        assert gone == [0]
    there = club.column("select count(*) from gold.dim_customer where left_at is null")
    assert club.column("select count(*) from ml.time_to_churn") == there


def test_who_tends_to_leave_has_fewer_days_ahead(club: SmallProject) -> None:
    days = dict(
        club.rows("select curve, avg(expected_days_in_next_365) from ml.time_to_churn group by 1")
    )
    assert days["blue"] < days["gold"] <= 365


def test_a_group_with_few_ends_gets_the_curve_of_everyone_and_says_so(club: SmallProject) -> None:
    pooled = dict(club.rows("select distinct curve, curve_is_pooled from ml.time_to_churn"))
    assert pooled == {"black": True, "blue": False, "gold": False}


def test_the_chance_to_stay_is_given_the_age_so_far(note: dict[str, Any]) -> None:
    blue = next(curve for curve in note["lifetimes"]["curves"] if curve["group"] == "blue")
    shares = [point["share"] for point in blue["points"]]
    assert shares == sorted(shares, reverse=True)
    assert 200 < blue["half_left_after_days"] < 400


def test_the_method_was_chosen_by_a_hidden_year_among_all_that_could_be_tried(
    note: dict[str, Any],
) -> None:
    assert {"own rate", "contract", "boosted trees"} <= set(note["accuracy"])
    assert any("NBD" in method and " and " not in method for method in note["accuracy"])
    assert note["method"] in note["accuracy"]
    assert note["tested"].startswith("Tested on the 12 months from 2023-05-01")
    assert (note["horizon"], note["unit"]) == ({"periods": 12, "unit": "month"}, "EUR")


def test_values_are_positive_and_carry_horizon_unit_and_method(
    club: SmallProject, note: dict[str, Any]
) -> None:
    assert club.rows("select distinct horizon, unit, way from ml.customer_value") == [
        ("12 months", "EUR", note["method"])
    ]
    assert club.column("select min(predicted_value) > 0 from ml.customer_value") == [True]


def test_who_tends_to_leave_is_worth_more_by_staying(club: SmallProject) -> None:
    ratio = club.column("select min(value_if_stays / predicted_value) from ml.customer_value")[0]
    assert ratio > 1.0
