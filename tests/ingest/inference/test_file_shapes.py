"""Which tables a folder holds, whatever its files look like, and what finds the next delivery."""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from regulars.ingest.inference.file_groups import FileGroup, deliveries

Write = Callable[..., Path]
ROWS = "id,day,amount\n" + "".join(f"{n},2024-06-{n:02},{n}.5\n" for n in range(1, 9))
PEOPLE = "id,name,city\n" + "".join(f"{n},anna {n},Graz\n" for n in range(1, 9))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below a folder of exports; gives its path."""

    def writer(name: str, content: str | bytes = ROWS) -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writer


@pytest.fixture
def groups(tmp_path: Path) -> Callable[[], dict[str, FileGroup]]:
    """The tables of the folder, by name."""

    def look() -> dict[str, FileGroup]:
        found, _ = deliveries([tmp_path / "exports"], workspace=tmp_path / "work")
        return {group.name: group for group in found}

    return look


Groups = Callable[[], dict[str, FileGroup]]


def takes(group: FileGroup, path: Path) -> bool:
    """Whether the source as written reads this file too."""
    matching = glob.glob(str(group.pattern), recursive=True)  # noqa: PTH207
    return group.pattern == path or str(path) in matching


@pytest.mark.parametrize(
    ("names", "later"),
    [
        (["sales_2024-10.csv", "sales_2024-11.csv", "sales_2024-12.csv"], "sales_2025-01.csv"),
        (["orders_2024-05.csv"], "orders_2024-06.csv"),
        (["Umsatz März 2024.csv", "Umsatz April 2024.csv"], "Umsatz Mai 2025.csv"),
        (["2024/01/sales.csv", "2024/02/sales.csv"], "2025/01/sales.csv"),
        (["2023-q4_sales.csv", "2024-q1_sales.csv"], "2024-q2_sales.csv"),
        (["part-00000.csv", "part-00001.csv"], "part-00010.csv"),
        (["sales20241230.csv", "sales20241231.csv"], "sales20250101.csv"),
        (["store_berlin.csv", "store_bern.csv"], "store_graz.csv"),
        (["berlin/sales.csv", "bern/sales.csv"], "graz/sales.csv"),
    ],
)
def test_a_pattern_finds_the_next_delivery(
    write: Write, groups: Groups, names: list[str], later: str
) -> None:
    for name in names:
        write(name)
    (group,) = groups().values()
    assert len(group.files) == len(names)
    assert takes(group, write(later))


def test_a_pattern_finds_no_file_of_another_table(write: Write, groups: Groups) -> None:
    write("sales_2024-10.csv")
    write("sales_customers_2024-10.csv", PEOPLE)
    write("crm1.csv")
    write("crm2.csv", PEOPLE)
    found = groups()
    assert {name: len(group.files) for name, group in found.items()} == {
        "sales": 1, "sales_customers": 1, "crm": 1, "crm_2": 1,
    }  # fmt: skip
    assert not takes(found["sales"], write("sales_customers_2024-11.csv", PEOPLE))
    assert takes(found["sales"], write("sales_2025-01.csv"))
    assert found["crm"].pattern.name == "crm1.csv"


def test_documents_of_equal_columns_are_tables_of_their_own(write: Write, groups: Groups) -> None:
    for name in ("orders.csv", "invoices.csv", "returns.csv"):
        write(name)
    assert sorted(groups()) == ["invoices", "orders", "returns"]


def test_a_column_added_in_march_is_in_one_table(write: Write, groups: Groups) -> None:
    for month in range(1, 5):
        more = ROWS.replace("\n", ",web\n").replace("amount,web", "amount,channel")
        write(f"sales_2024-{month:02}.csv", more if month > 2 else ROWS)
    (group,) = groups().values()
    assert len(group.files) == 4


def test_names_in_capitals_and_without_an_ending_are_read(write: Write, groups: Groups) -> None:
    write("Download.CSV", PEOPLE.replace(",", ";"))
    write("EXPORT", ROWS.replace(",", "\t"))
    write("notes", "What we did\nNothing much.\n")
    found = groups()
    assert sorted(found) == ["download", "export"]
    assert found["export"].source.delimiter == "\t"


def test_empty_files_are_named_and_leave_the_pattern_wide(write: Write, tmp_path: Path) -> None:
    write("sales_2024-01.csv")
    write("sales_2024-02.csv", "")
    found, refused = deliveries([tmp_path / "exports"], workspace=tmp_path)
    assert [group.pattern.name for group in found] == ["sales_*.csv"]
    assert [name for name, _ in refused] == ["sales_2024-02.csv"]


REPORT = (
    "Sales report;;;\nPeriod;06/2024;;\n\nid;day;name;amount\nkey;;;EUR\n"
    + "".join(f"C{n:03};2024-06-{n:02};anna {n};{n},50\n" for n in range(1, 20))
    + "Total;;;190,00\nprinted on 2024-07-01;;;\n"
)


def test_what_stands_around_a_table_is_found(write: Write, groups: Groups) -> None:
    write("report.csv", REPORT)
    (group,) = groups().values()
    source = group.source
    assert (source.skip, source.header_rows, source.delimiter) == (3, 2, ";")
    assert source.totals == ["Total", "printed on"]
    assert group.notes


def test_totals_of_many_files_are_one_note(write: Write, groups: Groups) -> None:
    for month in range(1, 9):
        write(f"report_2024-{month:02}.csv", REPORT.replace("2024-06", f"2024-{month:02}"))
    (group,) = groups().values()
    (note,) = group.notes
    assert "report_2024-01.csv and 7 more" in note


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        "id,note,amount\n" + "".join(f"{n},,{n}\n" for n in range(1, 9)) + "9,,\n",
        "name,day,amount\n"
        + "".join(f"p{n},2024-01-0{n},{n}\n" for n in range(1, 9))
        + "anna,,7\n",
        "id,day,amount\n1,unknown,n/a\n" + "".join(f"{n},2024-01-0{n},{n}\n" for n in range(2, 9)),
    ],
)
def test_a_plain_table_has_nothing_around_it(write: Write, groups: Groups, text: str) -> None:
    write("orders.csv", text)
    (group,) = groups().values()
    source = group.source
    assert (source.skip, source.header_rows, source.totals) == (0, 1, [])


def write_book(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    """A workbook with these sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)


def table(text: str) -> list[list[object]]:
    """The cells of a delimited text."""
    return [list(line.split(",")) for line in text.splitlines()]


def test_every_sheet_is_a_table_and_those_of_equal_columns_are_one(
    tmp_path: Path, groups: Groups
) -> None:
    write_book(
        tmp_path / "exports" / "shop.xlsx",
        {"2023": table(ROWS), "2024": table(ROWS), "Customers": table(PEOPLE), "Empty": []},
    )
    found = groups()
    assert {name: group.source.sheet for name, group in found.items()} == {
        "shop": ["[0-9]*"], "customers": ["Customers"],
    }  # fmt: skip


def test_a_workbook_of_months_takes_the_next_month(tmp_path: Path, groups: Groups) -> None:
    months = {"Jan": table(ROWS), "Feb": table(ROWS)}
    write_book(tmp_path / "exports" / "sales_2024.xlsx", months)
    write_book(tmp_path / "exports" / "sales_2025.xlsx", months)
    (group,) = groups().values()
    assert (group.name, group.source.sheet, len(group.files)) == ("sales", ["*"], 2)
    assert group.pattern.name == "sales_*.xlsx"


def test_sheets_of_orders_and_returns_are_two_tables(tmp_path: Path, groups: Groups) -> None:
    write_book(tmp_path / "exports" / "b.xlsx", {"Orders": table(ROWS), "Returns": table(ROWS)})
    assert sorted(groups()) == ["orders", "returns"]


HEADERS = {
    "cp932": ("顧客番号,注文日,金額", "田中太郎"),
    "gb18030": ("客户编号,订单日期,金额", "王伟"),
    "big5": ("客戶編號,訂單日期,金額", "陳大文"),
    "cp949": ("고객번호,주문일자,금액", "김철수"),
    "cp1251": ("Код клиента,Дата заказа,Сумма", "Ольга"),
    "cp1250": ("Numer klienta,Data zamówienia,Wartość", "Łukasz"),
    "cp1252": ("Kundennummer,Größe,Betrag", "Jürgen"),
    "utf-16-le": ("id,date,amount", "anna"),
}


@pytest.mark.parametrize("encoding", HEADERS)
def test_encodings_are_found_by_short_headers(write: Write, groups: Groups, encoding: str) -> None:
    header, name = HEADERS[encoding]
    write("orders.csv", f"{header}\n{name},2024-06-22,4.5\nx,2024-06-23,5\n".encode(encoding))
    (group,) = groups().values()
    assert group.source.encoding == encoding


def test_letters_of_one_language_decide_between_code_pages(write: Write, groups: Groups) -> None:
    rows = "10234;Jørgen;Kjær;Fødselsdag\n10235;Lærke;Sørensen;Ærø\n10236;Bøje;Møller;Tårnby\n"
    write("Medlemmer.csv", ("Medlemsnr;Fornavn;Efternavn;Fødselsdato\n" + rows).encode("cp1252"))
    (group,) = groups().values()
    assert group.source.encoding == "cp1252"


def test_files_of_a_folder_are_read_in_one_code_page(write: Write, groups: Groups) -> None:
    write("movimientos.csv", "Nº Ticket;Nº Tarjeta;Fecha\n1;2;2024-06-22\n".encode("cp1252"))
    names = "Nº Tarjeta;Nombre\n2;Begoña Núñez\n3;José Peña\n4;Íñigo Ordóñez\n"
    write("socios.csv", names.encode("cp1252"))
    assert {group.source.encoding for group in groups().values()} == {"cp1252"}


def test_json_of_shops_is_a_table(write: Write, groups: Groups) -> None:
    write("orders.json", '{"orders": [{"id": 1, "customer": {"id": 7}}]}')
    write("events", '{"id": 1, "at": "2024-06-22"}\n{"id": 2, "at": "2024-06-23"}\n')
    found = groups()
    assert sorted(found) == ["events", "orders"]
    assert found["events"].source.format == "json"
