"""Rules of a loyalty programme by months: membership, surplus rows, borders of months."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.small_projects import SmallProject, small_project

# Looked back from 2024-07-01; the closed cutoff is 2024-03-01: a month of gap, then three of outcome.
SETTINGS = """
version: 1
project: programme
grain: month
sources:
  members: {path: members.csv, load: replace}
  flights: {path: flights.csv, load: replace}
entities:
  customers:
    source: members
    columns:
      customer_id: member
      joined_at: {parts: {year: joined year, month: joined month}}
      left_at: {parts: {year: left year, month: left month}}
    attributes: {card: card}
  transactions:
    source: flights
    members_only: true
    columns:
      customer_id: member
      occurred_at: {parts: {year: year, month: month}}
      amount: km
      quantity: flights
      kind: {sql: "case when flights <> '0' then 'sale' else 'other' end"}
features: {windows: [1, 3]}
churn: {kind: contractual, horizon: 3, gap: 1, max_cutoffs: 1}
"""
MEMBERS = """member,joined year,joined month,left year,left month,card
anna,2023,11,,,gold
bert,2024,2,2024,5,star
carla,2024,3,,,star
dora,2023,1,2024,3,star
emil,2023,1,2024,4,star
fred,2023,1,2024,6,star
gina,2023,1,2024,7,star
hans,2023,1,2024,2,star
ines,2024,13,,,star
jack,2024,6,2024,5,star
"""
FLIGHTS = """member,year,month,km,flights
anna,2023,10,100,1
anna,2023,11,200,2
anna,2024,3,10,1
anna,2024,3,10,1
anna,2024,3,5,0
anna,2024,5,40,1
anna,2024,6,80,1
bert,2024,1,100,1
bert,2024,2,10,1
bert,2024,5,20,1
bert,2024,6,40,1
stranger,2024,5,7,1
"""


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    files = {"regulars.yaml": SETTINGS, "members.csv": MEMBERS, "flights.csv": FLIGHTS}
    made = small_project(tmp_path_factory.mktemp("programme"), files)
    made.run("land", "clean", "check", "features", "segment")
    return made


def features(made: SmallProject, member: str, day: date) -> dict[str, Any]:
    sql = "select * from gold.customer_features where customer_id = '{}' and as_of = timestamp '{}'"
    return made.records(sql.format(member, datetime(day.year, day.month, day.day)))[0]


def test_the_as_of_date_is_the_end_of_the_last_month_with_activity(
    programme: SmallProject,
) -> None:
    dates = programme.rows(
        "select cast(as_of as date), cast(outcome_from as date), cast(outcome_to as date), role "
        "from ops.cutoffs order by 1"
    )
    assert dates == [
        (date(2024, 3, 1), date(2024, 4, 1), date(2024, 7, 1), "test"),
        (date(2024, 7, 1), date(2024, 8, 1), date(2024, 11, 1), "score"),
    ]


def test_surplus_rows_of_a_month_are_added_up(programme: SmallProject) -> None:
    found = programme.rows(
        "select cast(quantity as integer), amount, orders from gold.fct_customer_periods "
        "where customer_id = 'anna' and period = date '2024-03-01'"
    )
    assert found == [(2, Decimal("20"), 2)]


def test_months_before_joining_and_after_leaving_do_not_count(programme: SmallProject) -> None:
    found = programme.rows(
        "select customer_id, period, is_counted from gold.fct_transactions "
        "where customer_id = 'bert' or (customer_id = 'anna' and period < date '2024-01-01') "
        "order by 1, 2"
    )
    assert [row[2] for row in found] == [False, True, False, True, True, False]
    assert features(programme, "bert", date(2024, 7, 1))["amount_ever"] == Decimal("30")


def test_who_is_not_in_the_list_of_members_counts_whenever(programme: SmallProject) -> None:
    assert features(programme, "stranger", date(2024, 7, 1))["amount_ever"] == Decimal("7")


def test_a_window_of_months_holds_whole_months(programme: SmallProject) -> None:
    anna = features(programme, "anna", date(2024, 7, 1))
    assert (anna["amount_1m"], anna["amount_3m"]) == (Decimal("80"), Decimal("120"))
    assert anna["amount_ever"] == Decimal("340")
    earlier = features(programme, "anna", date(2024, 3, 1))
    assert (earlier["amount_3m"], earlier["amount_ever"]) == (0, Decimal("200"))


def test_the_outcome_is_leaving_in_the_window_and_the_gap_is_neither(
    programme: SmallProject,
) -> None:
    found = programme.rows(
        "select customer_id, churned from gold.churn_labels "
        "where as_of = timestamp '2024-03-01' order by 1"
    )
    assert found == [
        ("anna", False), ("bert", True), ("dora", None), ("emil", True), ("fred", True),
        ("gina", False), ("ines", False),
    ]  # fmt: skip


def test_members_of_today_are_asked_about_and_those_who_left_are_not(
    programme: SmallProject,
) -> None:
    sql = "select customer_id from gold.churn_labels where role = 'score' order by 1"
    assert programme.column(sql) == ["anna", "carla", "gina", "ines"]


def test_a_month_that_is_none_and_leaving_before_joining_are_told(programme: SmallProject) -> None:
    found = programme.rows(
        "select row_number, reason from silver.rejected_rows where entity = 'customers'"
    )
    assert [reason for _, reason in found] == ["left_at is before joined_at"]
    profile = "select unreadable from ops.column_profile where column_name = 'joined_at'"
    assert programme.column(profile) == [1]


def test_a_full_delivery_replaces_the_one_before(programme: SmallProject, tmp_path: Path) -> None:
    copied = programme.copied(tmp_path / "programme")
    copied.write({"flights.csv": FLIGHTS.replace("anna,2024,6,80,1", "anna,2024,6,90,1")})
    copied.run("land", "clean")
    found = copied.rows("select count(*), sum(amount) from gold.fct_transactions")
    assert found == [(12, Decimal("632"))]
    read = (
        "select read_rows, is_balanced from gold.row_reconciliation where entity = 'transactions'"
    )
    assert copied.rows(read) == [(12, True)]


def test_members_who_never_flew_have_the_segment_that_the_project_names(tmp_path: Path) -> None:
    settings = (
        SETTINGS + "segments: {rules: five, recency_bands: [1, 3], without_purchases: Dormant}\n"
    )
    files = {"regulars.yaml": settings, "members.csv": MEMBERS, "flights.csv": FLIGHTS}
    made = small_project(tmp_path, files)
    made.run("land", "clean", "check", "features", "segment")
    for table in ("customer_segments", "customer_segment_history"):
        never = made.column(
            f"select customer_id from gold.{table} where rfm_score = '111' and segment = 'Dormant' "
            "and as_of = (select as_of from ops.run_context) order by 1"
        )
        assert set(never) >= {"carla", "dora", "emil", "fred", "gina", "hans"}
        assert not {"anna", "bert", "stranger"} & set(never)
