"""Text is judged by the same reading of numbers that cleans it."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.ingest.number_formats import number_sql
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from tests.engines.macro_rows import EUROPEAN, NUMBERS

FLOATS_ONLY = ("1e400", "1e99", "99999999999999.99995", "123456789012345", "\u00a0 7")


@pytest.mark.parametrize(("decimal", "rows"), [(".", NUMBERS), (",", EUROPEAN)])
def test_a_number_is_read_as_the_cleaning_reads_it(decimal: str, rows: dict[Any, Any]) -> None:
    texts = [text for text in rows if text not in FLOATS_ONLY]
    warehouse = DuckDBWarehouse(None)
    try:
        made = warehouse.rows(
            f"select {number_sql('trim(value)', decimal=decimal)} from "
            "(select unnest(?) as value, unnest(?) as place) order by place",
            [texts, list(range(len(texts)))],
        )
    finally:
        warehouse.close()
    expected = [None if rows[text] is None else float(rows[text]) for text in texts]
    assert [value for (value,) in made] == pytest.approx(expected, abs=1e-4)
