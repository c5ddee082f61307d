"""A full delivery that is much smaller than the one before stops before anything changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from regulars.core.errors import DataError
from regulars.core.settings import Project
from regulars.ingest.landing import land
from regulars.ingest.quality.floor import without_floors
from regulars.warehouse.opening import open_warehouse
from tests.small_projects import NOON, SmallProject, small_project

SETTINGS = """
version: 1
project: floors
sources:
  sales: {path: sales.csv, load: replace}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: at, amount: total}
"""


def sales(rows: int) -> str:
    return "who,at,total\n" + "".join(f"anna,2024-06-{day:02},1\n" for day in range(1, rows + 1))


@pytest.fixture
def shop(tmp_path: Path) -> SmallProject:
    made = small_project(tmp_path, {"regulars.yaml": SETTINGS, "sales.csv": sales(10)})
    landed(made.project, hours=0)
    return made


def landed(project: Project, *, hours: int) -> None:
    warehouse = open_warehouse(project)
    try:
        land(project, warehouse, now=NOON + timedelta(hours=hours))
    finally:
        warehouse.close()


def current(shop: SmallProject) -> list[int]:
    return shop.column("select rows from ops.batches where is_current")


@pytest.mark.parametrize(("rows", "floor", "comes_in"), [
    (5, "", True), (4, "", False), (4, ", floor: 0.4", True), (3, ", floor: 0.4", False),
    (1, ", floor: 0", True), (9, ", floor: 1", False), (10, ", floor: 1", True),
])  # fmt: skip
def test_the_floor_is_a_share_of_the_rows_before(
    shop: SmallProject, rows: int, floor: str, comes_in: bool
) -> None:
    shop.change("load: replace", f"load: replace{floor}")
    shop.write({"sales.csv": sales(rows) + ("" if rows < 10 else "anna,2024-06-30,1\n")})
    if comes_in:
        landed(shop.project, hours=1)
        assert current(shop) == [rows if rows < 10 else 11]
        return
    with pytest.raises(DataError, match="--accept-shrink"):
        landed(shop.project, hours=1)
    assert current(shop) == [10]
    assert shop.column("select count(*) from bronze.sales") == [10]


def test_a_smaller_delivery_comes_in_when_that_is_said(shop: SmallProject) -> None:
    shop.write({"sales.csv": sales(1)})
    landed(without_floors(shop.project), hours=1)
    assert current(shop) == [1]


def test_an_append_source_has_no_floor(shop: SmallProject) -> None:
    shop.change("load: replace", "load: append")
    shop.write({"sales.csv": sales(1)})
    landed(shop.project, hours=1)
    assert 1 in current(shop)
