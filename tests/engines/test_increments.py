"""Deliveries that come one by one: every engine takes them in, and ends with the same tables."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from regulars.warehouse.opening import open_warehouse
from regulars.warehouse.parity import Receipt, receipt
from tests.engines.snowflake_stand_in import SnowflakeStandIn
from tests.small_projects import NOON, SmallProject, small_project

PROJECT = """
version: 1
project: deliveries
timezone: Europe/London
sources:
  sales: {path: "data/sales*.csv"}
  people: {path: "data/people*.csv", load: upsert}
entities:
  customers:
    source: people
    columns: {customer_id: who, joined_at: {column: joined, format: "%d/%m/%Y"}, changed_at: changed}
    attributes: {town: town}
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: at, amount: paid, known_at: known}
"""
DELIVERIES = [
    {
        "data/sales1.csv": "id,who,at,paid,known\n"
        "1,anna,2024-05-01 09:00,$10.50,2024-05-01\n"
        "2,Ben,2024-05-02T23:30:00Z,\"1,000\",2024-05-03\n"
        "3,,2024-05-03,5,2024-05-03\n4,anna,2024-02-30,5,2024-05-03\n",
        "data/people1.csv": "who,joined,changed,town\nanna,01/02/2024,2024-02-01,Ärgerby\n",
    },
    {
        "data/sales2.csv": "id,who,at,paid,known\n"
        "1,anna,2024-05-01 09:00,99,2024-05-01\n"
        "5,anna,2024-05-02,-3,2024-05-20\n6,çelik,2024-05-21,(2),2024-05-21\n",
    },
    {
        "data/people2.csv": "who,joined,changed,town\nanna,01/02/2024,2024-05-10,Bath\n"
        "Ben,31/02/2024,2024-05-10,\n",
        "data/sales3.csv": "id,who,at,paid,known,extra\n7,Ben,2024-05-22,1e2,2024-05-22,x\n",
    },
]  # fmt: skip


def deliver(made: SmallProject) -> dict[str, Receipt]:
    """Receipts of all cleaned tables after the deliveries, each taken in by a run of its own."""
    for number, files in enumerate(DELIVERIES):
        made.write(files)
        made.run("land", "clean", at=NOON + timedelta(hours=number))
    warehouse = open_warehouse(made.project, exclusive=False)
    try:
        names = [
            f"{layer}.{name}" for layer in ("silver", "gold") for name in warehouse.tables(layer)
        ]
        return {one.table: one for one in receipt(warehouse, names)}
    finally:
        warehouse.close()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Receipt]:
    folder = tmp_path_factory.mktemp("deliveries")
    found = deliver(small_project(folder, {"regulars.yaml": PROJECT}))
    assert found["gold.fct_transactions"].rows == 5
    assert found["gold.dim_customer"].rows > 3
    return found


def test_increments_end_the_same_on_postgresql(
    expected: dict[str, Receipt], tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", postgres_url)
    on_server = f"{PROJECT}\nengine: {{type: postgres, url: '${{SHOP_URL}}'}}\n"
    assert deliver(small_project(tmp_path, {"regulars.yaml": on_server})) == expected


@pytest.mark.snowflake
def test_increments_end_the_same_on_snowflake(
    expected: dict[str, Receipt], tmp_path: Path, snowflake: SnowflakeStandIn
) -> None:
    there = f"{PROJECT}\nengine: {json.dumps(snowflake.settings())}\n"
    assert deliver(small_project(tmp_path, {"regulars.yaml": there})) == expected


def test_an_increment_on_postgresql_reads_no_delivery_again(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", postgres_url)
    on_server = f"{PROJECT}\nengine: {{type: postgres, url: '${{SHOP_URL}}'}}\n"
    made = small_project(tmp_path, {"regulars.yaml": on_server} | DELIVERIES[0])
    made.run("land", "clean")
    with closing(open_warehouse(made.project)) as warehouse:
        warehouse.execute("update bronze.sales set paid = 'not a number'")
    made.write(DELIVERIES[1])
    made.run("land", "clean", at=NOON + timedelta(hours=1))
    with closing(open_warehouse(made.project)) as warehouse:
        told = "select count(*), count(rejection_reason) from silver.stg_transactions"
        assert warehouse.rows(told) == [(7, 2)]  # those of the first delivery
