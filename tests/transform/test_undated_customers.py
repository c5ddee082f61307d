"""A customers file without dates: who was not seen before a cutoff moves nobody's standing at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_projects import SmallProject, small_project

# One closed cutoff, 2024-05-23; the future of it is everything from that day on.
SETTINGS = """
version: 1
project: corner shop
as_of: 2024-06-22
sources:
  sales: {path: sales.csv}
  people: {path: people.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who}
    attributes: {plan: plan}
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: total}
features: {windows: [7, 30, 90]}
churn: {kind: silence, horizon: 30, max_cutoffs: 1}
"""
PEOPLE = "who,plan\n" + "".join(f"{who},plus\n" for who in ("anna", "bert", "carla", "idle"))
PAST = """id,who,day,total
1,anna,2024-03-01,10
2,bert,2024-03-05,20
3,bert,2024-04-01,20
4,dora,2024-04-02,45
5,emil,2024-04-03,50
"""
FUTURE = """6,carla,2024-06-01,70
7,stranger,2024-06-02,1
8,anna,2024-06-03,90
"""
CUTOFF = "2024-05-23"


def corner_shop(folder: Path, sales: str) -> SmallProject:
    files = {"regulars.yaml": SETTINGS, "people.csv": PEOPLE, "sales.csv": sales}
    made = small_project(folder, files)
    made.run("land", "clean", "features")
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    return corner_shop(tmp_path_factory.mktemp("whole"), PAST + FUTURE)


def test_deleting_the_future_changes_no_feature_before_it(
    shop: SmallProject, tmp_path: Path
) -> None:
    cut = corner_shop(tmp_path / "cut", PAST)
    sql = f"select * from gold.customer_features where as_of = timestamp '{CUTOFF}' order by 1"
    assert shop.records(sql) == cut.records(sql)
    assert len(shop.rows(sql)) == 6


def test_who_was_not_seen_yet_has_no_standing_and_takes_no_place(shop: SmallProject) -> None:
    found = dict(
        shop.rows(
            "select customer_id, amount_standing from gold.customer_features "
            f"where as_of = timestamp '{CUTOFF}'"
        )
    )  # type: ignore[arg-type]
    assert found["idle"] is None
    assert found["carla"] is None
    assert [found[who] for who in ("anna", "bert", "dora", "emil")] == [0, 1 / 3, 2 / 3, 1]


def test_who_only_comes_later_and_is_in_no_file_is_not_there(shop: SmallProject) -> None:
    sql = "select as_of::date::varchar from gold.customer_features where customer_id = 'stranger'"
    assert shop.column(sql) == ["2024-06-22"]
