"""What a release says of its data: the cleaning report, the column profile, names that are known."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from regulars.release.release_store import Releases
from tests.quality.conftest import FILES, SETTINGS
from tests.small_projects import SmallProject, small_project

KEYS = [
    "total_records_before", "total_records_after", "duplicates_removed", "missing_values_handled",
    "outliers_handled", "data_types_fixed", "validation_errors", "cleaning_time",
]  # fmt: skip


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> SmallProject:
    settings = SETTINGS.replace("churn: {kind: labelled}\n", "").replace(
        "    attributes:", "    caps: {age: {max: 35}}\n    attributes:"
    )
    made = small_project(tmp_path_factory.mktemp("release"), {**FILES, "regulars.yaml": settings})
    made.run()
    return made


def folder(made: SmallProject) -> Path:
    releases = Releases(made.project.state)
    return releases.path(releases.current().release_id)


@pytest.fixture(scope="module")
def report(released: SmallProject) -> dict[str, dict[str, Any]]:
    text = (folder(released) / "cleaning_report.json").read_text("utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


def test_every_table_has_the_eight_facts(report: dict[str, dict[str, Any]]) -> None:
    assert {name: list(facts) for name, facts in report.items()} == dict.fromkeys(
        ["customers", "transactions", "labels"], KEYS
    )


def test_the_facts_are_those_of_the_tables(report: dict[str, dict[str, Any]]) -> None:
    customers, sales = report["customers"], report["transactions"]
    assert customers["total_records_before"] == 5
    assert customers["total_records_after"] == 4
    assert customers["duplicates_removed"] == 1
    assert customers["missing_values_handled"] == {"age": 1, "plan": 2}
    assert customers["outliers_handled"] == {"age": 1}
    assert customers["data_types_fixed"] == [
        "joined_at: VARCHAR to timestamp",
        "age: VARCHAR to number",
    ]
    assert customers["validation_errors"] == ["age: 1 value unreadable"]
    assert customers["cleaning_time"] > 0
    assert sorted(sales["validation_errors"]) == [
        "occurred_at cannot be read: 1 row rejected",
        "occurred_at is in the future: 1 row rejected",
        "transaction_id is missing: 1 row rejected",
    ]


def test_the_report_can_be_read_as_text(released: SmallProject) -> None:
    text = (folder(released) / "cleaning_report.txt").read_text("utf-8")
    assert "Cleaning report of faults" in text
    assert "  total records before: 5\n" in text


def test_the_profile_has_a_row_for_every_mapped_column(released: SmallProject) -> None:
    with (folder(released) / "column_profile.csv").open(encoding="utf-8") as file:
        rows = {(row["entity"], row["column_name"]): row for row in csv.DictReader(file)}
    assert len(rows) == 4 + 5 + 2
    age = rows["customers", "age"]
    assert (age["delivered_as"], age["type"]) == ("VARCHAR", "number")
    assert (age["rows"], age["missing"], age["unreadable"], age["capped"]) == ("5", "1", "1", "1")
    assert (age["least"], age["most"], age["distinct_values"]) == ("30.0000", "35.0000", "3")
    assert (float(age["mean"]), float(age["median"])) == (32, 31)


def test_older_validation_queries_run_as_written(released: SmallProject) -> None:
    assert released.rows("select count(*) from raw_transactions") == [(6,)]
    (means,) = released.rows(
        "select avg(recency), avg(frequency), avg(monetary) from fct_customer_rfm"
    )
    assert all(mean is not None for mean in means)
    per_cluster = released.rows(
        "select s.cluster_id, count(*), avg(r.monetary) from customer_segments s "
        "join fct_customer_rfm r on s.customer_id = r.customer_id "
        "group by s.cluster_id order by s.cluster_id"
    )
    assert sum(row[1] for row in per_cluster) == 4
    assert [row[0] for row in per_cluster] == list(range(1, len(per_cluster) + 1))
    columns = released.records("select * from raw_transactions limit 1")[0]
    assert list(columns) == [
        "transaction_id", "customer_id", "transaction_date", "amount", "ingestion_ts",
    ]  # fmt: skip


def test_the_history_of_checks_travels_with_the_release(released: SmallProject) -> None:
    names = {path.stem for path in folder(released).glob("*.parquet")}
    assert {"check_summary", "table_history", "layer_counts", "checks"} <= names
