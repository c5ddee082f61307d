"""Sums that are the same every time, and names that are only ever names."""

from __future__ import annotations

import duckdb
import pytest

from regulars.insights.exact import exact_mean, exact_sum, quoted


def test_a_cent_beside_a_huge_amount_is_not_lost() -> None:
    amounts = "(select unnest([1e16, 0.01, -1e16]) as amount)"
    assert duckdb.sql(f"select {exact_sum('amount')} from {amounts}").fetchall() == [(0.01,)]


def test_the_sum_of_nothing_is_zero_and_its_mean_is_missing() -> None:
    nothing = "(select 1.0 as amount where false)"
    sql = f"select {exact_sum('amount')}, {exact_mean('amount')} from {nothing}"
    assert duckdb.sql(sql).fetchall() == [(0.0, None)]


@pytest.mark.parametrize("name", ["city", "order", 'the "best" city', "客户等级"])
def test_a_column_may_have_any_name(name: str) -> None:
    assert duckdb.sql(f"select 1 as {quoted(name)}").columns == [name]
