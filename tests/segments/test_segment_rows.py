"""Segments over time, cohorts, months and bands on a handful of rows around every border."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.small_projects import SmallProject, small_project

# Looked back from 2024-06-15: June is not whole. Dates of segments: 05-01, 05-16 and 06-15.
SETTINGS = """
version: 1
project: corner shop
as_of: 2024-06-15
sources: {sales: {path: sales.csv}, kinds: {path: kinds.csv, load: replace}}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: at, amount: total, known_at: known, category: kind}
    caps: {amount: {min: 1, max: 500}}
    reject:
      - {when: amount > 9000, because: nobody pays that}
  categories:
    source: kinds
    columns: {category_id: id, name: words, category_group: family}
segments: {rules: five, history: 1, dates: [2024-05-01]}
"""
KINDS = """id,words,family
bread,Bread and rolls,Food
toys,Toys,
"""
SALES = """who,at,total,known,kind
anna,2024-04-30,100,,bread
anna,2024-05-31 23:59:59,69.99,,bread
anna,2024-06-14,10,,bread
bert,2024-04-10,100,,soap
bert,2024-05-01,70,,soap
bert,2024-06-01,500,,soap
carla,2024-03-31,100,2024-05-20,
dora,2024-05-15,40,,bread
dora,2024-05-16,50,,bread
emil,2024-06-15,60,,bread
gigi,2024-05-20,0.5,,bread
gigi,2024-05-21,501,,bread
gigi,2024-05-22,9001,,bread
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    files = {"regulars.yaml": SETTINGS, "sales.csv": SALES, "kinds.csv": KINDS}
    made = small_project(tmp_path_factory.mktemp("shop"), files)
    made.run("land", "clean", "features", "segment")
    return made


@pytest.fixture(scope="module")
def month(shop: SmallProject) -> Callable[[str, date], dict[str, Any] | None]:
    """A customer's month, None where there is no row of it."""
    found = {
        (one["customer_id"], one["month"]): one
        for one in shop.records("select * from gold.monthly_customer_spending")
    }
    return lambda who, day: found.get((who, day))


def test_a_date_names_who_had_bought_before_it_as_far_as_was_known(shop: SmallProject) -> None:
    named: dict[datetime, set[str]] = {}
    for as_of, who in shop.rows("select as_of, customer_id from gold.customer_segment_history"):
        named.setdefault(as_of, set()).add(who)
    assert named == {
        datetime(2024, 5, 1): {"anna", "bert"},  # carla's row was not known yet
        datetime(2024, 5, 16): {"anna", "bert", "dora"},
        datetime(2024, 6, 15): {"anna", "bert", "carla", "dora", "gigi"},
    }


def test_history_ends_with_the_segments_of_today(shop: SmallProject) -> None:
    of_today = "select customer_id, as_of, segment, rfm_score from gold."
    assert set(shop.rows(of_today + "customer_segments")) == set(
        shop.rows(of_today + "customer_segment_history where as_of = timestamp '2024-06-15'")
    )


def test_every_customer_moves_once_between_any_two_dates(shop: SmallProject) -> None:
    moved = shop.rows(
        "select from_as_of, to_as_of, sum(customers) from gold.segment_migration group by 1, 2"
    )
    assert {(a.date(), b.date()): int(n) for a, b, n in moved} == {
        (date(2024, 5, 1), date(2024, 5, 16)): 3,
        (date(2024, 5, 1), date(2024, 6, 15)): 5,
        (date(2024, 5, 16), date(2024, 6, 15)): 5,
    }


def test_shares_of_every_origin_add_up_to_one(shop: SmallProject) -> None:
    totals = shop.column(
        "select sum(share) from gold.segment_migration group by from_as_of, to_as_of, from_segment"
    )
    assert totals == pytest.approx([1.0] * len(totals))


def test_newcomers_come_from_no_purchase_yet(shop: SmallProject) -> None:
    came = shop.rows(
        "select sum(customers) from gold.segment_migration where from_segment = 'No purchase yet' "
        "and from_as_of = timestamp '2024-05-16' and to_as_of = timestamp '2024-06-15'"
    )
    assert came == [(2,)]  # carla and gigi


def test_cohorts_follow_whole_months_only_and_keep_empty_ones(shop: SmallProject) -> None:
    found = shop.rows(
        "select cohort_month, months_since, cohort_customers, customers from "
        "gold.cohort_retention order by 1, 2"
    )
    assert found == [
        (date(2024, 3, 1), 0, 1, 1),
        (date(2024, 3, 1), 1, 1, 0),
        (date(2024, 3, 1), 2, 1, 0),
        (date(2024, 4, 1), 0, 2, 2),
        (date(2024, 4, 1), 1, 2, 2),
        (date(2024, 5, 1), 0, 2, 2),
    ]


def test_a_fall_of_more_than_30_percent_is_an_alert(month: Any) -> None:
    anna, bert = month("anna", date(2024, 5, 1)), month("bert", date(2024, 5, 1))
    assert (anna["amount"], anna["change"], anna["is_alert"]) == (
        Decimal("69.9900"),
        Decimal("-30.0100"),
        True,
    )
    assert (bert["amount"], bert["change_share"], bert["is_alert"]) == (70, -0.3, False)


def test_the_month_that_the_as_of_date_cuts_raises_no_alert(month: Any) -> None:
    assert not month("anna", date(2024, 6, 1))["is_whole"]
    assert not month("anna", date(2024, 6, 1))["is_alert"]


def test_who_stops_has_a_month_of_nothing_and_an_alert(month: Any) -> None:
    carla = month("carla", date(2024, 4, 1))
    assert (carla["amount"], carla["previous_amount"], carla["is_alert"]) == (0, 100, True)
    assert month("carla", date(2024, 5, 1)) is None


def test_no_month_begins_on_or_after_the_as_of_date(month: Any) -> None:
    assert month("emil", date(2024, 6, 1)) is None
    assert month("bert", date(2024, 7, 1)) is None


def test_a_capped_amount_keeps_what_was_delivered(shop: SmallProject) -> None:
    found = shop.rows(
        "select amount, amount_uncapped from gold.fct_transactions where customer_id = 'gigi' "
        "order by occurred_at"
    )
    assert found == [(1, Decimal("0.5")), (500, 501)]


def test_a_rule_judges_what_was_delivered_not_what_was_capped(shop: SmallProject) -> None:
    assert shop.column("select reason from silver.rejected_rows") == ["nobody pays that"]


def test_categories_are_those_delivered_and_those_sold(shop: SmallProject) -> None:
    found = shop.rows(
        "select category_id, category_name, category_group, is_inferred, is_sold "
        "from gold.dim_category order by 1"
    )
    assert found == [
        ("Uncategorized", "Uncategorized", "Other", True, True),
        ("bread", "Bread and rolls", "Food", False, True),
        ("soap", "soap", "Other", True, True),
        ("toys", "Toys", "Other", False, False),
    ]


def test_the_calendar_agrees_with_iso_weeks(shop: SmallProject) -> None:
    days = shop.records("select * from gold.dim_date order by date_day")
    assert (days[0]["date_day"], days[-1]["date_day"]) == (date(2024, 1, 1), date(2024, 12, 31))
    for day in days:
        iso = day["date_day"].isocalendar()
        assert (day["iso_year"], day["iso_week"], day["day_of_week"]) == tuple(iso)
        assert day["date_key"] == int(f"{day['date_day']:%Y%m%d}")


@pytest.fixture(scope="module")
def bands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Spending metrics of customers around the borders, by name."""
    lines = ["who,at,total,known,kind"]
    for name, days in {"r30": 30, "r31": 31, "r60": 60, "r61": 61, "r90": 90, "r91": 91}.items():
        day = date.fromordinal(date(2024, 6, 15).toordinal() - days)
        lines.append(f"{name},{day},100,,")
    for name, spread in {"d49": 49.99, "d50": 50, "d199": 199.99, "d200": 200}.items():
        lines += [
            f"{name},2024-06-01,{250 - spread:.2f},,",
            f"{name},2024-06-02,{250 + spread:.2f},,",
        ]
    files = {"regulars.yaml": SETTINGS, "sales.csv": "\n".join(lines), "kinds.csv": KINDS}
    made = small_project(tmp_path_factory.mktemp("bands"), files)
    made.run("land", "clean", "features", "segment")
    found = made.records("select * from gold.customer_spending_metrics")
    return {one["customer_id"]: one for one in found}


def test_recency_status_changes_after_30_60_and_90_days(bands: dict[str, Any]) -> None:
    status = {name: one["recency_status"] for name, one in bands.items() if name[0] == "r"}
    assert status == {
        "r30": "Active", "r31": "Recent", "r60": "Recent", "r61": "At Risk", "r90": "At Risk",
        "r91": "Inactive",
    }  # fmt: skip


def test_spending_consistency_changes_at_deviations_of_50_and_200(bands: dict[str, Any]) -> None:
    found = {name: one["spending_consistency"] for name, one in bands.items()}
    assert [found[name] for name in ("r30", "d49", "d50", "d199", "d200")] == [
        "One Order", "Consistent", "Moderate", "Moderate", "Variable",
    ]  # fmt: skip


def test_a_quarter_without_spending_before_it_has_no_change(bands: dict[str, Any]) -> None:
    assert bands["d50"]["quarter_change_share"] is None
    assert bands["r91"]["quarter_change_share"] == -1.0
