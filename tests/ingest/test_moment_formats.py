"""Text is judged by the same reading of moments that cleans it."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.ingest.inference.vocabulary import plain, word_files
from regulars.ingest.inference.words import month_names
from regulars.ingest.moment_formats import moment_sql
from regulars.warehouse.dbt_folder import package_folder
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from tests.engines.macro_rows import FORMATS, MOMENTS

READINGS: list[tuple[list[str], dict[Any, Any]]] = [([], MOMENTS)] + [
    ([form], rows) for form, rows in FORMATS.items()
]


@pytest.mark.parametrize(("formats", "rows"), READINGS, ids=lambda value: str(value)[:30])
def test_a_moment_is_read_as_the_cleaning_reads_it(
    formats: list[str], rows: dict[Any, Any]
) -> None:
    warehouse = DuckDBWarehouse(None)
    try:
        read = moment_sql("trim(value)", formats, timezone="Europe/London")
        made = warehouse.rows(
            f"select {read} from (select unnest(?) as value, unnest(?) as place) order by place",
            [list(rows), list(range(len(rows)))],
        )
    finally:
        warehouse.close()
    assert [value for (value,) in made] == list(rows.values())


def test_the_models_know_the_names_of_months_of_the_word_list() -> None:
    macro = (package_folder() / "macros" / "month_names.sql").read_text("utf-8")
    listed = [
        w.strip() for words in word_files()[0]["values"]["month"].values() for w in words.split(",")
    ]
    names = [name for name in listed if len(name) >= 3 and not name[0].isdigit()]
    assert [
        name for name in names if f"'{name}'" not in macro or f"'{plain(name)}'" not in macro
    ] == []
    assert month_names()["marz"] == 3
