"""A folder that grows: only new files land, and only their rows are cleaned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.ingest.sources.conftest import Landings
from tests.small_projects import NOON, small_project

SETTINGS = """
version: 1
project: corner shop
sources:
  sales: {path: in}
entities:
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: total}
"""
HEADER = "id,who,day,total\n"


def test_only_new_files_of_a_growing_folder_land(landing: Landings) -> None:
    folder = landing.root / "in"
    folder.mkdir()
    rows = []
    for day in range(1, 6):
        (folder / f"2024-05-0{day}.csv").write_text(f"{HEADER}{day},anna,2024-05-0{day},10\n")
        landed = landing(path="in")
        rows.append((landed.files, landed.rows))
    assert rows == [(1, 1)] * 5
    assert landing(path="in").batch_id is None
    assert [row[0] for row in landing.rows("id")] == ["1", "2", "3", "4", "5"]


def test_a_run_takes_in_the_new_file_alone(tmp_path: Path) -> None:
    shop = small_project(
        tmp_path / "shop",
        {"regulars.yaml": SETTINGS, "in/1.csv": f"{HEADER}1,anna,2024-05-01,10\n"},
    )
    shop.run("land", "clean")
    shop.write({"in/2.csv": f"{HEADER}2,bert,2024-05-02,5\n"})
    outcome = shop.run("land", "clean", at=NOON + timedelta(days=1))
    landed, cleaned = (step.result for step in outcome.steps)
    assert (landed.counts["rows"], landed.counts["sources"]) == (1, 1)
    assert (cleaned.counts["new_deliveries"], cleaned.facts["full_build"]) == (1, None)
    assert shop.column("select customer_id from gold.fct_transactions order by 1") == [
        "anna",
        "bert",
    ]


def test_rows_read_anew_in_another_way_take_the_place_of_the_old(tmp_path: Path) -> None:
    shop = small_project(
        tmp_path / "shop",
        {"regulars.yaml": SETTINGS, "in/1.csv": f"{HEADER}1,zoé,2024-05-01,10\n".encode()},
    )
    shop.change("{path: in}", "{path: in, encoding: latin-1}")
    shop.run("land", "clean")
    shop.change("encoding: latin-1", "encoding: utf-8")
    shop.run("land", "clean", at=NOON + timedelta(days=1))
    assert shop.column("select customer_id from gold.fct_transactions") == ["zoé"]
