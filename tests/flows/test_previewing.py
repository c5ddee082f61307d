"""What a project file makes of its files: the same rows and totals as a run, before any run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.core.settings import read_project
from regulars.flows.preview_contents import MonthOfSales, RejectedRows
from regulars.flows.previewing import preview_project
from regulars.ingest.landing import land
from regulars.ingest.mapping import resolve_mapping
from regulars.ingest.silver.generated import cleaning_models
from regulars.warehouse.compiled_models import compiled_sql
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.duckdb_dialect import DUCKDB
from regulars.warehouse.model_rendering import ModelPreview
from tests.small_projects import NOON, SmallProject, small_project

PROJECT = """\
version: 1
project: gym
currency: EUR
timezone: Europe/Berlin
sources:
  people: {path: people.csv, load: replace}
  sales: {path: "sales_*.csv", delimiter: ";"}
  kept:
    sql: select * from {sales} where state <> 'void'
    types: {price: {type: number, decimal: ","}, pieces: number}
entities:
  customers:
    source: people
    columns: {customer_id: mail, joined_at: joined, left_at: gone}
    attributes: {name: {column: name, type: text}, city: {column: city, values: {berlin: Berlin}}}
  transactions:
    source: kept
    members_only: true
    columns:
      customer_id: mail
      transaction_id: nr
      occurred_at: {column: day, format: ["%d.%m.%Y", "%Y-%m-%d"]}
      amount: {sql: price * pieces}
      kind: {sql: "case when state = 'back' then 'refund' else 'sale' end"}
      quantity: pieces
    caps: {quantity: {max: 5}}
    reject:
      - {when: state = 'open', because: not paid yet}
personal_data: [name]
"""
PEOPLE = """\
mail,name,city,joined,gone,shoe
ann@x.org,Ann,berlin,2023-12-31T23:30:00Z,,40
ben@x.org,Ben,Bonn,2024-01-01,2024-02-10,41
"""
SALES = {
    "sales_1.csv": """\
mail;nr;day;price;pieces;state
ann@x.org;1;03.01.2024;1.000,50;2;paid
ann@x.org;2;04.01.2024;10,00;1;back
ben@x.org;3;05.01.2024;9,99;1;open
ben@x.org;4;06.01.2024;9,99;1;void
ben@x.org;5;31.02.2024;9,99;1;paid
""",
    "sales_2.csv": """\
mail;nr;day;price;pieces;state
ann@x.org;2;04.01.2024;10,00;1;back
ben@x.org;6;10.02.2024;5,00;7;paid
ben@x.org;7;11.02.2024;5,00;1;paid
zoe@x.org;8;2024-03-01;1,00;1;paid
""",
}


@pytest.fixture(scope="module")
def gym(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(
        tmp_path_factory.mktemp("gym"),
        {"regulars.yaml": PROJECT, "people.csv": PEOPLE, **SALES},
    )
    made.run("land", "clean")
    return made


def test_a_preview_has_the_sql_of_a_run(gym: SmallProject) -> None:
    warehouse = DuckDBWarehouse(None)
    try:
        land(gym.project, warehouse, now=NOON)
        columns = {name: warehouse.columns("bronze", name) for name in gym.project.sources}
        mapping = resolve_mapping(gym.project, columns, dialect=DUCKDB)
        models = ModelPreview(
            warehouse,
            models=cleaning_models(mapping.entities, DUCKDB),
            variables=mapping.variables(),
        )
        compiled = compiled_sql(gym.project.state)
        for name in ("run_context", "file_order"):
            rows = gym.records(f"select * from ops.{name}")
            warehouse.replace_table("ops", name, pa.Table.from_pylist(rows))
        models.build("fct_transactions")
        for name in ("stg_customers", "stg_transactions", "int_transactions_resolved",
                     "fct_transactions"):  # fmt: skip
            assert _words(models.compiled[name]) == _words(compiled[name].read_text("utf-8")), name
    finally:
        warehouse.close()


def _words(sql: str) -> str:
    """The text of a query; a run names its relations in full, a preview has one schema."""
    for layer in ("silver", "gold", "preview"):
        sql = sql.replace(f'"{layer}".', "")
    return " ".join(sql.replace('"warehouse".', "").split())


def test_a_preview_has_the_rows_and_totals_of_a_run(gym: SmallProject) -> None:
    preview = preview_project(gym.project, now=NOON)
    facts = gym.rows(
        "select count(*) filter (kind = 'sale'), count(*) filter (kind = 'refund'), "
        "sum(case kind when 'sale' then amount else -abs(amount) end) "
        "from gold.fct_transactions where is_counted"
    )[0]
    assert (preview.sales, preview.refunds, preview.net_amount) == (
        facts[0],
        facts[1],
        float(facts[2]),
    )
    assert preview.months == (
        MonthOfSales(date(2024, 1, 1), 2, 1, 1991.0),
        MonthOfSales(date(2024, 2, 1), 1, 1, 35.0),
        MonthOfSales(date(2024, 3, 1), 1, 1, 1.0),
    )
    assert preview.customers_total == 3
    assert preview.rejected == (
        RejectedRows("transactions", "not paid yet", 1),
        RejectedRows("transactions", "occurred_at cannot be read", 1),
    )
    assert preview.sampled == ()
    assert preview.unused_columns == {"people": ("shoe",)}


def test_a_preview_masks_personal_data_and_addresses_that_are_keys(gym: SmallProject) -> None:
    preview = preview_project(gym.project, now=NOON)
    assert preview.customers[0] == {
        "customer_id": "an•••",
        "joined_at": preview.customers[0]["joined_at"],
        "left_at": None,
        "name": "•••",
        "city": "Berlin",
    }
    assert {row["kind"] for row in preview.transactions} == {"sale", "refund"}
    assert all("@" not in str(row) for row in (*preview.customers, *preview.transactions))


def test_the_planned_end_of_a_contract_is_no_leaving(tmp_path: Path) -> None:
    people = PEOPLE.replace("23:30:00Z,,40", "23:30:00Z,2025-12-31,40")
    files = {"regulars.yaml": PROJECT, "people.csv": people, **SALES}
    preview = preview_project(small_project(tmp_path / "gym", files).project, now=NOON)
    assert (preview.leavers, preview.later_ends) == (1, 1)


def test_of_large_files_the_first_rows_are_looked_at_and_that_is_said(gym: SmallProject) -> None:
    preview = preview_project(gym.project, now=NOON, max_bytes=10, max_rows=4)
    assert preview.sampled == ("people", "sales")
    assert preview.rows_read == {"people": 2, "sales": 4, "kept": 4}


def test_a_preview_leaves_nothing_in_the_projects_folder(tmp_path: Path) -> None:
    made = small_project(
        tmp_path / "new", {"regulars.yaml": PROJECT, "people.csv": PEOPLE, **SALES}
    )
    preview_project(read_project(made.folder), now=NOON)
    assert not (made.folder / ".regulars").exists()
