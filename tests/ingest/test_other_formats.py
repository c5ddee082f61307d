"""Text in columns and Excel sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl

from regulars.core.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from tests.ingest.conftest import Shop

Refused = Callable[..., Any]
PURCHASES = " 00004 19970101  2   29.33\n\n 00004 19970118 12    9.73 \r\n 00011 19970202\n"
COLUMNS = ["id", "date", "cds", "dollars"]


def test_fields_apart_by_white_space_are_split(shop: Shop) -> None:
    shop.write("cds.txt", PURCHASES)
    landed = shop.land_one(path="cds.txt", format="whitespace", columns=COLUMNS)
    assert (landed.rows, landed.malformed) == (2, 1)
    assert shop.rows("id, date, cds, dollars, _row_number") == [
        ("00004", "19970101", "2", "29.33", 1),
        ("00004", "19970118", "12", "9.73", 2),
    ]
    assert shop.malformed() == [("cds.txt", 3, "line 4: not 4 fields")]


def test_a_whitespace_file_may_have_a_header(shop: Shop) -> None:
    shop.write("cds.txt", "id  date\n1 2024-06-22\n")
    shop.land_one(path="cds.txt", format="whitespace")
    assert shop.rows("id, date, _row_number") == [("1", "2024-06-22", 1)]


def test_fields_of_fixed_widths_are_cut_and_a_short_line_has_empty_ones(shop: Shop) -> None:
    shop.write("cds.txt", PURCHASES + " 00012 19970203  1   29.33 too long\n")
    landed = shop.land_one(path="cds.txt", format="fixed", columns=COLUMNS, widths=[6, 9, 3, 8])
    assert (landed.rows, landed.malformed) == (3, 1)
    assert shop.rows("id, cds, dollars")[1:] == [("00004", "12", "9.73"), ("00011", None, None)]


def test_fixed_widths_must_be_stated(shop: Shop, refused: Refused) -> None:
    shop.write("cds.txt", PURCHASES)
    error = refused(SettingsError, shop.land_one, path="cds.txt", format="fixed")
    assert "widths" in str(error)


def write_book(shop: Shop, rows: list[list[object]], *, sheet: str = "Orders") -> None:
    """A workbook with an empty first sheet and one with these rows."""
    book = openpyxl.Workbook()
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(shop.root / "orders.xlsx")


def test_a_sheet_lands_as_text(shop: Shop) -> None:
    day, noon = datetime(2024, 6, 22), datetime(2024, 6, 22, 12, 30)
    rows: list[list[object]] = [["id", "When", "spent", "ok"], [1.0, day, 4.5, True]]
    write_book(shop, [*rows, [], [2, noon, None, False]])
    shop.land_one(path="orders.xlsx", sheet="Orders")
    assert shop.rows("id, when_, spent, ok, _row_number") == [
        ("1", "2024-06-22", "4.5", "true", 1),
        ("2", "2024-06-22 12:30:00", None, "false", 2),
    ]


def test_a_sheet_that_is_not_there_names_the_nearest(shop: Shop, refused: Refused) -> None:
    write_book(shop, [["id"], [1]])
    error = refused(SettingsError, shop.land_one, path="orders.xlsx", sheet="orders")
    assert "did you mean 'Orders'?" in str(error)
    empty = refused(SourceError, shop.land_one, path="orders.xlsx")
    assert "the sheet is empty" in str(empty)


def test_a_workbook_that_is_none_is_refused(shop: Shop, refused: Refused) -> None:
    shop.write("orders.xlsx", "id\n1\n")
    error = refused(SourceError, shop.land_one, path="orders.xlsx")
    assert "orders.xlsx: is not a readable Excel workbook" in str(error)
