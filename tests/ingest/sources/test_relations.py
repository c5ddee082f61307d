"""Tables that already stand in the warehouse: seen through a view, not copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import SourceError
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse
from tests.ingest.sources.conftest import Landings, Waits


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse in which erp.sales stands already."""
    if request.param == "duckdb":
        opened: Warehouse = DuckDBWarehouse(tmp_path / "shop.duckdb", threads=1)
    else:
        from regulars.warehouse.engines.postgres import PostgresWarehouse

        opened = PostgresWarehouse(request.getfixturevalue("postgres_url"))
    opened.execute("create schema erp")
    opened.execute('create table erp.sales ("Who" varchar(9), total integer, changed timestamp)')
    opened.execute("insert into erp.sales values ('anna', 10, timestamp '2024-05-01 10:00:00')")
    yield opened
    opened.close()


@pytest.fixture
def erp(warehouse: Warehouse, tmp_path: Path, waits: Waits) -> Landings:
    """Landings of `sales` into this warehouse."""
    return Landings(tmp_path, warehouse, waits)


def test_a_table_is_seen_with_its_lineage(erp: Landings) -> None:
    landed = erp(table="erp.sales")
    assert landed.rows == 1
    assert erp.rows("who, total, _batch_id, _file, _row_number, cast(_landed_at as varchar)") == [
        ("anna", 10, landed.batch_id, "erp.sales", 1, "2024-06-22 09:30:00")
    ]


def test_only_a_changed_table_is_a_new_batch(erp: Landings) -> None:
    first = erp(table="erp.sales")
    assert erp(table="erp.sales").batch_id is None
    erp.warehouse.execute("update erp.sales set total = 11")
    second = erp(table="erp.sales")
    assert erp.rows("total, _batch_id") == [(11, second.batch_id)]
    assert erp.warehouse.rows("select batch_id from ops.batches where not is_current") == [
        (first.batch_id,)
    ]


def test_a_column_of_changes_is_enough_to_tell(erp: Landings) -> None:
    source: dict[str, Any] = {"table": "erp.sales", "changed_by": "changed"}
    erp(**source)
    erp.warehouse.execute("update erp.sales set total = 11")  # unseen, as the project accepts
    assert erp(**source).batch_id is None
    erp.warehouse.execute("update erp.sales set changed = timestamp '2024-06-01 10:00:00'")
    assert erp(**source).rows == 1


def test_a_query_over_such_a_table_stands_after_it_changed(erp: Landings) -> None:
    erp.settings["sources"] = {
        "sales": {"table": "erp.sales"},
        "big": {"sql": "select * from {sales} where total > 5"},
    }
    erp(table="erp.sales")
    erp.warehouse.execute("insert into erp.sales values ('bert', 20, null), ('cleo', 1, null)")
    erp(table="erp.sales")
    found = erp.warehouse.rows("select who, _file from bronze.big order by who")
    assert found == [("anna", "erp.sales"), ("bert", "erp.sales")]


def test_views_that_need_not_change_are_left_alone(erp: Landings) -> None:
    erp.settings["sources"] = {
        "sales": {"table": "erp.sales"},
        "big": {"sql": "select * from {sales} where total > 5"},
    }
    erp(table="erp.sales")
    erp.warehouse.execute("create view erp.built_upon as select * from bronze.big")
    erp(table="erp.sales")
    assert len(erp.warehouse.rows("select * from erp.built_upon")) == 1


def test_a_table_that_is_not_there_is_named(erp: Landings) -> None:
    error = erp.refused(table="erp.sale")
    assert error.where == "erp.sale"
    assert "schema.table" in str(error.hint)


def test_a_source_cannot_stand_on_itself(erp: Landings) -> None:
    with pytest.raises(SourceError, match="the source itself"):
        erp(table="bronze.sales")
