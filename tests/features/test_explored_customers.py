"""Customers to explore: of the newest date whose outcome is known, as they were then."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.features.explored_customers import write_explored
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

JANUARY, APRIL, JULY = datetime(2024, 1, 1), datetime(2024, 4, 1), datetime(2024, 7, 1)
Rows = list[dict[str, Any]]


def row(name: str, as_of: datetime, churned: bool | None) -> dict[str, Any]:
    known = {"customer_id": name, "as_of": as_of, "role": "train", "churned": churned}
    return known | {"orders": len(name)}


ROWS = [
    row("anna", JANUARY, True),
    row("ben", APRIL, False),
    row("anna", APRIL, True),
    row("cleo", APRIL, None),  # her window has not closed
    row("anna", JULY, None),
]
SEGMENTS = [
    {"customer_id": "anna", "as_of": as_of, "segment": name}
    for as_of, name in ((datetime(2024, 3, 31), "Champions"), (datetime(2024, 4, 2), "Lost"))
]


def warehouse_of(rows: Rows) -> DuckDBWarehouse:
    made = DuckDBWarehouse(None)
    made.execute("create schema gold")
    times = pa.schema(
        [("customer_id", pa.string()), ("as_of", pa.timestamp("us")), ("role", pa.string()),
         ("churned", pa.bool_()), ("orders", pa.int64())]
    )  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=times)
    made.replace_table("gold", "ml_training_data", table)
    made.replace_table("gold", "churn_labels", table.drop_columns(["orders"]))
    made.replace_table("gold", "customer_features", table.drop_columns(["role", "churned"]))
    made.replace_table("gold", "customer_segment_history", pa.Table.from_pylist(SEGMENTS))
    return made


def explored(folder: Path, rows: Rows, *, most: int = 10) -> Rows:
    write_explored(warehouse_of(rows), folder, max_customers=most)
    found: Rows = pq.read_table(folder / "explored_customers.parquet").to_pylist()
    return found


def test_only_customers_of_the_newest_date_with_an_outcome_are_explored(tmp_path: Path) -> None:
    found = explored(tmp_path, ROWS)
    assert [(one["customer_id"], one["churned"]) for one in found] == [
        ("anna", True),
        ("ben", False),
    ]
    assert {one["as_of"] for one in found} == {APRIL}
    assert found[0]["orders"] == 4
    assert "role" not in found[0]


def test_the_segment_is_the_last_one_on_or_before_that_date(tmp_path: Path) -> None:
    found = explored(tmp_path, ROWS)
    assert [one["segment_then"] for one in found] == ["Champions", None]


def test_outcomes_are_counted_at_every_date_that_has_some(tmp_path: Path) -> None:
    explored(tmp_path, ROWS)
    assert pq.read_table(tmp_path / "churn_by_cutoff.parquet").to_pylist() == [
        {"as_of": JANUARY, "customers": 1, "churned": 1},
        {"as_of": APRIL, "customers": 2, "churned": 1},
    ]


def test_without_outcomes_customers_of_the_as_of_date_are_described(tmp_path: Path) -> None:
    found = explored(tmp_path, [one | {"churned": None} for one in ROWS])
    assert [(one["customer_id"], one["as_of"], one["churned"]) for one in found] == [
        ("anna", JULY, None)
    ]


@pytest.mark.parametrize(("customers", "kept"), [(20, 20), (21, 20)])
def test_beyond_the_most_a_sample_is_taken_that_is_the_same_every_time(
    tmp_path: Path, customers: int, kept: int
) -> None:
    rows = [row(f"c{at:02}", APRIL, at % 2 == 0) for at in range(customers)]
    first = explored(tmp_path, rows, most=20)
    assert len(first) == kept
    assert explored(tmp_path, rows[::-1], most=20) == first
