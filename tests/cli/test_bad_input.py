"""Bad input: a clear message and an exit code, or rejected rows with their reasons."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.cli.app import main
from tests.small_projects import SmallProject, small_project
from tests.small_release import RELEASE_ID, SmallRelease

SETTINGS = """
version: 1
project: corner shop
sources:
  sales: {path: sales.csv}
entities:
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: total}
"""
HEADER = "id,who,day,total\n"
GOOD = "1,anna,2024-06-20,10\n2,bert,2024-06-21,20\n"
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def regulars(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command on a project; its exit code and everything it said."""

    def command(made: SmallProject, *words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--project", str(made.folder), *words])
        out, err = capsys.readouterr()
        said = " ".join((out + err).split())
        assert "Traceback" not in said
        return int(ended.value.code or 0), said

    return command


@pytest.fixture
def shop(tmp_path: Path) -> SmallProject:
    return small_project(tmp_path, {"regulars.yaml": SETTINGS, "sales.csv": HEADER + GOOD})


def test_a_folder_without_a_project_says_how_to_begin(tmp_path: Path, regulars: Said) -> None:
    code, said = regulars(SmallProject(tmp_path), "run")
    assert code == 2
    assert "there is no project file here" in said
    assert "regulars init" in said


def test_a_missing_file_is_named(shop: SmallProject, regulars: Said) -> None:
    (shop.folder / "sales.csv").unlink()
    code, said = regulars(shop, "run")
    assert code == 1
    assert "sales.csv" in said


def test_an_empty_file_is_named(shop: SmallProject, regulars: Said) -> None:
    shop.write({"sales.csv": ""})
    code, said = regulars(shop, "run")
    assert code == 1
    assert "sales.csv" in said
    assert "empty" in said


def test_a_truncated_gzip_is_an_error_and_lands_nothing(shop: SmallProject, regulars: Said) -> None:
    whole = gzip.compress((HEADER + GOOD * 2000).encode())
    shop.change("path: sales.csv", "path: sales.csv.gz")
    shop.write({"sales.csv.gz": whole[: len(whole) // 2]})
    code, said = regulars(shop, "run")
    assert code == 1
    assert "sales.csv.gz" in said
    assert re.search("cut off|truncated|damaged|incomplete", said)


def test_a_file_in_another_encoding_says_what_to_state(shop: SmallProject, regulars: Said) -> None:
    shop.write({"sales.csv": (HEADER + GOOD + "3,Jürgen,2024-06-21,5\n").encode("latin-1")})
    code, said = regulars(shop, "run")
    assert code == 1
    assert "sales.csv" in said
    assert "encoding" in said


def test_a_wrong_column_is_named_with_its_line_and_the_nearest(
    shop: SmallProject, regulars: Said
) -> None:
    shop.change("amount: total", "amount: totla")
    code, said = regulars(shop, "run")
    assert code == 2
    assert "'totla'" in said
    assert "did you mean 'total'" in said
    assert "regulars.yaml, line 9" in said


def test_a_key_that_is_always_empty_leaves_nothing_and_says_so(
    shop: SmallProject, regulars: Said
) -> None:
    shop.write({"sales.csv": HEADER + ",anna,2024-06-20,10\n,bert,2024-06-21,20\n"})
    code, said = regulars(shop, "run")
    assert code == 1
    assert "none of the 2 rows of transactions can be used" in said
    assert "transaction_id is missing" in said
    assert shop.rows("select distinct disposition, reason from silver.rejected_rows") == [
        ("rejected", "transaction_id is missing")
    ]
    assert shop.column("select is_balanced from gold.row_reconciliation") == [True]


def test_dirty_rows_are_kept_aside_and_the_rest_goes_on(shop: SmallProject, regulars: Said) -> None:
    shop.write(
        {
            "sales.csv": HEADER + GOOD + "1,anna,2024-06-22,99\n"
            "4,anna,3000-01-01,1\n5,anna,2024-06-31,1\n6,anna,2024-06-21,\n,anna,2024-06-21,1\n"
        }
    )
    code, said = regulars(shop, "run", "--steps", "land,clean,check")
    assert code == 0, said
    assert "read 7 = kept 2 + rejected 4 + merged 1" in said
    found = shop.rows(
        "select row_number, disposition, reason from silver.rejected_rows order by row_number"
    )
    assert [row[1:] for row in found] == [
        ("merged", "the same key as a row that was kept"),
        ("rejected", "occurred_at is in the future"),
        ("rejected", "occurred_at cannot be read"),
        ("rejected", "amount is missing"),
        ("rejected", "transaction_id is missing"),
    ]


@pytest.mark.parametrize("verb", ["explain", "top --segment"])
def test_a_word_that_is_no_text_is_refused(shop: SmallProject, regulars: Said, verb: str) -> None:
    code, said = regulars(shop, *verb.split(), "caf\udce9")
    assert code == 1
    assert r"'caf\xe9' is not encoded as UTF-8" in said


def test_a_file_name_that_is_not_utf_8_is_named_by_init(shop: SmallProject, regulars: Said) -> None:
    with open(os.fsencode(shop.folder) + b"/caf\xe9.csv", "w") as file:  # noqa: PTH123
        file.write(HEADER + GOOD)
    code, said = regulars(shop, "init", "--force", str(shop.folder))
    assert code == 0, said
    assert r"caf\xe9.csv" in (shop.folder / "regulars.yaml").read_text("utf-8")


def test_a_step_that_does_not_exist_names_the_nearest(shop: SmallProject, regulars: Said) -> None:
    code, said = regulars(shop, "run", "--steps", "cleen")
    assert code == 2
    assert "did you mean 'clean'" in said


def test_a_day_that_is_none_is_refused(shop: SmallProject, regulars: Said) -> None:
    code, said = regulars(shop, "run", "--as-of", "2024-06-31")
    assert code == 2
    assert "is not a day" in said


def test_a_dry_run_says_what_would_run_and_makes_no_warehouse(
    shop: SmallProject, regulars: Said
) -> None:
    code, said = regulars(shop, "run", "--dry-run")
    assert code == 0
    assert "land run there is no warehouse yet" in said
    assert not (shop.project.state / "warehouse.duckdb").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_said(shop: SmallProject, regulars: Said) -> None:
    published = SmallRelease().write(shop.folder / ".regulars" / "releases" / RELEASE_ID)
    (published.parent / "CURRENT").write_text(RELEASE_ID)
    (shop.folder / "list.csv.new").symlink_to("/dev/full")
    code, said = regulars(shop, "campaign", "--export", str(shop.folder / "list.csv"))
    assert code == 1
    assert "No space left on device" in said
    assert "free space of its disk" in said


def test_a_filter_that_is_no_unicode_is_said(shop: SmallProject, regulars: Said) -> None:
    published = SmallRelease().write(shop.folder / ".regulars" / "releases" / RELEASE_ID)
    (published.parent / "CURRENT").write_text(RELEASE_ID)
    code, said = regulars(shop, "campaign", "--where", "city=\udcff")
    assert code == 1
    assert "no Unicode text" in said


def test_a_renamed_column_is_named_with_its_file_and_rejects_nothing(
    shop: SmallProject, regulars: Said
) -> None:
    shop.change("path: sales.csv", "path: sales*.csv")
    assert regulars(shop, "run", "--steps", "land,clean")[0] == 0
    shop.write({"sales_2.csv": "id,who,day,grand_total\n3,carla,2024-06-22,5\n"})
    code, said = regulars(shop, "run")
    assert code == 1
    assert "sales_2.csv" in said
    assert "no column 'total'" in said
    assert "new column 'grand_total'" in said
    assert shop.rows("select * from silver.rejected_rows") == []
    assert shop.column("select count(*) from gold.fct_transactions") == [2]
    assert "no column 'total'" in regulars(shop, "status")[1]


def test_a_company_of_no_rows_is_not_published(shop: SmallProject, regulars: Said) -> None:
    shop.write({"sales.csv": HEADER})
    code, said = regulars(shop, "run")
    assert code == 1
    assert "sales.csv: no row was delivered" in said
    assert "nothing has been published" in regulars(shop, "segments")[1]
