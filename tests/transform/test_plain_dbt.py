"""dbt on a project: by `regulars dbt`, by dbt itself, and nothing written into the package."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from regulars.warehouse.dbt_folder import package_folder
from tests.small_projects import SmallProject, small_project

PROJECT = """
version: 1
project: plain
sources:
  sales: {path: sales.csv}
entities:
  transactions:
    source: sales
    columns: {customer_id: customer, occurred_at: day, amount: amount}
"""
SALES = "customer,day,amount\nanna,2024-06-22,10\n"


def program(name: str, *arguments: str, at: Path, environment: Mapping[str, str] = {}) -> str:
    """What a program of this environment prints; it must succeed."""
    done = run_program(name, *arguments, at=at, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_program(
    name: str, *arguments: str, at: Path, environment: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    path = Path(sys.executable).with_name(name)
    command = [sys.executable, "-m", "regulars"] if name == "regulars" else [str(path)]
    return subprocess.run(
        [*command, *arguments],
        env={**os.environ, **environment},
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
    )


def package_files() -> dict[Path, float]:
    """Every file and folder of the installed package, and when it was changed."""
    return {path: path.stat().st_mtime for path in package_folder().rglob("*")}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(
        tmp_path_factory.mktemp("plain"), {"regulars.yaml": PROJECT, "sales.csv": SALES}
    )
    made.run()
    return made


def test_dbt_itself_builds_the_folder_that_a_run_wrote(shop: SmallProject) -> None:
    before = package_files()
    folder = shop.folder / ".regulars" / "dbt"
    said = program(
        "dbt", "build", "--exclude-resource-type", "unit_test",
        at=folder, environment={"DBT_PROFILES_DIR": ".", "DBT_TARGET_PATH": "elsewhere"},
    )  # fmt: skip
    assert "ERROR=0" in said
    assert shop.column("select amount from gold.fct_customer_periods") == [10]
    assert (folder / "elsewhere").is_dir()
    assert package_files() == before


def test_the_documentation_of_all_models_is_written_into_the_project(shop: SmallProject) -> None:
    before = package_files()
    program("regulars", "dbt", "docs", "generate", at=shop.folder,
            environment={"DBT_TARGET_PATH": "src", "DBT_LOG_PATH": "src"})  # fmt: skip
    target = shop.folder / ".regulars" / "dbt" / "target"
    assert {"catalog.json", "index.html", "manifest.json"} <= {one.name for one in target.iterdir()}
    assert "fct_customer_rfm" in (target / "catalog.json").read_text("utf-8")
    assert package_files() == before
    assert not (shop.folder / "src").exists()


def test_further_options_are_those_of_dbt(shop: SmallProject) -> None:
    said = program(
        "regulars", "dbt", "ls", "--select", "stg_transactions+1", "--output", "name", "-q",
        "--resource-type", "model", at=shop.folder,
    )  # fmt: skip
    assert {"int_transactions_resolved", "rejected_rows", "row_reconciliation"} < set(said.split())


def test_a_failing_command_of_dbt_fails(shop: SmallProject) -> None:
    done = run_program(
        "regulars", "dbt", "run", "--select", "churn_labels", "--bogus", at=shop.folder
    )
    assert done.returncode != 0
    assert "--bogus" in done.stdout + done.stderr


def test_without_rows_there_is_nothing_to_write_models_for(tmp_path: Path) -> None:
    small_project(tmp_path, {"regulars.yaml": PROJECT, "sales.csv": SALES})
    done = run_program("regulars", "dbt", "build", at=tmp_path)
    assert done.returncode != 0
    assert "landed" in done.stderr
    assert "regulars run" in done.stderr


def test_a_run_that_changes_nothing_rewrites_no_model(shop: SmallProject) -> None:
    folder = shop.folder / ".regulars" / "dbt"

    def written() -> dict[Path, int]:
        files = [*(folder / "models").rglob("*"), *(folder / "packages").rglob("*")]
        return {path: path.stat().st_mtime_ns for path in files + list(folder.glob("*.yml"))}

    before = written()
    shop.run("clean", force=True)
    assert written() == before
    assert len(before) > 100
