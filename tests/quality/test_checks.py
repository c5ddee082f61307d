"""Every kind of check finds the fault that was put there, and says so by name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from regulars.core.errors import DataError, TransformError
from regulars.core.progress import Silent
from regulars.core.settings import CheckSettings
from regulars.flows.checking import check_history, failing_rows, run_checks
from regulars.flows.run import RunRequest, run
from regulars.ingest.quality.findings import Finding, summarise, with_settings
from regulars.warehouse.opening import open_warehouse
from tests.quality.conftest import FILES
from tests.small_projects import NOON, SmallProject, small_project


def found(made: SmallProject, name: str) -> dict[str, Any]:
    (row,) = made.records(f"select * from ops.checks where name = '{name}'")
    return row


@pytest.mark.parametrize(
    ("name", "severity", "failures"),
    [
        ("customers.duplicate_keys", "error", 1),
        ("transactions.duplicate_keys", "error", 1),
        ("transactions.orphans", "warning", 2),
        ("transactions.future_dates", "warning", 1),
        ("transactions.rejected", "warning", 3),
        ("transactions.sales_without_money", "warning", 1),
        ("customers.bought_before_joined", "warning", 1),
        ("customers.age.type", "warning", 1),
        ("customers.plan.missing", "warning", 2),
        ("labels.churn_rate", "warning", None),
    ],
)
def test_a_fault_is_found_with_its_severity_and_rows(
    faults: SmallProject, name: str, severity: str, failures: int | None
) -> None:
    row = found(faults, name)
    assert (row["passed"], row["severity"], row["failures"]) == (False, severity, failures)
    assert row["message"]
    assert json.loads(row["details"]) is not None


@pytest.mark.parametrize(
    "name",
    [
        "customers.empty",
        "customers.small",
        "transactions.accounted",
        "transactions.first_after_last",
        "labels.orphans",
        "sales.freshness",
        "transactions.amount.largest",
    ],
)
def test_what_is_right_passes(faults: SmallProject, name: str) -> None:
    assert found(faults, name)["passed"]


def test_the_kinds_of_checks_are_all_there(faults: SmallProject) -> None:
    kinds = set(faults.column("select kind from ops.checks"))
    assert kinds == {
        "accounted", "business", "churn_rate", "duplicates", "freshness", "missing", "orphans",
        "plausibility", "rejected", "relations", "size", "statistics", "test", "types",
    }  # fmt: skip


def test_a_duplicate_key_makes_the_data_invalid(faults: SmallProject) -> None:
    (summary,) = faults.records("select * from ops.check_summary")
    assert not summary["is_valid"]
    assert summary["total_checks"] == summary["passed"] + summary["failed"]
    assert summary["failed"] == summary["errors"] + summary["warnings"] + summary["info"]
    assert summary["pass_rate"] == summary["passed"] / summary["total_checks"]


def test_failing_rows_of_a_check_can_be_looked_at(faults: SmallProject) -> None:
    orphans = failing_rows(faults.project, "transactions.orphans", limit=9, clock=lambda: NOON)
    assert sorted(row["transaction_id"] for row in orphans) == ["5", "6"]
    (future,) = failing_rows(
        faults.project, "transactions.future_dates", limit=9, clock=lambda: NOON
    )
    assert future["reason"] == "occurred_at is in the future"
    assert failing_rows(faults.project, "customers.small", limit=9, clock=lambda: NOON) == []
    with pytest.raises(DataError, match=r"did you mean 'transactions\.orphans'"):
        failing_rows(faults.project, "transactions.orphan", limit=9, clock=lambda: NOON)


def test_rows_are_counted_layer_by_layer(faults: SmallProject) -> None:
    counts = "select layer, rows, duplicate_keys, null_keys from ops.layer_counts"
    rows = faults.rows(f"{counts} where entity = 'transactions' order by layer")
    assert rows == [("bronze", 10, 1, 1), ("gold", 6, 0, 0), ("silver", 7, 1, 0)]


def test_recent_failures_and_latest_runs_are_views(faults: SmallProject) -> None:
    assert "transactions.orphans" in faults.column("select name from ops.recent_quality_failures")
    assert faults.column("select status from ops.latest_runs") == ["running"]
    assert faults.column("select step from ops.run_steps") == ["land", "clean", "check"]


def test_a_load_is_verified_by_named_checks(faults: SmallProject) -> None:
    findings = run_checks(faults.project, clock=lambda: NOON, verify=True)
    outcome = {one.name.removeprefix("verify."): one.passed for one in findings}
    assert outcome == {
        "customers.rows_landed": True,
        "customers.rows_expected": False,
        "customers.lines_whole": True,
        "customers.keys_present": True,
        "customers.keys_unique": False,
        "customers.joined_at_present": True,
        "customers.joined_at_not_future": True,
        "customers.left_after_joined": True,
        "customers.values_read": False,
        "customers.all_accounted": True,
        "transactions.rows_landed": True,
        "transactions.rows_expected": True,
        "transactions.lines_whole": True,
        "transactions.keys_present": False,
        "transactions.keys_unique": False,
        "transactions.customers_present": True,
        "transactions.customers_known": False,
        "transactions.dates_read": False,
        "transactions.no_future_dates": False,
        "transactions.date_span": True,
        "transactions.amounts": True,
        "transactions.status": True,
    }


def test_a_strict_run_stops_and_names_the_check(tmp_path: Path) -> None:
    made = small_project(tmp_path, FILES)
    request = RunRequest(only=["land", "clean", "check"], strict=True)
    with pytest.raises(DataError, match=r"the check customers\.\w+ failed"):
        run(made.project, request, progress=Silent(), clock=lambda: NOON)
    assert made.column("select status from ops.checks where name = 'customers.duplicate_keys'") == [
        "fail"
    ]


def test_what_a_relaxed_run_let_pass_stops_a_strict_one(tmp_path: Path) -> None:
    made = small_project(tmp_path, FILES)
    steps = ["land", "clean", "check"]
    made.run(*steps)
    assert made.run(*steps).all_skipped
    with pytest.raises(DataError, match="the check customers"):
        run(
            made.project,
            RunRequest(only=steps, strict=True),
            progress=Silent(),
            clock=lambda: NOON + timedelta(hours=1),
        )


def test_two_runs_are_two_lines_and_old_deliveries_are_told(tmp_path: Path) -> None:
    made = small_project(tmp_path, FILES)
    made.run("land", "clean", "check")
    later = NOON + timedelta(days=7)
    assert made.run("land", "clean", "check", at=later).all_skipped
    late = NOON + timedelta(days=7, hours=1)
    assert not made.run("land", "clean", "check", at=late).all_skipped
    assert found(made, "sales.freshness")["status"] == "warn"
    made.write({"sales2.csv": "id,who,at,total,status\n9,anna,2024-06-21,3,sale\n"})
    made.change("path: sales.csv", 'path: "sales*.csv"')
    made.run("land", "clean", "check", at=late + timedelta(hours=1))
    lines = check_history(made.project, clock=lambda: NOON)
    assert [line["checked_at"].day for line in lines["checks"]] == [1, 8, 8]
    sales = [line["rows"] for line in lines["tables"] if line["entity"] == "transactions"]
    assert sales == [6, 6, 7]


def finding(severity: str, *, passed: bool) -> Finding:
    return Finding("shop.open", "hours", severity, passed, "said")


@pytest.mark.parametrize(
    ("severity", "is_valid"), [("error", False), ("warning", True), ("info", True)]
)
def test_only_errors_make_data_invalid(severity: str, is_valid: bool) -> None:
    summary = summarise([finding(severity, passed=False), finding("error", passed=True)])
    assert (summary.is_valid, summary.pass_rate) == (is_valid, 0.5)


def test_a_severity_is_set_by_name_before_kind_and_off_leaves_a_check_out() -> None:
    one = finding("warning", passed=False)
    by_kind = CheckSettings(severity={"hours": "info"})
    by_name = CheckSettings(severity={"hours": "info", "shop.open": "error"})
    off = CheckSettings.model_validate({"severity": {"hours": False}})  # as YAML reads off
    assert [f.severity for f in with_settings([one], by_kind)] == ["info"]
    assert [f.severity for f in with_settings([one], by_name)] == ["error"]
    assert with_settings([one], off) == []


@pytest.mark.parametrize(
    ("tampering", "test"),
    [
        (
            "insert into silver.int_transactions_resolved "
            "select * from silver.int_transactions_resolved where transaction_id = '1'",
            "transactions_keys_are_unique",
        ),
        (
            "update silver.int_transactions_resolved set occurred_at = null "
            "where transaction_id = '1'",
            "transactions_hold",
        ),
    ],
)
def test_a_table_that_breaks_its_own_rules_stops_every_run(
    tmp_path: Path, tampering: str, test: str
) -> None:
    made = small_project(tmp_path, FILES)
    made.run("land", "clean")
    warehouse = open_warehouse(made.project)
    warehouse.execute(tampering)
    warehouse.close()
    with pytest.raises(TransformError, match="checks failed"):
        made.run("check")
    assert found(made, test)["failures"] == 1
    (row,) = failing_rows(made.project, test, limit=5, clock=lambda: NOON)
    assert row["transaction_id"] == "1"
