"""The hash of a table: what changes it, what does not, and the same on every engine."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pyarrow as pa

from regulars.warehouse.parity import as_json, receipt
from regulars.warehouse.protocol import Warehouse

VISITS = {
    "customer_id": ["anna", "ben", None],
    "spent": [Decimal("12.3400"), Decimal("0.0000"), None],
    "rate": [1 / 3, -0.0, float("nan")],
    "at": [datetime(2024, 6, 22, 13, 5), None, datetime(1900, 1, 1)],
    "happy": [True, False, None],
}
# Stands in one place, so that a change of the canonical text is seen and meant.
HASH = "15a692b69362074a772940efec85a944eeb1bb58ea1e96ffd44e5b8783288e9b"


def hash_of(warehouse: Warehouse, data: dict[str, list[object]]) -> str:
    warehouse.replace_table("gold", "visits", pa.table(data))
    (made,) = receipt(warehouse, ["gold.visits"])
    assert (made.table, made.rows) == ("gold.visits", len(next(iter(data.values()))))
    return made.hash


def test_the_hash_is_the_same_on_every_engine(warehouse: Warehouse) -> None:
    assert hash_of(warehouse, VISITS) == HASH


def test_the_order_of_rows_does_not_matter(warehouse: Warehouse) -> None:
    turned = {name: values[::-1] for name, values in VISITS.items()}
    assert hash_of(warehouse, turned) == HASH


def test_digits_after_the_ninth_do_not_matter(warehouse: Warehouse) -> None:
    near = VISITS | {"rate": [1 / 3 + 1e-12, 0.0, float("nan")]}
    assert hash_of(warehouse, near) == HASH


def test_any_other_value_does_matter(warehouse: Warehouse) -> None:
    changes: list[dict[str, list[object]]] = [
        {"customer_id": ["anna", "ben", ""]},
        {"spent": [Decimal("12.3401"), Decimal("0.0000"), None]},
        {"rate": [1 / 3 + 1e-8, 0.0, float("nan")]},
        {"at": [datetime(2024, 6, 22, 13, 5, 0, 1), None, datetime(1900, 1, 1)]},
        {"happy": [True, None, None]},
    ]
    found = {hash_of(warehouse, VISITS | change) for change in changes}
    assert len(found - {HASH}) == len(changes)


def test_values_do_not_run_into_each_other(warehouse: Warehouse) -> None:
    one = hash_of(warehouse, {"a": ["x", "y"], "b": ["yz", "z"]})
    assert one != hash_of(warehouse, {"a": ["xy", "y"], "b": ["z", "z"]})


def test_the_name_of_a_column_matters(warehouse: Warehouse) -> None:
    renamed = {("who" if name == "customer_id" else name): of for name, of in VISITS.items()}
    assert hash_of(warehouse, renamed) != HASH


def test_an_empty_table_has_a_receipt_too(warehouse: Warehouse) -> None:
    warehouse.create_table("gold", "visits", {"customer_id": "VARCHAR"})
    (made,) = receipt(warehouse, ["gold.visits"])
    assert made.rows == 0
    assert json.loads(as_json([made])) == [
        {"table": "gold.visits", "rows": 0, "hash": made.hash},
    ]
