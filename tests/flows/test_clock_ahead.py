"""A clock that was a year ahead for one night: readers see the release of the newest run."""

from __future__ import annotations

import json
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

pytest.importorskip("fastapi", reason="needs the extra 'api'")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its HTTP client has a successor, which nobody has yet
    from starlette.testclient import TestClient

from regulars.cli.app import app
from regulars.serve.api.app import Options, create_app
from regulars.serve.api.keys import Keys
from tests.small_projects import NOON, SmallProject, small_project

PROJECT = """
version: 1
project: corner shop
sources: {sales: {path: "sales*.csv"}}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: paid}
"""
HEADER = "who,day,paid\n"
NIGHTS = [NOON, NOON + timedelta(days=366), NOON + timedelta(days=1)]


def sales(who: str) -> str:
    return HEADER + "".join(f"{who},2024-0{month}-03,10\n" for month in range(1, 7))


def customers_by_command(shop: SmallProject) -> int:
    answer = CliRunner().invoke(app, ["-p", str(shop.folder), "segments", "--json"])
    assert answer.exit_code == 0, answer.output
    return sum(segment["customers"] for segment in json.loads(answer.stdout))


def customers_by_api(shop: SmallProject) -> int:
    _, text = Keys(shop.project.state).create("test", scopes=["read"], at=NOON.isoformat())
    web = create_app(shop.project, now=NOON.isoformat, options=Options(rate=0))
    client = TestClient(web, base_url="http://localhost", client=("127.0.0.1", 50_000))
    client.headers["Authorization"] = f"Bearer {text}"
    segments: list[dict[str, Any]] = client.get("/api/segments").json()
    return sum(segment["customers"] for segment in segments)


@pytest.mark.slow
def test_readers_see_the_newest_run_though_an_earlier_one_dates_from_the_future(
    tmp_path: Path,
) -> None:
    shop = small_project(tmp_path, {"regulars.yaml": PROJECT})
    for number, night in enumerate(NIGHTS, start=1):
        shop.write({f"sales_{number}.csv": sales(f"customer {number}")})
        outcome = shop.run(at=night)
        assert {step.status for step in outcome.steps} <= {"done", "skipped"}
        assert customers_by_command(shop) == number
        assert customers_by_api(shop) == number
