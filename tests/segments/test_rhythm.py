"""The buying rhythm of customers, from their rows: borders, newcomers, and shops that fell asleep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: sleepy shop
as_of: 2024-06-15
sources: {sales: {path: sales.csv}}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: at, amount: total}
segments: {rules: eleven, dates: [2024-03-07]}
"""
AS_OF = date(2024, 6, 15)

# Days before the as-of date with a purchase; yesterday is a silence of none. Two paused for 60 days and the others never came back,
# so one mean pause of everybody is (60 + 40) / 3 gaps; the activity window is a year, a twelfth of it
# 30.4 days.
BOUGHT = {
    "now": [1], "fresh": [34], "late": [35], "overdue": [68], "nearly half": [183], "half": [184], "year": [364],
    "gone": [365], "new": [92], "no longer new": [93], "steady": [60, 120],
    "brisk": [31, 51, 71],
    **{f"asleep {number}": [475 + number] for number in range(20)},
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    lines = ["who,at,total"]
    for who, days in BOUGHT.items():
        lines += [f"{who},{AS_OF - timedelta(days=day)},10" for day in days]
    files = {"regulars.yaml": SETTINGS, "sales.csv": "\n".join(lines)}
    made = small_project(tmp_path_factory.mktemp("sleepy"), files)
    made.run("land", "clean", "features", "segment")
    return made


@pytest.fixture(scope="module")
def standing(shop: SmallProject) -> dict[str, dict[str, Any]]:
    rows = shop.records(
        "select rfm.*, segments.segment from gold.fct_customer_rfm as rfm "
        "join gold.customer_segments as segments using (customer_id)"
    )
    return {row["customer_id"]: row for row in rows}


def test_silence_is_measured_by_the_usual_pause_and_the_activity_window(
    standing: dict[str, dict[str, Any]],
) -> None:
    found = {who: row["purchase_rhythm"] for who, row in standing.items() if "asleep" not in who}
    assert found == {
        "now": "on time", "fresh": "on time", "late": "late", "overdue": "overdue",
        "nearly half": "overdue", "half": "lapsed", "year": "lapsed", "gone": "lapsed", "new": "overdue",
        "no longer new": "overdue", "steady": "late", "brisk": "on time",
    }  # fmt: skip


def test_only_who_came_in_the_last_quarter_of_the_window_is_new(
    standing: dict[str, dict[str, Any]],
) -> None:
    assert {who for who, row in standing.items() if row["is_new"]} == {
        "now", "fresh", "late", "overdue", "new", "brisk",
    }  # fmt: skip


def test_where_most_bought_long_ago_nobody_of_them_is_new_or_champion(
    standing: dict[str, dict[str, Any]],
) -> None:
    # The middle fifths by recency hold purchases of 470 days ago and more.
    asleep = {row["segment"] for who, row in standing.items() if who.startswith("asleep")}
    assert asleep <= {"Lost", "At Risk", "Cannot Lose Them"}
    assert max(row["r_score"] for who, row in standing.items() if who.startswith("asleep")) >= 3
    assert not any(row["segment"] == "Other" for row in standing.values())
    assert standing["now"]["segment"] == "New Customers"


def test_the_history_names_by_the_rhythm_of_its_date(shop: SmallProject) -> None:
    then = dict(
        shop.rows(
            "select customer_id, segment from gold.customer_segment_history "
            "where as_of = timestamp '2024-03-07'"
        )
    )
    # 83 days before the as-of date of the run "half" had bought 83 days ago, "steady" 20 days ago.
    assert "Lost" not in {then["steady"], then["half"]}
    assert set(shop.rows("select customer_id, segment from gold.customer_segments")) == set(
        shop.rows(
            "select customer_id, segment from gold.customer_segment_history "
            "where as_of = timestamp '2024-06-15'"
        )
    )
