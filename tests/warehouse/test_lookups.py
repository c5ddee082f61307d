"""One row of a file by its key, wherever in the file it lies."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.warehouse.lookups import ParquetLookup


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("in_group", [1, 3, 100])
def test_every_row_is_found_in_any_order_and_no_other(
    tmp_path: Path, order: int, in_group: int
) -> None:
    ids = [f"c{at:02}" for at in range(0, 20, 2)][::order]
    path = tmp_path / "people.parquet"
    table = pa.table({"city": [f"city of {one}" for one in ids], "id": ids, "age": range(10)})
    pq.write_table(table, path, row_group_size=in_group)
    lookup = ParquetLookup(path, key="id")
    assert lookup.columns == ["city", "id", "age"]
    for at, one in enumerate(ids):
        assert lookup.row(one, ["age", "city"]) == {"age": at, "city": f"city of {one}"}
    assert [lookup.row(one, ["age"]) for one in ("c01", "", "zoe", "c19", "Ü")] == [None] * 5


def test_an_empty_file_and_a_file_without_bounds_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), path)
    assert ParquetLookup(path, key="id").row("anna", ["id"]) is None
    pq.write_table(pa.table({"id": ["ben", "anna"]}), path, write_statistics=False)
    assert ParquetLookup(path, key="id").row("anna", ["id"]) == {"id": "anna"}
