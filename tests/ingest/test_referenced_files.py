"""Parquet stands in bronze by reference, with the rows that a table would have."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import DataError, SourceError
from regulars.ingest.referenced_files import (
    FOLDER,
    MOST_FILES,
    ReferencedFiles,
    orphans,
    remove_orphans,
)
from regulars.ingest.sources.files import FoundFile, sha256
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from tests.ingest.conftest import Shop

ORDERS: dict[str, Any] = {"path": "data/*"}
FIRST = {"id": [1, 2], "Total": [10, 20]}


def put(shop: Shop, name: str, columns: dict[str, list[Any]]) -> Path:
    path = shop.write(f"data/{name}", b"")
    pq.write_table(pa.table(columns), path)
    return path


def is_view(shop: Shop) -> bool:
    return bool(shop.warehouse.rows("select 1 from duckdb_views() where view_name = 'orders'"))


def copies(shop: Shop) -> list[Path]:
    return sorted((shop.root / ".regulars" / FOLDER).iterdir())


@pytest.mark.parametrize(
    "later",
    [
        {"id": [3], "Total": [30]},
        {"id": [3], "Total": [2.5]},
        {"id": ["x3"], "Total": [None]},
        {"id": [3]},
        {"id": [3], "Total": [30], "day of order": [date(2024, 6, 22)]},
    ],
    ids=["alike", "wider number", "text", "less", "more"],
)
def test_the_rows_are_those_of_a_table(
    shop: Shop, tmp_path: Path, later: dict[str, list[Any]]
) -> None:
    in_table = Shop(tmp_path / "in table, by its comma")
    for place in (shop, in_table):
        put(place, "a.parquet", FIRST)
        place.land_one(**ORDERS)
        put(place, "b.parquet", later)
    landed, expected = (place.land_one(**ORDERS) for place in (shop, in_table))
    assert (landed.rows, landed.observations) == (expected.rows, expected.observations)
    assert is_view(shop)
    assert not is_view(in_table)
    types = shop.warehouse.columns("bronze", "orders")
    assert types == in_table.warehouse.columns("bronze", "orders")
    listed = ", ".join(f'"{name}"' for name in types)
    assert shop.rows(listed) == in_table.rows(listed)
    in_table.warehouse.close()


def test_a_file_that_is_written_anew_in_its_place_leaves_what_was_landed(shop: Shop) -> None:
    path = put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    with path.open("rb+") as file:  # as most programs write: the same file, other bytes
        file.truncate()
        pq.write_table(pa.table({"id": [7], "Total": [70]}), file)
    assert shop.rows("id") == [(1,), (2,)]
    shop.land_one(**ORDERS)
    assert shop.rows("id") == [(1,), (2,), (7,)]


def test_a_project_may_be_copied_to_another_place(shop: Shop, tmp_path: Path) -> None:
    put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    shop.warehouse.close()
    there = shop.root.with_name("there")
    shutil.move(shop.root, there)
    warehouse = DuckDBWarehouse(there / "warehouse.duckdb", file_folder=there / ".regulars")
    assert warehouse.rows("select id from bronze.orders order by id") == [(1,), (2,)]
    warehouse.close()
    shutil.move(there, shop.root)
    shop.warehouse.reopen()


def test_what_no_view_can_take_in_lies_in_a_table_with_what_was_there(shop: Shop) -> None:
    put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    shop.write("data/b.csv", "id,total\n3,30\n")
    shop.land_one(**ORDERS)
    put(shop, "c.parquet", {"id": [4], "Total": [40]})
    shop.land_one(**ORDERS)
    assert not is_view(shop)
    assert shop.rows("id, _file") == [
        ("1", "data/a.parquet"), ("2", "data/a.parquet"), ("3", "data/b.csv"),
        ("4", "data/c.parquet"),
    ]  # fmt: skip
    assert copies(shop) == []


def test_many_files_lie_in_a_table(shop: Shop) -> None:
    path = put(shop, "a.parquet", FIRST)
    files = [FoundFile(path, "a.parquet", 1, 1)] * MOST_FILES
    referenced = ReferencedFiles(shop.warehouse, "orders")
    source = shop.project(orders=ORDERS).sources["orders"]
    assert referenced.takes(files, source)
    assert not referenced.takes([*files, files[0]], source)
    shop.land_one(**ORDERS)
    assert not referenced.takes(files, source)
    assert referenced.takes(files[1:], source)


def test_a_landing_that_fails_leaves_the_view_as_it_was(shop: Shop) -> None:
    put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    put(shop, "b.parquet", {"identity": [3]})
    with pytest.raises(DataError, match="id"):
        shop.land_one(**ORDERS)
    assert shop.rows("id") == [(1,), (2,)]
    assert len(copies(shop)) == 2
    assert len(remove_orphans(shop.warehouse)) == 1
    assert len(copies(shop)) == 1
    assert shop.rows("id") == [(1,), (2,)]


def test_what_a_killed_landing_left_is_not_read_and_goes(shop: Shop) -> None:
    put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    left = {"half.new", "f00.parquet"}
    for name in left:
        (shop.root / ".regulars" / FOLDER / name).write_bytes(b"PAR1")
    assert set(orphans(shop.warehouse)) == left
    assert shop.rows("id") == [(1,), (2,)]
    shop.land_one(**ORDERS)
    assert orphans(shop.warehouse) == []
    assert shop.rows("id") == [(1,), (2,)]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_takes_nothing_in(shop: Shop) -> None:
    put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    path = put(shop, "b.parquet", {"id": [3], "Total": [30]})
    referenced = ReferencedFiles(shop.warehouse, "orders")
    draft = shop.root / ".regulars" / FOLDER / f"{sha256(path)}.new"
    draft.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        referenced.copied(FoundFile(path, "b.parquet", 1, 1), digest=sha256(path))
    assert not draft.is_symlink()
    assert shop.rows("id") == [(1,), (2,)]


def test_a_file_that_changes_while_it_is_landed_is_named(shop: Shop) -> None:
    path = put(shop, "a.parquet", FIRST)
    (shop.root / ".regulars").mkdir()
    with pytest.raises(SourceError, match="changed while"):
        ReferencedFiles(shop.warehouse, "orders").copied(
            FoundFile(path, "a.parquet", 1, 1), digest="0" * 64
        )
    assert copies(shop) == []


def test_a_copy_that_is_gone_stops_the_landing(shop: Shop) -> None:
    put(shop, "a.parquet", FIRST)
    shop.land_one(**ORDERS)
    copies(shop)[0].unlink()
    with pytest.raises(SourceError, match="missing"):
        shop.land_one(**ORDERS)
