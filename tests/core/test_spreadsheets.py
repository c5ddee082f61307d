"""A cell of an export never runs as a formula, and can be restored to the letter."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv

from regulars.core.spreadsheets import CsvWriter, defused, restored

SOURCE = Path(__file__).resolve().parents[2] / "src" / "regulars"
CELLS = st.lists(st.text(alphabet="=+-@'\t\r\n\uff1d\uff20ab1.,\"", max_size=5), min_size=1)


def written(table: pa.Table) -> pa.Table:
    """What a reader of the CSV gets, every cell as text."""
    buffer = io.BytesIO()
    with CsvWriter(buffer, table.schema) as writer:
        writer.write_table(table)
    names = defused(table).column_names
    texts = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    lines = csv.ParseOptions(newlines_in_values=True)
    return csv.read_csv(io.BytesIO(buffer.getvalue()), convert_options=texts, parse_options=lines)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+47 123", "'+47 123"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5+cmd", "'-5+cmd"),
        ("-5\n", "'-5\n"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1", "'\uff1d1"),
        ("'quoted", "''quoted"),
        ("anna", "anna"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_that_would_be_a_formula_is_text(text: str, cell: str) -> None:
    table = pa.table({"who": [text], "often": pa.array([text]).dictionary_encode()})
    assert defused(table).to_pylist() == [{"who": cell, "often": cell}]


@given(texts=CELLS)
def test_every_cell_can_be_restored_and_none_is_a_formula(texts: list[str]) -> None:
    cells = written(pa.table({"a": texts, "b": ["x"] * len(texts)}))["a"].to_pylist()
    assert [restored(cell) for cell in cells] == texts
    assert not [c for c in cells if re.match(r"[=+@\t\r\n]|-(?!\d+(\.\d+)?\Z)", c)]


def test_numbers_dates_and_empty_cells_stay_what_they_are() -> None:
    table = pa.table({"amount": pa.array([-5, None], pa.decimal128(9, 2)), "who": ["x", None]})
    assert defused(table).equals(table)


def test_the_name_of_a_column_is_a_cell_too() -> None:
    assert defused(pa.table({"=1+1": [1]})).column_names == ["'=1+1"]


def test_csv_for_people_is_written_in_one_place() -> None:
    programs = {"core/spreadsheets.py", "warehouse/engines/postgres_copy.py"}
    writers = re.compile(
        r"csv\w*\.(?:CSVWriter|write_csv|writer|DictWriter)\(|\.to_(?:csv|excel)\("
    )
    places = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if writers.search(path.read_text("utf-8"))
    }
    assert {place for place in places if not place.startswith("synthetic/")} == programs
