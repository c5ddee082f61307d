"""Statistics of columns equal those of the values, whether all are looked at or every k-th."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.ingest.quality.row_samples import look_at
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

VALUES = np.array([1, 2, 2, 3, 4, 5, 6, 7, 90], dtype=float)


@pytest.fixture
def warehouse() -> DuckDBWarehouse:
    made = DuckDBWarehouse(None)
    rows = pa.table(
        {
            "row_number": pa.array(range(1, 11)),
            "n": pa.array([*VALUES, None]),
            "word": pa.array([*"aabbccdde", None]),
        }
    )
    made.replace_table("silver", "things", rows)
    return made


def test_quartiles_skew_and_the_share_far_out(warehouse: DuckDBWarehouse) -> None:
    columns = {"n": "number", "word": "text"}
    found = look_at(warehouse, "silver.things where true", columns=columns, every=1, far_out=3.0)
    n = found["n"]
    assert (n.quartile_1, n.median, n.quartile_3) == tuple(np.quantile(VALUES, [0.25, 0.5, 0.75]))
    standard = (VALUES - VALUES.mean()) / VALUES.std()
    assert n.skew == pytest.approx(np.mean(standard**3), rel=1e-8)
    assert n.far_out == pytest.approx(1 / 9)
    assert (n.looked_at, n.distinct_values) == (10, 8)
    assert (found["word"].distinct_values, found["word"].median) == (5, None)


def test_every_kth_row_is_the_same_row_every_time(warehouse: DuckDBWarehouse) -> None:
    looked = look_at(
        warehouse, "silver.things where true", columns={"n": "number"}, every=5, far_out=3.0
    )["n"]
    assert (looked.looked_at, looked.median) == (2, 4)


def test_a_column_of_one_value_has_no_skew(warehouse: DuckDBWarehouse) -> None:
    found = look_at(
        warehouse, "silver.things where n = 2", columns={"n": "number"}, every=1, far_out=3.0
    )
    assert (found["n"].skew, found["n"].far_out) == (None, 0.0)
