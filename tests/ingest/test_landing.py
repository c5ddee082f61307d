"""What a landing is: append-only, whole or not at all, and only what is new."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import SettingsError, SourceError
from regulars.ingest.deliveries import deliveries_fingerprint
from regulars.ingest.landed import ObservationKind
from regulars.ingest.sources.unread_files import UnreadFile, unread_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ingest.conftest import Shop

Refused = Callable[..., Any]
MAY, JUNE = "id,a\n1,x\n2,y\n", "id,a\n3,z\n"


def batches(shop: Shop) -> list[tuple[Any, ...]]:
    """Files, rows and currency of every batch, oldest first."""
    return shop.warehouse.rows(
        "select files, rows, is_current from ops.batches order by landed_at, batch_id"
    )


def test_a_landing_again_finds_nothing_new(shop: Shop) -> None:
    shop.write("orders.csv", MAY)
    first = shop.land(orders={"path": "orders.csv"})
    second = shop.land(orders={"path": "orders.csv"})
    assert (first.anything_new, second.anything_new) == (True, False)
    assert second.sources[0].batch_id is None
    assert len(shop.rows()) == 2


def test_rows_carry_their_batch_file_place_and_time(shop: Shop) -> None:
    shop.write("in/may.csv", MAY)
    landed = shop.land_one(path="in/may.csv")
    batch, file, row, time = shop.rows("_batch_id, _file, _row_number, _landed_at")[1]
    assert (batch, file, row) == (landed.batch_id, "in/may.csv", 2)
    assert str(time) == "2024-06-22 09:30:00"


def test_a_file_that_was_only_touched_is_not_landed_again(shop: Shop) -> None:
    path = shop.write("orders.csv", MAY)
    shop.land_one(path="orders.csv")
    os.utime(path, ns=(1, 1))
    assert shop.land_one(path="orders.csv").batch_id is None


def test_only_new_files_of_a_folder_make_a_batch(shop: Shop) -> None:
    shop.write("in/may.csv", MAY)
    shop.land_one(path="in")
    shop.write("in/june.csv", JUNE)
    landed = shop.land_one(path="in")
    assert (landed.files, landed.rows) == (1, 1)
    assert batches(shop) == [(1, 2, True), (1, 1, True)]


def test_a_copy_of_a_file_is_said_and_not_landed(shop: Shop) -> None:
    shop.write("in/may.csv", MAY)
    shop.write("in/may (1).csv", MAY)
    landed = shop.land_one(path="in")
    assert (landed.files, landed.rows) == (1, 2)
    assert landed.notes == ("in/may.csv: same content as in/may (1).csv, not landed again",)


def test_a_replace_source_lands_everything_again_when_anything_changes(shop: Shop) -> None:
    shop.write("in/a.csv", MAY)
    shop.write("in/b.csv", JUNE)
    shop.land_one(path="in", load="replace")
    assert shop.land_one(path="in", load="replace").batch_id is None
    (shop.root / "in/b.csv").unlink()
    landed = shop.land_one(path="in", load="replace")
    assert landed.rows == 2
    assert batches(shop) == [(2, 3, False), (1, 2, True)]
    assert len(shop.rows()) == 5


def test_files_are_landed_again_when_they_are_read_in_another_way(shop: Shop) -> None:
    shop.write("orders.csv", "id,a\n1,zoé\n".encode())
    shop.land_one(path="orders.csv", encoding="latin-1")
    shop.land_one(path="orders.csv", encoding="utf-8")
    assert batches(shop) == [(1, 1, False), (1, 1, True)]
    assert shop.rows("a") == [("zoÃ©",), ("zoé",)]


def test_a_batch_stays_when_a_file_of_it_is_gone_and_the_reading_changes(shop: Shop) -> None:
    shop.write("in/may.csv", MAY)
    shop.land_one(path="in")
    (shop.root / "in/may.csv").unlink()
    shop.write("in/june.csv", JUNE)
    landed = shop.land_one(path="in", encoding="latin-1")
    assert batches(shop) == [(1, 2, True), (1, 1, True)]
    assert "stays" in landed.notes[0]


def test_a_new_column_is_added_and_a_missing_one_is_empty(shop: Shop) -> None:
    shop.write("in/1.csv", "id,a\n1,x\n")
    shop.write("in/2.csv", "id,b\n2,y\n")
    landed = shop.land_one(path="in")
    assert shop.rows("id, a, b") == [("1", "x", None), ("2", None, "y")]
    assert [(each.kind, each.file, each.columns) for each in landed.observations] == [
        (ObservationKind.NEW_COLUMNS, "in/2.csv", ("b",))
    ]


def test_a_file_that_fails_leaves_nothing_of_its_source(shop: Shop, refused: Refused) -> None:
    shop.write("in/1.csv", MAY)
    shop.write("in/2.csv.gz", b"\x1f\x8b cut off")
    refused(SourceError, shop.land_one, path="in")
    assert batches(shop) == []
    assert shop.warehouse.columns("bronze", "orders") == {}
    assert not (shop.root / ".regulars/landing").exists()


def test_parquet_keeps_its_types_and_widens_them_where_files_differ(
    shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"Order ID": [1], "spent": [4]}), tmp_path / "in/1.parquet")
    pq.write_table(pa.table({"Order ID": ["2b"], "spent": [4.5]}), tmp_path / "in/2.parquet")
    shop.land_one(path="in")
    assert shop.rows("order_id, spent, _row_number") == [("1", 4.0, 1), ("2b", 4.5, 1)]


def test_progress_is_told_with_names_and_shares(shop: Shop) -> None:
    from datetime import datetime

    from regulars.ingest.landing import land

    shop.write("orders.csv", MAY)
    told: list[tuple[str, float | None]] = []
    project = shop.project(orders={"path": "orders.csv"})
    land(project, shop.warehouse, now=datetime(2024, 6, 22), report=lambda *it: told.append(it))
    assert told == [("orders: orders.csv", 0.0), ("orders: 2 rows", 1.0)]


def test_the_fingerprint_changes_with_files_and_settings_and_not_otherwise(shop: Shop) -> None:
    path = shop.write("orders.csv", MAY)
    first = deliveries_fingerprint(shop.project(orders={"path": "orders.csv"}))
    assert deliveries_fingerprint(shop.project(orders={"path": "orders.csv"})) == first
    assert (
        deliveries_fingerprint(shop.project(orders={"path": "orders.csv", "delimiter": ";"}))
        != first
    )
    os.utime(path, ns=(1, 1))
    assert deliveries_fingerprint(shop.project(orders={"path": "orders.csv"})) != first
    path.unlink()
    assert deliveries_fingerprint(shop.project(orders={"path": "orders.csv"})) != first


def test_a_derived_source_sees_current_rows_with_their_lineage(shop: Shop) -> None:
    shop.write("orders.csv", MAY)
    sources = {
        "orders": {"path": "orders.csv", "load": "replace"},
        "recent": {"sql": "select * from {orders} where id > '1'"},
    }
    shop.land(**sources)
    shop.write("orders.csv", MAY + "4,w\n")
    shop.land(**sources)
    assert shop.rows("id, _row_number", table="recent") == [("2", 2), ("4", 3)]


def test_a_derived_source_that_gathers_rows_gets_a_lineage(shop: Shop) -> None:
    shop.write("orders.csv", MAY)
    landed = shop.land(
        totals={"sql": "select a, count(*) as n from {orders} group by a"},
        orders={"path": "orders.csv"},
        top={"sql": "select * from {totals} where a = 'x';"},
    )
    [(name, count, batch, row)] = shop.rows("a, n, _batch_id, _row_number", table="top")
    assert (name, count, batch) == ("x", 1, landed.sources[0].batch_id)
    assert row in {1, 2}


def test_a_derived_source_names_what_is_wrong_with_it(shop: Shop, refused: Refused) -> None:
    shop.write("orders.csv", MAY)
    orders = {"path": "orders.csv"}
    for sql, said in {
        "select * from {order}": "did you mean 'orders'?",
        "select * from orders": "in braces",
        "select c from {orders}": "the query cannot run",
        "select * from {totals}": "in a circle",
    }.items():
        error = refused(SettingsError, shop.land, orders=orders, totals={"sql": sql})
        assert said in str(error)


def test_files_that_a_pattern_does_not_read_are_named(shop: Shop) -> None:
    for name in ("sales_2024-10", "sales_2024-11", "sales_2025-01", "people", "notes_1"):
        shop.write(f"in/{name}.csv", "id\n1\n")
    project = shop.project(sales={"path": "in/sales_2024-1*.csv"}, people={"path": "in/people.csv"})
    assert unread_files(project) == (UnreadFile("sales", "in/sales_2025-01.csv"),)
