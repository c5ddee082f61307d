"""Tables with lines around them, in several sheets, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from regulars.core.errors import DataError, SourceError

if TYPE_CHECKING:
    from tests.ingest.conftest import Shop

Refused = Callable[..., Any]
REPORT = (
    "Sales report\nBranch;Graz\n\nid;day;amount\nkey;;EUR\n1;2024-06-22;4,50\n2;2024-06-23;5\n"
    "\nTotal;;9,50\nprinted on 2024-06-24;;\n"
)
AROUND = {"skip": 3, "header_rows": 2, "totals": ["Total", "printed on"]}
BOOK: dict[str, list[list[object]]] = {
    "Jan": [["id", "amount"], [1, 4.5], [2, 5.0]],
    "Feb": [["amount", "id", "note"], [6, 3, "gift"]],
    "Notes": [["what we think"], ["nothing"]],
}


def outside(shop: Shop) -> list[tuple[Any, ...]]:
    """Line, part and text of what was left out of tables."""
    return shop.warehouse.rows("select line, part, text from ops.outside_lines order by line")


def test_lines_around_a_table_are_left_out_and_stay_on_record(shop: Shop) -> None:
    shop.write("sales.csv", REPORT + "\n")
    landed = shop.land_one(path="sales.csv", delimiter=";", **AROUND)
    assert (landed.rows, landed.malformed, landed.outside) == (2, 0, 6)
    assert shop.rows("id, day, amount, _row_number") == [
        ("1", "2024-06-22", "4,50", 1),
        ("2", "2024-06-23", "5", 2),
    ]
    assert outside(shop) == [
        (1, "title", "Sales report"),
        (2, "title", "Branch;Graz"),
        (3, "title", ""),
        (5, "description", "key;;EUR"),
        (9, "total", "Total;;9,50"),
        (10, "total", "printed on 2024-06-24;;"),
    ]
    assert shop.warehouse.rows("select outside from ops.batch_files") == [(6,)]


def test_lines_are_counted_from_the_top_of_the_file(shop: Shop) -> None:
    shop.write("sales.csv", REPORT.replace("2;2024-06-23;5\n", "2;2024-06-23;5\n3;2024;5;6\n"))
    shop.land_one(path="sales.csv", delimiter=";", **AROUND)
    assert shop.malformed() == [("sales.csv", 3, "line 8: too many fields, 3 expected")]


def test_a_total_in_the_middle_and_a_file_without_totals_stay_whole(shop: Shop) -> None:
    shop.write("sales.csv", "id;amount\n1;2\nTotal;2\n2;3\n")
    assert shop.land_one(path="sales.csv", delimiter=";", totals=["Total"]).rows == 3


def test_a_row_with_an_empty_first_field_may_be_a_total(shop: Shop) -> None:
    shop.write("sales.csv", "id;day;amount\n1;a;2\n;b;4\n;;6\n")
    assert shop.land_one(path="sales.csv", delimiter=";", totals=[""]).rows == 2


def test_a_file_of_titles_only_is_said(shop: Shop, refused: Refused) -> None:
    shop.write("sales.csv", "Sales report\n")
    error = refused(SourceError, shop.land_one, path="sales.csv", skip=3)
    assert "has no table below the 3 lines" in error.what


def write_xlsx(shop: Shop, sheets: dict[str, list[list[object]]]) -> str:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(shop.root / "book.xlsx")
    return "book.xlsx"


def write_xls(shop: Shop, sheets: dict[str, list[list[object]]]) -> str:
    """The same in the old format."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        page = book.add_sheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write(at, place, cell)
    book.save(str(shop.root / "book.xls"))
    return "book.xls"


def write_ods(shop: Shop, sheets: dict[str, list[list[object]]]) -> str:
    """The same as an OpenDocument spreadsheet."""
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        page = Table(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                kind = {"valuetype": "string"}
                if isinstance(cell, (int, float)):
                    kind = {"valuetype": "float", "value": str(cell)}
                place = TableCell(**kind)
                place.addElement(P(text=str(cell)))
                line.addElement(place)
            page.addElement(line)
        book.spreadsheet.addElement(page)
    book.save(str(shop.root / "book.ods"))
    return "book.ods"


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods])
def test_sheets_of_one_table_are_joined(shop: Shop, write: Callable[..., str]) -> None:
    path = write(shop, BOOK)
    assert shop.land_one(path=path, sheet=["Jan", "F*"]).rows == 3
    assert shop.rows("id, amount, note, _row_number") == [
        ("1", "4.5", None, 1),
        ("2", "5", None, 2),
        ("3", "6", "gift", 3),
    ]


def test_a_sheet_of_another_table_is_not_joined(shop: Shop, refused: Refused) -> None:
    path = write_xlsx(shop, BOOK)
    error = refused(SourceError, shop.land_one, path=path, sheet="*")
    assert "sheet 'Notes'" in str(error)


def test_lines_around_a_sheet_are_left_out(shop: Shop) -> None:
    rows: list[list[object]] = [
        ["Sales report"], [], [None, "id", "amount"], [None, "key", "EUR"], [None, 1, 2.5],
        [None, "Total", 2.5],
    ]  # fmt: skip
    path = write_xlsx(shop, {"Sales": rows})
    landed = shop.land_one(path=path, skip=2, header_rows=2, totals=["total"])
    assert (landed.rows, landed.outside) == (1, 3)
    assert shop.rows("id, amount") == [("1", "2.5")]


RECORDS = [
    {"id": 1, "customer": {"id": "c1", "name": {"first": "Anna"}}, "tags": ["a"], "paid": True},
    {"id": 2, "customer": None, "total price": 4.5},
]


@pytest.mark.parametrize("form", ["lines", "array", "wrapped", "pretty"])
def test_json_lands_as_text_and_is_flattened_by_one_level(shop: Shop, form: str) -> None:
    texts = {
        "lines": "\ufeff" + "\n".join(map(json.dumps, RECORDS)),
        "array": json.dumps(RECORDS),
        "wrapped": json.dumps({"page": 1, "orders": RECORDS}),
        "pretty": json.dumps({"orders": RECORDS}, indent=2),
    }
    shop.write("orders.json", texts[form])
    assert shop.land_one(path="orders.json").rows == 2
    assert shop.rows("id, customer_id, customer_name, tags, paid, total_price, _row_number") == [
        ("1", "c1", '{"first":"Anna"}', '["a"]', "true", None, 1),
        ("2", None, None, None, None, "4.5", 2),
    ]


def test_a_damaged_line_of_json_is_quarantined(shop: Shop) -> None:
    shop.write("orders.jsonl", '{"id": 1}\n{"id": 2\n[3]\n\n{"id": 4}\n')
    landed = shop.land_one(path="orders.jsonl")
    assert (landed.rows, landed.malformed) == (2, 2)
    assert shop.malformed() == [
        ("orders.jsonl", 2, "line 2: no JSON object"),
        ("orders.jsonl", 3, "line 3: no JSON object"),
    ]


def test_json_beside_tables_is_read_where_it_is_asked_for(shop: Shop) -> None:
    shop.write("in/orders.csv", "id\n1\n")
    shop.write("in/about.json", '{"id": 2}')
    assert shop.land_one(path="in").rows == 1


def test_endings_may_be_in_capitals_and_may_be_wrong(shop: Shop) -> None:
    shop.write("in/Download.CSV", "id\tname\n1\tanna\n")
    shop.write("in/export.xls", "id\tname\n2\tben\n")
    assert shop.land_one(path="in").rows == 2


def test_an_empty_file_beside_others_is_named_and_lands_later(shop: Shop) -> None:
    shop.write("in/a.csv", "id\n1\n")
    shop.write("in/b.csv", "")
    landed = shop.land_one(path="in")
    assert (landed.rows, landed.files) == (1, 2)
    assert [(o.kind, o.file) for o in landed.observations] == [("no_rows", "in/b.csv")]
    shop.write("in/b.csv", "id\n2\n")
    shop.write("in/c.csv", "\n")
    assert shop.land_one(path="in").rows == 1
    assert shop.rows("id") == [("1",), ("2",)]


@pytest.mark.parametrize(("before", "now"), [("{}", "C{:03}"), ("C{:03}", "{}")])
def test_keys_of_another_kind_stop_the_run(
    shop: Shop, refused: Refused, before: str, now: str
) -> None:
    for name, key in (("a", before), ("b", now)):
        rows = "".join(f"{key.format(n)},2\n" for n in range(1, 13))
        shop.write(f"in/{name}.csv", "id,amount\n" + rows)
        if name == "a":
            assert shop.land_one(path="in").rows == 12
    error = refused(DataError, shop.land_one, path="in")
    assert (error.where, "holds" in error.what) == ("in/b.csv", True)
