"""Whole runs of a small shop: skipping, failing, going on."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regulars.core.errors import DataError, SettingsError, SourceError
from regulars.core.step_results import Reason
from regulars.flows.steps import NAMES
from regulars.release.release_store import Releases
from regulars.warehouse.ledger import Ledger
from tests.flows.conftest import SALES, SETTINGS
from tests.small_projects import NOON, SmallProject, small_project

LOADED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.flows.run import RunRequest, run
outcome = run(read_project(Path(sys.argv[1])), RunRequest(), progress=Silent(),
              clock=lambda: datetime(2024, 7, 2, tzinfo=UTC))  # soon after: still fresh
assert outcome.all_skipped, outcome
heavy = {"dbt", "duckdb", "sklearn", "xgboost", "scipy", "vl_convert", "pandas", "joblib",
         "numpy", "pyarrow"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    """A shop after its first whole run; tests that change it put it right again."""
    files = {"regulars.yaml": SETTINGS.split("churn:")[0], "sales.csv": SALES}
    made = small_project(tmp_path_factory.mktemp("done"), files)
    made.run()
    return made


def outcomes(made: SmallProject, *steps: str, **request: object) -> dict[str, str]:
    """Steps and how they ended; every run has a moment of its own."""
    runs = len(Ledger(made.project.state).runs(limit=1000))
    at = NOON + timedelta(minutes=runs)
    outcome = made.run(*steps, at=at, **request)  # type: ignore[arg-type]
    return {step.name: step.status for step in outcome.steps}


def test_a_rerun_skips_every_step_and_says_so(done: SmallProject) -> None:
    assert outcomes(done) == dict.fromkeys(NAMES, "skipped")
    last = Ledger(done.project.state).runs(limit=1)[0]
    steps = Ledger(done.project.state).steps(last.run_id)
    assert {step.result and step.result.reason for step in steps} == {Reason.UNCHANGED}


def test_a_rerun_loads_no_dbt_no_database_and_no_estimator(done: SmallProject) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, done.folder], capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"


def test_only_the_steps_asked_for_run(done: SmallProject) -> None:
    assert outcomes(done, "segment", "check", force=True) == {"check": "done", "segment": "done"}
    assert outcomes(done)["score"] == "done"


def test_another_as_of_date_looks_back_from_there(done: SmallProject) -> None:
    assert outcomes(done, as_of=date(2024, 6, 21))["clean"] == "skipped"
    assert Releases(done.project.state).current().as_of == "2024-06-21"
    assert done.rows(
        "select customer_id, cast(monetary as integer) from gold.fct_customer_rfm"
    ) == [("anna", 30)]
    assert released_amounts(done) == [10, 20]
    assert outcomes(done)["features"] == "done"
    assert Releases(done.project.state).current().as_of == "2024-06-22"
    assert released_amounts(done) == [10, 20, 5]


def released_amounts(done: SmallProject) -> list[int]:
    """Amounts of the transactions in the current release, in its order: by customer, then time."""
    releases = Releases(done.project.state)
    file = releases.path(releases.current().release_id) / "fct_transactions.parquet"
    return [int(amount) for amount in pq.read_table(file)["amount"].to_pylist()]


def test_a_release_may_hold_the_latest_events_only(done: SmallProject) -> None:
    outcomes(done)
    done.change("version: 1\n", "version: 1\nrelease: {event_days: 1}\n")
    assert outcomes(done)["stage"] == "done"
    assert released_amounts(done) == [5]
    done.change("release: {event_days: 1}\n", "")
    outcomes(done)
    assert released_amounts(done) == [10, 20, 5]


def test_an_as_of_date_before_all_data_is_refused(done: SmallProject) -> None:
    with pytest.raises(DataError, match="not after the first event"):
        outcomes(done, as_of=date(2024, 5, 1))
    assert outcomes(done)["publish"] in ("done", "skipped")


def test_clean_alone_keeps_the_as_of_date_that_later_steps_read(done: SmallProject) -> None:
    outcomes(done, "clean", force=True)
    assert done.column("select cast(as_of as date) from ops.run_context") == [date(2024, 6, 22)]
    assert outcomes(done)["features"] == "done"


def test_a_failed_step_stops_the_run_and_the_next_one_goes_on_from_it(
    shop_without_churn: SmallProject,
) -> None:
    shop_without_churn.change("sales*.csv", "missing.csv")
    with pytest.raises(SourceError):
        outcomes(shop_without_churn)
    last = Ledger(shop_without_churn.project.state).runs(limit=1)[0]
    assert last.status == "failed"
    assert "missing.csv" in str(last.error)
    shop_without_churn.change("missing.csv", "sales*.csv")
    assert set(outcomes(shop_without_churn).values()) == {"done"}


def test_too_few_customers_to_learn_from_are_segmented_and_published_all_the_same(
    shop: SmallProject,
) -> None:
    assert set(outcomes(shop).values()) == {"done"}
    last = Ledger(shop.project.state).last_result("train")
    assert last is not None
    assert last.result is not None
    assert last.result.reason is Reason.NOT_ENOUGH_DATA
    assert shop.column("select distinct risk_category from serving.customer_scored") == [
        "Not Scored"
    ]


def test_a_wrong_column_is_named_with_the_nearest(shop: SmallProject) -> None:
    shop.change("amount: total", "amount: totals")
    with pytest.raises(SettingsError, match="did you mean 'total'"):
        outcomes(shop)


def test_a_release_holds_every_table_and_the_pointer_names_it(done: SmallProject) -> None:
    releases = Releases(done.project.state)
    current = releases.current()
    files = {path.stem for path in Path(releases.path(current.release_id)).glob("*.parquet")}
    assert set(current.tables) <= files
    assert current.tables["customer_360_profile"] == 2


def test_old_releases_go_and_the_newest_five_stay(done: SmallProject) -> None:
    for _ in range(6):
        outcomes(done, "stage", "report", "publish", force=True)
    assert len(Releases(done.project.state).sealed()) == 5
