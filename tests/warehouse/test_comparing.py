"""Two warehouses are compared by what they hold; what differs is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.cli.app import main
from regulars.warehouse.comparing import Difference, compare
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

VISITS = {"customer_id": ["anna", "ben", None], "spent": [1.5, 1 / 3, 2.0], "run_id": ["1"] * 3}
Pair = tuple[DuckDBWarehouse, DuckDBWarehouse]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two warehouses; the first has the table of visits."""
    both = DuckDBWarehouse(None), DuckDBWarehouse(None)
    both[0].replace_table("gold", "visits", pa.table(VISITS))
    yield both
    for warehouse in both:
        warehouse.close()


def second(pair: Pair, **changed: list[object]) -> None:
    pair[1].replace_table("gold", "visits", pa.table(VISITS | changed))


def test_the_order_of_rows_the_tenth_digit_and_the_run_do_not_matter(pair: Pair) -> None:
    second(
        pair,
        customer_id=[None, "ben", "anna"],
        spent=[2.0, 1 / 3 + 1e-12, 1.5],
        run_id=["2", "3", "4"],
    )
    (found,) = compare(*pair)
    assert (found.table, found.rows, found.is_equal) == ("gold.visits", (3, 3), True)
    assert not next(iter(compare(*pair, ignored=()))).is_equal


def test_a_value_that_differs_is_named_with_its_column_and_row(pair: Pair) -> None:
    second(pair, spent=[1.5, 0.25, 2.0])
    (found,) = compare(*pair)
    assert (found.is_equal, found.columns) == (False, ("spent",))
    assert found.examples == (
        Difference(
            {"customer_id": "ben", "spent": "3.33333333e-01"},
            {"customer_id": "ben", "spent": "2.50000000e-01"},
        ),
    )


def test_values_that_changed_places_are_a_difference(pair: Pair) -> None:
    second(pair, spent=[1 / 3, 1.5, 2.0])
    (found,) = compare(*pair)
    assert (found.is_equal, found.columns, len(found.examples)) == (False, (), 2)


def test_a_row_more_and_the_same_row_twice_are_differences(pair: Pair) -> None:
    second(pair, customer_id=["anna", "ben", "ben"], spent=[1.5, 1 / 3, 1 / 3])
    (found,) = compare(*pair)
    assert not found.is_equal
    assert Difference({"customer_id": None, "spent": "2.00000000e+00"}, None) in found.examples


def test_null_is_not_an_empty_text(pair: Pair) -> None:
    second(pair, customer_id=["anna", "ben", ""])
    assert [table.is_equal for table in compare(*pair)] == [False]


def test_a_table_or_column_that_one_lacks_is_named(pair: Pair) -> None:
    (found,) = compare(*pair)
    assert (found.is_equal, found.rows, found.hashes[1]) == (False, (3, None), None)
    pair[1].replace_table("gold", "visits", pa.table({"customer_id": VISITS["customer_id"]}))
    (found,) = compare(*pair)
    assert (found.is_equal, found.columns) == (False, ("spent",))


PROJECT = """
version: 1
project: shop
sources: {sales: {path: "sales.csv"}}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: paid}
"""


def test_the_command_writes_a_receipt_and_fails_where_a_table_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, spent in (("one", 1), ("same", 1), ("other", 2)):
        folder = tmp_path / name
        warehouse = DuckDBWarehouse(folder / ".regulars" / "warehouse.duckdb")
        warehouse.replace_table("gold", "visits", pa.table({"who": ["anna"], "spent": [spent]}))
        warehouse.close()
        (folder / "regulars.yaml").write_text(PROJECT, "utf-8")

    def code(second: str) -> object:
        asked = ["parity", str(tmp_path / "one"), str(tmp_path / second)]
        with pytest.raises(SystemExit) as ended:
            main([*asked, "--receipt", str(tmp_path / "receipt.json")])
        return ended.value.code

    assert code("same") in (0, None)
    assert code("other") == 1
    assert "who=anna, spent=1 | who=anna, spent=2" in capsys.readouterr().out
    (table,) = json.loads((tmp_path / "receipt.json").read_text("utf-8"))
    assert (table["table"], table["columns"], table["rows"]) == ("gold.visits", ["spent"], [1, 1])
