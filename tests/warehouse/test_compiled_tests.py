"""Tests of tables, asked together: each still answers for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from regulars.warehouse.compiled_tests import CompiledTest, run_tests
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

SALES = pa.table({"who": ["anna", None, "ben"], "amount": [5, 7, -1]})


@pytest.fixture
def warehouse() -> Iterator[DuckDBWarehouse]:
    with closing(DuckDBWarehouse(None)) as opened:
        opened.replace_table("gold", "sales", SALES)
        yield opened


def check(name: str, condition: str, *, table: str = "sales", **changes: Any) -> CompiledTest:
    """A test that fails with the rows of a condition, as dbt's tests do by default."""
    test = CompiledTest(
        name,
        table,
        sql=f"with rows as (select * from gold.sales)\nselect * from rows where {condition}",
        measure="count(*)",
        warn_if="!= 0",
        error_if="!= 0",
        severity="error",
    )
    return replace(test, **changes)


def test_a_table_is_asked_once_and_the_failing_check_is_named_with_its_rows(
    warehouse: DuckDBWarehouse,
) -> None:
    asked: list[str] = []

    def rows(sql: str) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return warehouse.rows(sql)

    tests = [
        check("who_is_known", "who is null"),
        check("amounts", "amount < 6"),
        check("no_zero", "amount = 0"),
        check("elsewhere", "amount > 0", table="other", warn_if="> 2", error_if="> 3"),
    ]
    results = {result.name: result for result in run_tests(tests, rows)}
    assert len(asked) == 2
    assert {name: (result.status, result.failures) for name, result in results.items()} == {
        "who_is_known": ("fail", 1),
        "amounts": ("fail", 2),
        "no_zero": ("pass", 0),
        "elsewhere": ("pass", 2),
    }
    assert results["amounts"].message == "Got 2 results, configured to fail if != 0"


@pytest.mark.parametrize(
    ("changes", "status", "failures"),
    [
        ({"severity": "warn"}, "warn", 2),
        ({"error_if": "> 2"}, "warn", 2),
        ({"error_if": "> 1", "warn_if": "> 5"}, "fail", 2),
        ({"measure": "coalesce(sum(amount), 0)"}, "fail", 4),
        ({"warn_if": "> 2", "error_if": "> 2"}, "pass", 2),
    ],
)
def test_a_test_fails_or_warns_as_it_is_configured(
    warehouse: DuckDBWarehouse, changes: dict[str, str], status: str, failures: int
) -> None:
    (result,) = run_tests([check("amounts", "amount < 6", **changes)], warehouse.rows)
    assert (result.status, result.failures) == (status, failures)


def test_a_test_that_cannot_be_asked_is_an_error_and_leaves_the_others_alone(
    warehouse: DuckDBWarehouse,
) -> None:
    tests = [check("odd", "no_such_column = 1"), check("amounts", "amount < 6")]
    amounts, odd = run_tests(tests, warehouse.rows)
    assert (amounts.status, amounts.failures) == ("fail", 2)
    assert (odd.status, odd.failures) == ("error", None)
    assert "no_such_column" in odd.message
