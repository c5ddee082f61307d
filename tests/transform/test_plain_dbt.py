"""The transformation is an ordinary dbt project: what docs/dbt.md says works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from regulars.warehouse.dbt import transform_folder
from tests.small_projects import SmallProject

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


def test_dbt_builds_the_project_with_the_files_that_a_run_wrote(tmp_path: Path) -> None:
    shop = SmallProject(tmp_path)
    shop.write({"regulars.yaml": PROJECT, "sales.csv": "customer,day,amount\nanna,2024-06-22,10\n"})
    shop.run()
    dbt = tmp_path / ".regulars" / "dbt"
    before = sorted(path for path in transform_folder().rglob("*"))
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "build",
            "--project-dir", str(transform_folder()), "--profiles-dir", str(dbt),
            "--vars", (dbt / "vars.yml").read_text("utf-8"),
            "--exclude-resource-type", "unit_test",
        ],
        env={**os.environ, "DBT_TARGET_PATH": str(dbt / "target"), "DBT_LOG_PATH": str(dbt)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "ERROR=0" in done.stdout
    assert shop.column("select amount from gold.fct_customer_periods") == [10]
    assert sorted(path for path in transform_folder().rglob("*")) == before
