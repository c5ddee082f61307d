"""The embedded warehouse: whole statements or nothing, and errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import EngineError
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

PEOPLE = pa.table({"who": ["anna", "bert"], "orders": [2, 1]})


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    made = DuckDBWarehouse(tmp_path / "deep" / "shop.duckdb", schema_prefix="test_")
    made.replace_table("gold", "people", PEOPLE)
    yield made
    made.close()


def test_layers_are_schemas_behind_the_prefix(warehouse: DuckDBWarehouse) -> None:
    assert warehouse.relation("gold", "people") == '"test_gold"."people"'
    assert warehouse.rows("select count(*) from test_gold.people") == [(2,)]


def test_columns_come_in_order_and_an_absent_table_has_none(warehouse: DuckDBWarehouse) -> None:
    assert warehouse.columns("gold", "people") == {"who": "VARCHAR", "orders": "BIGINT"}
    assert warehouse.columns("gold", "strangers") == {}


def test_rows_are_appended_by_the_names_of_their_columns(warehouse: DuckDBWarehouse) -> None:
    warehouse.append_table("gold", "people", pa.table({"orders": [7], "who": ["carla"]}))
    assert warehouse.rows("select who, orders from test_gold.people order by 1")[2] == ("carla", 7)


def test_a_failed_transaction_leaves_nothing(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(EngineError), warehouse.transaction():
        warehouse.execute("delete from test_gold.people")
        warehouse.execute("select * from nowhere")
    assert warehouse.rows("select count(*) from test_gold.people") == [(2,)]


def test_an_error_of_the_engine_is_one_line(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(EngineError) as failed:
        warehouse.rows("select nothing\nfrom\nnowhere")
    assert "\n" not in failed.value.what


def test_parquet_holds_the_rows_of_a_query(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    target = tmp_path / "it's people.parquet"
    assert warehouse.export_parquet("select * from test_gold.people order by who", target) == 2
    assert pq.read_table(target)["who"].to_pylist() == ["anna", "bert"]


def test_a_large_result_comes_in_batches(warehouse: DuckDBWarehouse) -> None:
    found = list(warehouse.arrow_batches("select * from range(5000)", rows=2048))
    assert sum(batch.num_rows for batch in found) == 5000
    assert len(found) > 1


def test_a_file_that_is_no_warehouse_is_named(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    path.write_text("this is a letter" * 100, "utf-8")
    with pytest.raises(EngineError, match="cannot be opened") as refused:
        DuckDBWarehouse(path)
    assert refused.value.where == str(path)
