"""Synthetic files have the columns of the real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from regulars.synthetic import Generated

FILES = [
    ("retail", "retail/online_retail.parquet"),
    ("airline", "airline/Customer Loyalty History.csv"),
    ("airline", "airline/Customer Flight Activity.csv"),
    ("airline", "airline/Calendar.csv"),
    ("telco", "telco/WA_Fn-UseC_-Telco-Customer-Churn.csv"),
    ("crm", "crm/customers_raw.parquet"),
    ("crm", "crm/transactions_raw.parquet"),
    ("crm", "crm/interactions_raw.parquet"),
]


def schema_of(path: Path) -> pa.Schema:
    return pq.read_schema(path) if path.suffix == ".parquet" else pa_csv.open_csv(path).schema


def kind_of(column: pa.Field) -> str:
    """Types apart from the precision of timestamps and the width of offsets of text."""
    return (
        "timestamp"
        if pa.types.is_timestamp(column.type)
        else str(column.type).removeprefix("large_")
    )


@pytest.mark.parametrize(("recipe", "file"), FILES)
def test_columns_and_types_are_those_of_the_real_file(
    delivery: Callable[[str], Generated],
    shared_data: Callable[[str], Path],
    recipe: str,
    file: str,
) -> None:
    folder, _, name = file.partition("/")
    real = schema_of(shared_data(folder) / name)
    made = schema_of(delivery(recipe).folder / name)
    assert [(one.name, kind_of(one)) for one in made] == [(one.name, kind_of(one)) for one in real]


def test_files_begin_with_a_byte_order_mark_where_the_real_ones_do(
    delivery: Callable[[str], Generated], shared_data: Callable[[str], Path]
) -> None:
    for path in shared_data("airline").glob("C*.csv"):
        with path.open("rb") as real, (delivery("airline").folder / path.name).open("rb") as made:
            assert (real.read(3) == b"\xef\xbb\xbf") == (made.read(3) == b"\xef\xbb\xbf")
