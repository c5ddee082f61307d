"""`regulars explore` and `regulars report --to` on the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import DataError, ReleaseError
from regulars.serve.reports.report import write_report_of
from tests.cli.test_answers import ask, publish
from tests.insights.exploration.conftest import customers
from tests.small_release import SmallRelease


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose release holds customers to explore, and a report."""
    folder = publish(SmallRelease(), tmp_path)
    pq.write_table(customers(), folder / "explored_customers.parquet")
    write_report_of(folder)
    return tmp_path


def test_explore_tells_the_outcome_the_differences_and_redundant_features(shop: Path) -> None:
    said = ask(shop, "explore")
    assert "60 customers as of 2024-03-24: 5 numeric and 2 categorical features" in said
    assert "features differ between churned and stayed customers" in said
    assert "Champions" in said
    assert "1 of 3 pairs of numeric features" in said
    assert "orders, orders_90d" in said
    assert "Anna" not in said


def test_explore_without_an_outcome_says_why(shop: Path) -> None:
    (folder,) = (shop / ".regulars" / "releases").glob("2*")
    unknown = customers().set_column(2, "churned", pa.array([None] * 60, pa.bool_()))
    pq.write_table(unknown, folder / "explored_customers.parquet")
    said = ask(shop, "explore")
    assert "no outcome is known" in said
    assert "differ between" not in said


def test_explore_as_json_is_the_file_beside_the_report(shop: Path) -> None:
    (file,) = shop.glob(".regulars/releases/*/eda_report.json")
    assert json.loads(ask(shop, "--json", "explore")) == json.loads(file.read_text("utf-8"))


def test_explore_of_an_older_release_says_what_to_do(tmp_path: Path) -> None:
    publish(SmallRelease(), tmp_path)
    with pytest.raises(ReleaseError, match="no customers to explore"):
        ask(tmp_path, "explore")


def test_a_report_carried_without_plots_has_neither_figures_nor_the_page(shop: Path) -> None:
    said = ask(shop, "report", "--to", str(shop / "handout"), "--no-plots")
    assert said.strip() == str(shop / "handout" / "report.html")
    names = {path.name for path in (shop / "handout").iterdir()}
    assert names == {
        "report.html", "report.json", "summary.txt", "eda_report.json", "eda_summary.txt"
    }  # fmt: skip


def test_a_report_carried_with_plots_brings_the_interactive_page(shop: Path) -> None:
    found = json.loads(ask(shop, "--json", "report", "--to", str(shop / "handout")))
    assert Path(found["exploration.html"]).exists()


def test_a_run_that_never_was_cannot_be_reported_on(shop: Path) -> None:
    with pytest.raises(DataError, match="nothing has run yet"):
        ask(shop, "status", "--run", "newest")
