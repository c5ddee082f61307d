"""Delimited text lands as it is written, whatever its dialect, packing and encoding."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from regulars.ingest.landed import FileObservation, ObservationKind

if TYPE_CHECKING:
    from tests.ingest.conftest import Shop

THREE = "id,name,spent\n1,anna,4.50\n2,béla,07\n3,chloé,\n"
LANDED = [("1", "anna", "4.50"), ("2", "béla", "07"), ("3", "chloé", None)]


def zstd(content: bytes) -> bytes:
    """Content packed as one zst stream."""
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


def test_every_field_stays_text_as_it_is_written(shop: Shop) -> None:
    shop.write("orders.csv", THREE)
    landed = shop.land_one(path="orders.csv")
    assert (landed.files, landed.rows, landed.malformed) == (1, 3, 0)
    assert shop.rows("id, name, spent") == LANDED


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(shop: Shop, delimiter: str) -> None:
    shop.write("orders.csv", THREE.replace(",", delimiter))
    shop.land_one(path="orders.csv")
    assert shop.rows("id, name, spent") == LANDED


@pytest.mark.parametrize("delimiter", ["^", "::", "\\t"])
def test_any_delimiter_can_be_stated(shop: Shop, delimiter: str) -> None:
    shop.write("orders.csv", THREE.replace(",", delimiter.replace("\\t", "\t")))
    shop.land_one(path="orders.csv", delimiter=delimiter)
    assert shop.rows("id, name, spent") == LANDED


def test_a_semicolon_file_with_decimal_commas_is_split_at_the_semicolons(shop: Shop) -> None:
    shop.write("orders.csv", "id;spent;paid\n1;4,50;1,00\n2;7,25;2,00\n")
    shop.land_one(path="orders.csv")
    assert shop.rows("id, spent, paid") == [("1", "4,50", "1,00"), ("2", "7,25", "2,00")]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("orders.csv.gz", gzip.compress),
        ("orders.csv.zst", zstd),
    ],
)
def test_packed_files_are_unpacked(shop: Shop, name: str, pack: object) -> None:
    shop.write(name, pack(THREE.encode()))  # type: ignore[operator]
    shop.land_one(path=name)
    assert shop.rows("id, name, spent") == LANDED


@pytest.mark.parametrize(
    ("stated", "codec"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-8", "utf-16"),  # its byte order mark tells
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
        ("mac-roman", "mac-roman"),
    ],
)
def test_encodings_are_read(shop: Shop, stated: str, codec: str) -> None:
    shop.write("orders.csv", THREE.encode(codec))
    shop.land_one(path="orders.csv", encoding=stated)
    assert shop.rows("id, name, spent") == LANDED


def test_an_archive_of_one_file_is_unpacked(shop: Shop, zipped: Callable[..., bytes]) -> None:
    shop.write("orders.zip", zipped("orders.csv", content=THREE.encode()))
    shop.land_one(path="orders.zip")
    assert shop.rows("id, name, spent") == LANDED


def test_a_packed_file_in_a_windows_code_page_is_read(shop: Shop) -> None:
    shop.write("orders.csv.gz", gzip.compress("id,price\n1,€ 4\n".encode("cp1252")))
    shop.land_one(path="orders.csv.gz", encoding="cp1252")
    assert shop.rows("id, price") == [("1", "€ 4")]


def test_quoted_fields_may_hold_delimiters_quotes_and_line_ends(shop: Shop) -> None:
    shop.write("orders.csv", 'id,note\n1,"a, b"\n2,"said ""hi"""\n3,"two\nlines"\n4,5" pipe\n')
    landed = shop.land_one(path="orders.csv")
    assert landed.malformed == 0
    assert shop.rows("id, note, _row_number") == [
        ("1", "a, b", 1),
        ("2", 'said "hi"', 2),
        ("3", "two\nlines", 3),
        ("4", '5" pipe', 4),
    ]


def test_quotes_escaped_by_a_backslash_are_read(shop: Shop) -> None:
    shop.write("orders.csv", 'id,note\n1,"said \\"hi\\", left"\n')
    shop.land_one(path="orders.csv")
    assert shop.rows("id, note") == [("1", 'said "hi", left')]


@pytest.mark.parametrize("ends", [("\r\n",), ("\r",), ("\n", "\r\n")])
def test_line_ends_of_every_system_are_read_even_mixed(shop: Shop, ends: tuple[str, ...]) -> None:
    lines = THREE.splitlines()
    mixed = "".join(line + ends[at % len(ends)] for at, line in enumerate(lines))
    shop.write("orders.csv", mixed)
    landed = shop.land_one(path="orders.csv")
    assert landed.malformed == 0
    assert shop.rows("id, name, spent") == LANDED


def test_repeated_and_odd_column_names_become_names_of_their_own(shop: Shop) -> None:
    shop.write("orders.csv", "id,Größe (cm),id,id_2,2nd,\n1,2,3,4,5,6\n")
    shop.land_one(path="orders.csv")
    names = ["id", "grosse_cm", "id_2", "id_2_2", "_2nd", "unnamed"]
    assert list(shop.warehouse.columns("bronze", "orders"))[:6] == names


def test_a_file_without_a_header_gets_the_names_that_the_source_states(shop: Shop) -> None:
    shop.write("orders.csv", "1,anna\n2,ben\n")
    shop.land_one(path="orders.csv", columns=["Id", "First name"])
    assert shop.rows("id, first_name, _row_number") == [("1", "anna", 1), ("2", "ben", 2)]


def test_a_header_can_be_renamed_by_stating_names_and_header(shop: Shop) -> None:
    shop.write("orders.csv", "a,b\n1,anna\n")
    shop.land_one(path="orders.csv", columns=["id", "name"], header=True)
    assert shop.rows("id, name") == [("1", "anna")]


def test_a_header_alone_is_no_row_and_is_said(shop: Shop) -> None:
    shop.write("orders.csv", "id,name\n")
    landed = shop.land_one(path="orders.csv")
    assert landed.rows == 0
    assert landed.observations == (FileObservation(ObservationKind.NO_ROWS, "orders.csv"),)


def test_a_blank_stays_a_blank_and_only_an_empty_field_is_null(shop: Shop) -> None:
    shop.write("orders.csv", "id,total\n1, \n2,\n3,NULL\n")
    shop.land_one(path="orders.csv")
    assert shop.rows("total") == [(" ",), (None,), ("NULL",)]
