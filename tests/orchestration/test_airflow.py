"""An Airflow in an environment of its own runs the DAG twice; its tasks call the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from regulars.warehouse.ledger import Ledger
from tests.orchestration.conftest import Tools, deployed, tools
from tests.small_projects import SmallProject

DAG = "regulars-corner-shop_run"
TASKS = ("land", "transform", "train", "refresh")


@pytest.fixture
def airflow(scheduled_shop: SmallProject, tmp_path: Path) -> Tools:
    (dag,) = deployed(scheduled_shop, "airflow")
    airflow = tools(
        "airflow",
        AIRFLOW_HOME=str(tmp_path / "airflow"),
        AIRFLOW__CORE__DAGS_FOLDER=str(dag.parent),
        AIRFLOW__CORE__LOAD_EXAMPLES="false",
        AIRFLOW__CORE__UNIT_TEST_MODE="false",
    )
    airflow.call("airflow", "db", "migrate")
    return airflow


def test_the_dag_runs_twice_and_publishes_what_the_command_line_publishes(
    airflow: Tools, scheduled_shop: SmallProject, tmp_path: Path
) -> None:
    by_hand = scheduled_shop.copied(tmp_path / "by hand")
    ledger = Ledger(scheduled_shop.project.state)
    for day in ("2026-11-02", "2026-11-03"):
        said = airflow.call("airflow", "dags", "test", DAG, day)
        assert all(task in said for task in TASKS)
    runs = list(reversed(ledger.runs()))
    assert [run.status for run in runs] == ["done"] * 8  # a run for each task
    steps = [{step.status for step in ledger.steps(run.run_id)} for run in runs]
    assert all("skipped" not in statuses for statuses in steps[:4])
    assert steps[4:] == [{"skipped"}] * 4
    by_hand.run()
    same = subprocess.run(
        [sys.executable, "-m", "regulars", "parity", str(scheduled_shop.folder), str(by_hand.folder)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert same.returncode == 0, same.stdout + same.stderr
