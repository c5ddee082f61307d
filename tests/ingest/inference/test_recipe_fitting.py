"""A recipe on files of its kind: paths are theirs, and what differs is said or asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from regulars.core.errors import SourceError
from regulars.ingest.inference.file_changes import open_questions, with_answer
from regulars.ingest.inference.recipe_fitting import fit_recipe

TODAY = date(2024, 6, 22)
HEAD = "InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country"
ROWS = [
    f"{536365 + n};8{n};lamp;{1 + n % 3};2011-0{1 + n % 6}-03 10:00:00;2.5;{17 + n % 4};UK"
    for n in range(30)
]


def export(folder: Path, head: str = HEAD) -> Path:
    file = folder / "lines_2011.csv"
    file.write_text("\n".join([head, *ROWS]) + "\n")
    return file


def test_the_recipe_reads_the_files_as_they_are(tmp_path: Path) -> None:
    export(tmp_path)  # the file of the next year is read as well
    (tmp_path / "staff.csv").write_text("badge,hired\n1,2001-01-01\n2,2002-01-01\n")
    fitted = fit_recipe("retail", [tmp_path], folder=tmp_path, today=TODAY)
    settings = yaml.safe_load(fitted.text)
    source = settings["sources"]["invoices"]
    assert (source["path"], source["delimiter"], source["load"]) == ("lines_*.csv", ";", "replace")
    assert fitted.differences == ("staff.csv is none of the recipe's files; it is not used",)
    assert "# A shop that knows only its transactions." in fitted.text


def test_a_needed_column_under_another_name_is_asked_and_an_optional_one_left_out(
    tmp_path: Path,
) -> None:
    head = HEAD.replace("CustomerID", "CustomerNumber").replace("StockCode", "sku")
    export(tmp_path, head)
    fitted = fit_recipe("retail", [tmp_path], folder=tmp_path, today=TODAY)
    settings = yaml.safe_load(fitted.text)
    assert "product" not in settings["entities"]["transactions"]["columns"]
    (question,) = open_questions(fitted.text)
    answered = yaml.safe_load(with_answer(fitted.text, question.key, 1))
    assert answered["entities"]["transactions"]["columns"]["customer_id"] == "customer_number"
    assert len(fitted.differences) == 2


def test_files_of_another_kind_are_refused_with_the_columns_that_lack(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("badge,hired\n1,2001-01-01\n2,2002-01-01\n")
    with pytest.raises(SourceError, match=r"of 'invoices' \(CustomerID"):
        fit_recipe("retail", [tmp_path], folder=tmp_path, today=TODAY)
