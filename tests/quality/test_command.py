"""`regulars check` on the terminal: named lines, rows, history, and the exit code."""

from __future__ import annotations

import json
import re

import pytest

from regulars.cli.app import main
from tests.small_projects import SmallProject

Output = pytest.CaptureFixture[str]


def said(faults: SmallProject, capsys: Output, *words: str) -> tuple[int, str]:
    """Exit code and standard output of a command."""
    with pytest.raises(SystemExit) as stopped:
        main(["--project", str(faults.folder), *words])
    return int(stopped.value.code or 0), capsys.readouterr().out


def test_loads_are_verified_line_by_line(faults: SmallProject, capsys: Output) -> None:
    code, text = said(faults, capsys, "check", "--verify", "--all")
    lines = text.splitlines()
    assert code == 1
    names = [line.split()[1] for line in lines]
    assert sum(name.startswith("verify.customers.") for name in names) == 10
    assert sum(name.startswith("verify.transactions.") for name in names) == 12
    assert "fail  verify.transactions.no_future_dates  rows dated in the future: 1" in lines


def test_failures_come_first_then_warnings_then_a_count_and_what_to_do(
    faults: SmallProject, capsys: Output
) -> None:
    code, text = said(faults, capsys, "check")
    *lines, summary, show, then = text.splitlines()
    marks = [line.split()[0] for line in lines]
    order = ["fail", "warn", "info"]
    assert code == 1
    assert marks == sorted(marks, key=order.index)
    assert set(marks) >= {"fail", "warn"}
    assert re.fullmatch(r"\d+ of \d+ checks passed \(.*errors?, .*\)", summary)
    assert show.startswith("Next: `regulars check --show ")
    assert "checks: severity:" in then
    assert said(faults, capsys, "check", "--show", show.split("`")[1].split()[-1])[0] == 0
    _, text = said(faults, capsys, "check", "--json")
    statuses = [check["status"] for check in json.loads(text)["checks"]]
    assert statuses == sorted(statuses, key=[*order, "pass"].index)


def test_rows_behind_a_check_are_shown(faults: SmallProject, capsys: Output) -> None:
    code, text = said(faults, capsys, "check", "--show", "transactions.orphans", "--limit", "1")
    assert code == 0
    assert "customer_id=ghost" in text


def test_tables_of_steps_that_never_ran_are_not_tested(
    faults: SmallProject, capsys: Output
) -> None:
    _, text = said(faults, capsys, "--json", "check")
    names = {one["name"] for one in json.loads(text)["checks"]}
    assert "transactions_keys_are_unique" in names
    assert not any("customer_features" in name for name in names)


def test_history_has_a_line_for_every_run(faults: SmallProject, capsys: Output) -> None:
    code, text = said(faults, capsys, "check", "--history")
    assert code == 0
    assert "2024-07-01 12:00:00" in text
    assert "transactions  6 rows, 0 nulls, 3 rejected, 1 merged" in text


def test_checks_are_told_as_json_too(faults: SmallProject, capsys: Output) -> None:
    code, text = said(faults, capsys, "--json", "check", "--verify")
    found = json.loads(text)
    assert code == 1
    assert found["summary"]["total_checks"] == len(found["checks"]) == 22
    assert set(found["checks"][0]) == {
        "name", "kind", "severity", "status", "passed", "message", "table", "failures", "details",
    }  # fmt: skip
