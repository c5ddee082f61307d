"""Sources that must be asked: every run asks, and where nothing is new the rest is skipped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from regulars.flows.run import RunRequest, plan
from regulars.flows.session import view
from regulars.flows.staleness import Staleness
from regulars.flows.steps import NAMES
from regulars.warehouse.ledger import Ledger
from tests.small_projects import NOON, SmallProject

REST = [name for name in NAMES if name != "land"]


@pytest.fixture
def till(shop_without_churn: SmallProject) -> SmallProject:
    """A shop whose sales stand in a SQLite file."""
    shop = shop_without_churn
    sell(
        shop,
        "create table sales (id, who, day, total)",
        "insert into sales values (1, 'anna', '2024-05-01', 10), (2, 'anna', '2024-06-20', 20)",
    )
    shop.change(
        '{path: "sales*.csv"}', '{url: "sqlite:///till.db", table: sales, since_column: id}'
    )
    return shop


def sell(shop: SmallProject, *statements: str) -> None:
    with closing(sqlite3.connect(shop.folder / "till.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def outcomes(made: SmallProject, *steps: str, **request: Any) -> dict[str, str]:
    """Steps and how they ended; every run has a moment of its own."""
    runs = len(Ledger(made.project.state).runs(limit=1000))
    outcome = made.run(*steps, at=NOON + timedelta(minutes=runs), **request)
    return {step.name: step.status for step in outcome.steps}


def test_a_run_asks_and_skips_the_rest_where_nothing_is_new(till: SmallProject) -> None:
    assert set(outcomes(till).values()) == {"done"}
    with view(till.project, lambda: NOON) as context:
        planned = {item.step: item for item in plan(RunRequest(), context=context)}
    land, clean = planned["land"], planned["clean"]
    assert (land.reason, land.subject, land.is_stale) == (Staleness.ALWAYS_RUNS, "sales", True)
    assert (clean.reason, clean.subject) == (Staleness.NEED_MAY_CHANGE, "land")
    assert (clean.is_stale, clean.is_open) == (False, True)
    assert outcomes(till) == {"land": "done"} | dict.fromkeys(REST, "skipped")
    sell(till, "insert into sales values (3, 'bert', '2024-06-21', 5)")
    assert set(outcomes(till).values()) == {"done"}
    assert till.column("select customer_id from gold.fct_customer_rfm order by 1") == [
        "anna",
        "bert",
    ]


def test_what_landed_alone_is_taken_in_by_the_next_run(till: SmallProject) -> None:
    outcomes(till)
    sell(till, "insert into sales values (3, 'bert', '2024-06-21', 5)")
    assert outcomes(till, "land") == {"land": "done"}
    assert set(outcomes(till).values()) == {"done"}
    assert outcomes(till)["clean"] == "skipped"


def test_a_file_that_was_only_touched_leaves_the_rest_alone(
    shop_without_churn: SmallProject,
) -> None:
    outcomes(shop_without_churn)
    sales = shop_without_churn.folder / "sales.csv"
    sales.touch()
    assert outcomes(shop_without_churn) == {"land": "done"} | dict.fromkeys(REST, "skipped")


def test_everything_is_made_again_in_a_new_warehouse(till: SmallProject) -> None:
    outcomes(till)
    (till.folder / ".regulars/warehouse.duckdb").unlink()
    assert set(outcomes(till).values()) == {"done"}
