"""What `init` writes takes in the next month, the next year and the next sheet, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.core.settings import read_project
from regulars.warehouse.opening import open_warehouse
from tests.understanding.companies import Company, company, money
from tests.understanding.flat import order_rows, who
from tests.understanding.scoring import command
from tests.understanding.writing import Place

HEADER = ["order_id", "customer_id", "order_date", "total_amount", "currency"]
Write = Callable[[Place, str, list[list[Any]]], None]


def months(firm: Company) -> dict[str, list[list[Any]]]:
    """The rows of a shop by month."""
    _, rows = order_rows(firm.orders, {
        "order_id": lambda o: o.number, "customer_id": lambda o: who(o).number, "order_date": lambda o: f"{o.at:%Y-%m-%d}",
        "total_amount": lambda o: money(o.total), "currency": lambda _: "USD",
    })  # fmt: skip
    by_month: dict[str, list[list[Any]]] = {}
    for row in rows:
        by_month.setdefault(row[2][:7], []).append(row)
    return by_month


def _month_files(place: Place, month: str, rows: list[list[Any]]) -> None:
    place.csv(f"sales_{month}.csv", HEADER, rows)


def _year_folders(place: Place, month: str, rows: list[list[Any]]) -> None:
    place.csv(f"{month[:4]}/{month[5:]}/orders.csv", HEADER, rows)


def _numbered_files(place: Place, month: str, rows: list[list[Any]]) -> None:
    number = (int(month[:4]) - 2022) * 12 + int(month[5:])
    place.csv(f"orders_export_{number}.csv", HEADER, rows)


def landed(root: Path, question: str) -> list[tuple[Any, ...]]:
    """The answer to a question about the landed rows of the purchases' source."""
    project = read_project(root)
    warehouse = open_warehouse(project)
    try:
        source = project.entities["transactions"].source
        return warehouse.rows(f"{question} from bronze.{source}")
    finally:
        warehouse.close()


def rows_landed(root: Path) -> int:
    """The rows of the purchases' source after `regulars run --steps land`."""
    code, said = command("-p", str(root), "run", "--steps", "land")
    assert code == 0, said
    return int(landed(root, "select count(*)")[0][0])


def proposed(root: Path, name: str, write: Write, *, until: str) -> dict[str, list[list[Any]]]:
    """A shop whose files up to a month were there when `init` looked; gives those of later."""
    by_month = months(company(name, customers=60, months=20))
    for month, rows in by_month.items():
        if month <= until:
            write(Place(root / "data"), month, rows)
    code, said = command("-p", str(root), "init", str(root / "data"), "--no-input")
    assert code == 0, said
    return {month: rows for month, rows in by_month.items() if month > until}


@pytest.mark.parametrize(
    ("write", "until"),
    [
        (_month_files, "2022-12"),  # the next file is of the next year
        (_month_files, "2023-03"),
        (_numbered_files, "2022-09"),  # 1 to 9, then 10
        (_year_folders, "2022-12"),  # the next folder is of the next year
        (_year_folders, "2023-02"),
    ],
)
def test_the_next_files_are_taken_in(write: Write, until: str, tmp_path: Path) -> None:
    later = proposed(tmp_path, f"next {write.__name__} {until}", write, until=until)
    before = rows_landed(tmp_path)
    for month, rows in later.items():
        write(Place(tmp_path / "data"), month, rows)
    assert rows_landed(tmp_path) == before + sum(map(len, later.values()))


def test_the_next_sheet_of_a_workbook_is_taken_in(tmp_path: Path) -> None:
    by_month = months(company("next sheet", customers=60, months=20))
    rows = [row for part in by_month.values() for row in part]
    old = {"2021": [HEADER, *rows[:150]], "2022": [HEADER, *rows[150:300]]}
    place = Place(tmp_path / "data")
    place.xlsx("orders.xlsx", old)
    code, said = command("-p", str(tmp_path), "init", str(tmp_path / "data"), "--no-input")
    assert code == 0, said
    assert rows_landed(tmp_path) == 300
    place.xlsx("orders.xlsx", {**old, "2023": [HEADER, *rows[300:]]})
    rows_landed(tmp_path)
    ((orders, first, last),) = landed(
        tmp_path, "select count(distinct order_id), min(order_id), max(order_id)"
    )
    assert (orders, int(first), int(last)) == (len(rows), rows[0][0], rows[-1][0])


def test_a_renamed_column_stops_the_run_with_file_and_column(tmp_path: Path) -> None:
    later = proposed(tmp_path, "renamed", _month_files, until="2023-03")
    rows_landed(tmp_path)
    month, rows = next(iter(later.items()))
    renamed = ["order_value" if name == "total_amount" else name for name in HEADER]
    Place(tmp_path / "data").csv(f"sales_{month}.csv", renamed, rows)
    code, said = command("-p", str(tmp_path), "run", "--steps", "land")
    assert code == 1
    assert f"sales_{month}.csv" in said
    assert "total_amount" in said
    assert "order_value" in said
