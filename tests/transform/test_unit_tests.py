"""The unit tests of the dbt project pass, in whatever project they are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from regulars.warehouse.dbt import transform_folder
from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: units
sources:
  people: {path: people.csv}
  sales: {path: sales.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who, joined_at: day, left_at: gone}
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
churn: {kind: silence, horizon: 30}
"""
FILES = {
    "regulars.yaml": SETTINGS,
    "people.csv": "who,day,gone\nanna,2024-01-01,\n",
    "sales.csv": "who,day,total\nanna,2024-06-21,10\n",
}


def unit_tests() -> list[str]:
    """Names of all unit tests that stand beside the models."""
    found: list[str] = []
    for path in sorted((transform_folder() / "models").rglob("*.yml")):
        text = path.read_text("utf-8")
        if "unit_tests:" in text:
            found += [one["name"] for one in yaml.safe_load(text)["unit_tests"]]
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    made = small_project(tmp_path_factory.mktemp("units"), FILES)
    made.run("land", "clean", "features", "segment")
    return made


def test_every_unit_test_passes(built: SmallProject) -> None:
    dbt = built.folder / ".regulars" / "dbt"
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "test",
            "--project-dir", str(transform_folder()), "--profiles-dir", str(dbt),
            "--vars", (dbt / "vars.yml").read_text("utf-8"),
            "--select", "test_type:unit",
        ],
        env={**os.environ, "DBT_TARGET_PATH": str(dbt / "target"), "DBT_LOG_PATH": str(dbt)},
        cwd=built.folder,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    passed = re.search(r"PASS=(\d+)", done.stdout)
    assert passed is not None
    assert int(passed[1]) == len(unit_tests()) > 0
