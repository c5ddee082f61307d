"""Small synthetic deliveries, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from regulars.synthetic import Generated, generate

CUSTOMERS = {"retail": 300, "airline": 400, "telco": 800, "cards": 300, "crm": 800}


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Generated]:
    """A clean delivery of a recipe with a few hundred customers."""

    @cache
    def made(recipe: str) -> Generated:
        folder = tmp_path_factory.mktemp(recipe)
        return generate(recipe, folder, customers=CUSTOMERS.get(recipe, 200))

    return made


@pytest.fixture(scope="session")
def read() -> Callable[[Path], pa.Table]:
    """Reads a delivered file; empty CSV cells are nulls."""

    def rows(path: Path) -> pa.Table:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        options = pa_csv.ConvertOptions(
            column_types={"TotalCharges": pa.string()}, strings_can_be_null=True, null_values=[""]
        )
        return pa_csv.read_csv(path, convert_options=options)

    return rows


@pytest.fixture(scope="session")
def table(
    delivery: Callable[[str], Generated], read: Callable[[Path], pa.Table]
) -> Callable[[str, str], pa.Table]:
    """The rows of one table of a clean delivery, by recipe and table name."""

    def rows(recipe: str, name: str) -> pa.Table:
        (path,) = (file.path for file in delivery(recipe).files if file.table == name)
        return read(path)

    return rows
