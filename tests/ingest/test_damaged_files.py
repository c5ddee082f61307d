"""Lines that cannot be split are quarantined one by one; files that cannot be read are refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core.errors import SettingsError, SourceError
from regulars.core.settings import Source
from regulars.ingest.sources.dialects import Dialect
from regulars.ingest.sources.files import found_file
from regulars.ingest.sources.quarantine import is_quarantined, quarantine_damaged_lines
from regulars.ingest.sources.readers import scan_of
from regulars.ingest.sources.scans import Scan
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ingest.conftest import Shop

Refused = Callable[..., Any]


def test_ragged_lines_are_quarantined_and_the_rest_keeps_its_place(shop: Shop) -> None:
    shop.write("orders.csv", "id,a,b\n1,x,y\n2,x\n3,x,y,z,z\n4,x,y\n5,x,y\n")
    landed = shop.land_one(path="orders.csv")
    assert (landed.rows, landed.malformed) == (3, 2)
    assert shop.rows("id, _row_number") == [("1", 1), ("4", 4), ("5", 5)]
    assert shop.malformed() == [
        ("orders.csv", 2, "line 3: too few fields, 3 expected"),
        ("orders.csv", 3, "line 4: too many fields, 3 expected"),
    ]


def test_a_quote_that_is_never_closed_swallows_only_its_line(shop: Shop) -> None:
    shop.write("orders.csv", 'id,note\n1,x\n2,"open\n3,y\n4,"two\nlines"\n5,z\n')
    landed = shop.land_one(path="orders.csv")
    assert (landed.rows, landed.malformed) == (4, 1)
    assert shop.rows("id, note, _row_number") == [
        ("1", "x", 1),
        ("3", "y", 3),
        ("4", "two\nlines", 4),
        ("5", "z", 5),
    ]
    [(_, row, reason)] = shop.malformed()
    assert row == 2
    assert reason.startswith("line 3: a quote is opened and not closed")


def test_text_after_a_closing_quote_is_quarantined(shop: Shop) -> None:
    shop.write("orders.csv", 'id,note\n1,"x"y\n2,z\n')
    assert (shop.land_one(path="orders.csv").malformed, shop.rows("id")) == (1, [("2",)])


def test_every_line_of_a_large_damaged_file_is_accounted_for(shop: Shop) -> None:
    lines = [f"{number},{number % 7}," + "x" * 40 for number in range(60_000)]
    lines[20_000] = '20000,0,"never closed'
    lines[50_000] = '50000,0,"closed, but here'
    lines[59_998] = '59998,0,"a good\nline"'
    shop.write("orders.csv", "id,a,b\n" + "\n".join(lines) + "\n")
    landed = shop.land_one(path="orders.csv")
    assert (landed.rows, landed.malformed) == (59_998, 2)
    misplaced = "select count(*) from bronze.orders where cast(id as bigint) + 1 <> _row_number"
    assert shop.warehouse.rows(misplaced) == [(0,)]


def test_blank_lines_are_no_records(shop: Shop) -> None:
    shop.write("orders.csv", "id,a\n\n1,x\n\n\n2,y\n")
    assert shop.land_one(path="orders.csv").malformed == 0
    assert shop.rows("id, _row_number") == [("1", 1), ("2", 2)]


RECORDS = {  # what a record looks like in the file, and whether it can be split into two fields
    "a,b": True,
    '"a","b ""c"" d"': True,
    'a,"two\nlines"': True,
    'a,5" pipe': True,
    "a": False,
    "a,b,c": False,
    'a,"never closed': False,
    'a,"closed"here': False,
}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(records=st.lists(st.sampled_from(list(RECORDS)), min_size=1, max_size=30))
def test_every_record_is_a_row_or_is_quarantined(tmp_path: Path, records: list[str]) -> None:
    (tmp_path / "orders.csv").write_text("\n".join(["id,note", *records, "z,last"]) + "\n")
    source, warehouse = Source(path="orders.csv"), DuckDBWarehouse(None, threads=1)
    file = found_file(tmp_path / "orders.csv", root=tmp_path)
    scan: Scan | None = scan_of(file, source, warehouse=warehouse, workspace=tmp_path / "copies")
    while scan is not None:
        numbers = warehouse.rows(f"select _row_number from ({scan.sql}) order by 1")
        places = [int(row[0]) for row in numbers]
        result = scan.inspect(len(places))
        scan = result.better() if result.better else None
    warehouse.close()
    sound = [at for at, record in enumerate(records, start=1) if RECORDS[record]]
    assert places == [*sound, len(records) + 1]
    assert len(result.malformed) == len(records) - len(sound)


def quarantined(folder: Path, text: str, *, dialect: Dialect) -> str:
    """The text with its damaged lines marked."""
    (folder / "delivered.csv").write_bytes(text.encode())
    quarantine_damaged_lines(folder / "delivered.csv", folder / "separated.csv", dialect=dialect)
    return (folder / "separated.csv").read_bytes().decode()


COMMA = Dialect(",", '"', '"', header=False, names=("a", "b"))
BACKSLASH = Dialect(",", '"', "\\", header=False, names=("a", "b"))
BARS = Dialect("||", '"', '"', header=False, names=("a", "b"))


@pytest.mark.parametrize(
    ("dialect", "lines", "damaged"),
    [
        (COMMA, ['1,"a ""b"" c"', '2,5" pipe', '3,""'], []),
        (COMMA, ['1,"two', 'lines"', '2,x'], []),
        (COMMA, ['1,"two', 'li""nes","three', 'more"', '2,x'], [0]),  # three fields, two expected
        (COMMA, ['1,"a"b', '2,x'], [0]),
        (COMMA, ['1,"never', '2,x', '3,"y"'], [0]),
        (BACKSLASH, ['1,"a \\" b"', '2,"two\\\\', 'lines"'], []),
        (BACKSLASH, ['1,a\\', '2,"x"'], []),
        (BARS, ['1||"a||b"', '2||a|b"c"', '3||"x|"'], []),
        (BARS, ['1||"a"|b', '2||x'], [0]),
    ],
)  # fmt: skip
def test_a_damaged_line_is_quarantined_alone(
    tmp_path: Path, dialect: Dialect, lines: list[str], damaged: list[int]
) -> None:
    separated = quarantined(tmp_path, "\n".join(lines), dialect=dialect).splitlines()
    assert [number for number, line in enumerate(separated) if is_quarantined(line)] == damaged
    kept = [line for number, line in enumerate(lines) if number not in damaged]
    assert [line for line in separated if not is_quarantined(line)] == kept


FIELD = st.text(alphabet='ab",\n;', max_size=6)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(FIELD, min_size=2, max_size=2), max_size=8))
def test_nothing_is_quarantined_in_a_sound_file(tmp_path: Path, rows: list[list[str]]) -> None:
    def field(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set('",\n') else text

    sound = "".join(",".join(map(field, row)) + "\n" for row in rows)
    dialect = Dialect(",", '"', '"', header=False, names=("a", "b"))
    separated = quarantined(tmp_path, sound, dialect=dialect)
    assert separated == sound
    assert not is_quarantined(separated)


def test_a_file_of_which_no_line_can_be_split_is_refused(shop: Shop, refused: Refused) -> None:
    shop.write("orders.csv", "id,a\n1;x\n2;y\n")
    error = refused(SourceError, shop.land_one, path="orders.csv", delimiter=",")
    assert "none of its 2 lines could be split" in str(error)
    assert "delimiter" in error.hint


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_file_is_refused(shop: Shop, refused: Refused, content: str) -> None:
    shop.write("orders.csv", content)
    error = refused(SourceError, shop.land_one, path="orders.csv")
    assert "orders.csv: the file is empty" in str(error)


@pytest.mark.parametrize("left", [0.5, 0.999])
def test_a_cut_off_gzip_file_is_refused_and_leaves_nothing(
    shop: Shop, refused: Refused, left: float
) -> None:
    packed = gzip.compress(b"id,a\n" + b"".join(b"%d,x\n" % n for n in range(20_000)))
    shop.write("orders.csv.gz", packed[: int(len(packed) * left)])
    error = refused(SourceError, shop.land_one, path="orders.csv.gz")
    assert "orders.csv.gz: the compressed file is cut off or damaged" in str(error)
    assert shop.warehouse.rows("select count(*) from ops.batches") == [(0,)]
    assert shop.warehouse.columns("bronze", "orders") == {}


@pytest.mark.parametrize(
    ("codec", "name", "better"), [("latin-1", "Zoé", "latin-1"), ("cp1252", "€ 5", "cp1252")]
)
def test_another_encoding_is_refused_with_its_place(
    shop: Shop, refused: Refused, codec: str, name: str, better: str
) -> None:
    shop.write("orders.csv", f"id,name\n1,anna\n2,{name}\n".encode(codec))
    error = refused(SourceError, shop.land_one, path="orders.csv")
    assert "orders.csv: is not utf-8: byte 0x" in str(error)
    assert "line 3" in error.what
    assert f"encoding: {better}" in error.hint


def test_an_encoding_error_in_the_header_is_found_too(shop: Shop, refused: Refused) -> None:
    shop.write("orders.csv", "id,größe\n1,2\n".encode("latin-1"))
    error = refused(SourceError, shop.land_one, path="orders.csv")
    assert "line 1" in error.what


def test_an_unknown_encoding_is_a_settings_error(shop: Shop, refused: Refused) -> None:
    shop.write("orders.csv", "id\n1\n")
    assert "'latin-7000'" in str(
        refused(SettingsError, shop.land_one, path="orders.csv", encoding="latin-7000")
    )


def test_parquet_that_is_not_parquet_is_refused(shop: Shop, refused: Refused) -> None:
    shop.write("orders.parquet", "id,name\n1,anna\n")
    error = refused(SourceError, shop.land_one, path="orders.parquet")
    assert "orders.parquet: is not a readable Parquet file" in str(error)
    assert "\n" not in error.what


def test_an_archive_of_several_files_is_refused_by_their_names(
    shop: Shop, refused: Refused, zipped: Callable[..., bytes]
) -> None:
    shop.write("orders.zip", zipped("may.csv", "june.csv", content=b"id\n1\n"))
    error = refused(SourceError, shop.land_one, path="orders.zip")
    assert "holds 2 files" in error.what
    assert "may.csv" in error.what


def test_a_missing_file_names_the_nearest_one(shop: Shop, refused: Refused) -> None:
    shop.write("orders_2024.csv", "id\n1\n")
    error = refused(SourceError, shop.land_one, path="order_2024.csv")
    assert "source 'orders': the path 'order_2024.csv' matches no file" in error.what
    assert "Did you mean 'orders_2024.csv'?" in error.hint
    assert "regulars.yaml" in str(error.where)


def test_a_folder_that_is_not_there_is_said(shop: Shop, refused: Refused) -> None:
    error = refused(SourceError, shop.land_one, path="nowhere/deep/*.csv")
    assert "matches no file" in error.what
