"""A hostile name goes through every export, and a spreadsheet takes it for text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.core.settings import read_project
from regulars.core.spreadsheets import restored
from regulars.insights.amounts import Unit
from regulars.insights.audiences import Audience, export_batches
from regulars.insights.customer_transactions import transaction_batches
from regulars.insights.data_quality import rejected_batches
from regulars.insights.exports import csv_chunks
from regulars.insights.headings import Units
from regulars.insights.release_reading import Reading, read_current
from tests.full_release import FullRelease, bought
from tests.small_release import AS_OF, person, rejected

HOSTILE = "=cmd|' /C calc'!A0"
Export = Callable[[Path, Reading], str]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    release = FullRelease()
    release.customers = [
        person(HOSTILE, risk=0.8, name="@SUM(1+1)", city="\t=1", segment="-Champions"),
        person("+47", risk=0.2, name="\r=1", city="=HYPERLINK(A1)", monetary=-5),
    ]
    release.events["fct_transactions"] = [
        bought(AS_OF.replace(month=5), -10, customer_id=HOSTILE, product=HOSTILE, category="+b"),
    ]
    release.rejected = [rejected(HOSTILE)]
    return release.project(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def reading(root: Path) -> Reading:
    return read_current(read_project(root))


def api(root: Path, reading: Reading) -> str:
    chunks = csv_chunks(reading, Audience(consent="any"), show_personal=True)
    return b"".join(chunks).decode()


def command_line(root: Path, reading: Reading) -> str:
    from regulars.cli.app import app

    path = root / "list.csv"
    words = ["-p", str(root), "campaign", "--export", str(path), "--show-personal"]
    assert CliRunner().invoke(app, words).exit_code == 0
    return path.read_bytes().decode()


def dashboard(batches: Callable[[Reading], object]) -> Export:
    def exported(root: Path, reading: Reading) -> str:
        tables = pytest.importorskip("regulars.serve.dashboard.tables", reason="needs streamlit")
        pounds = Unit("GBP")
        text: bytes = tables.csv_of(batches(reading), units=Units(pounds, pounds))
        return text.decode()

    return exported


EXPORTS: dict[str, Export] = {
    "api": api,
    "command line": command_line,
    "dashboard, customers": dashboard(
        lambda reading: export_batches(reading, Audience(consent="any"), show_personal=True)[1]
    ),
    "dashboard, transactions": dashboard(lambda reading: transaction_batches(reading, HOSTILE)),
    "dashboard, rejected rows": dashboard(
        lambda reading: rejected_batches(reading, reason=HOSTILE)
    ),
}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_a_hostile_name_is_text_in_every_export(
    root: Path, reading: Reading, export: Export
) -> None:
    import openpyxl

    rows = list(csv.reader(io.StringIO(export(root, reading), newline="")))
    sheet = openpyxl.Workbook().active
    for row in rows:
        sheet.append(row)
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    texts = {cell.value for cell in cells}
    assert f"'{HOSTILE}" in texts
    assert HOSTILE in {restored(text) for text in texts}
    assert not [text for text in texts if text[0] in "=+@\t\r"]


def test_a_negative_number_stays_a_number(root: Path, reading: Reading) -> None:
    text = EXPORTS["dashboard, transactions"](root, reading)
    (row,) = csv.DictReader(io.StringIO(text))
    assert float(row["Amount (GBP)"]) == -10


def test_parquet_holds_the_names_as_they_are(root: Path) -> None:
    import pyarrow.parquet as pq

    from regulars.cli.app import app

    path = root / "list.parquet"
    words = ["-p", str(root), "campaign", "--export", str(path), "--show-personal"]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert HOSTILE in pq.read_table(path)["customer_id"].to_pylist()
