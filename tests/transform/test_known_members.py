"""Memberships and labels that became known late: what a run may know, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_projects import SmallProject, small_project

# One closed cutoff, 2024-05-23, with an outcome window up to the as-of date, 2024-06-22.
CONTRACTUAL = """
version: 1
project: club
as_of: 2024-06-22
sources:
  members: {path: members.csv}
  sales: {path: sales.csv}
entities:
  customers:
    source: members
    columns: {customer_id: who, joined_at: joined, left_at: gone, changed_at: changed, known_at: known}
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
features: {windows: [30]}
churn: {kind: contractual, horizon: 30, max_cutoffs: 1}
"""
MEMBERS = """who,joined,gone,changed,known
stays,2023-01-01,,2023-01-01,2023-01-01
leaver,2023-01-01,,2023-01-01,2023-01-01
leaver,2023-01-01,2024-06-01,2024-06-01,2024-06-21 23:59:59
told-late,2023-01-01,,2023-01-01,2023-01-01
told-late,2023-01-01,2024-06-01,2024-06-01,2024-06-22 00:00:00
joined-in-time,2024-05-01,,2024-05-01,2024-05-22 23:59:59
joined-unknown,2024-05-01,,2024-05-01,2024-05-23 00:00:00
gone-but-unknown,2023-01-01,,2023-01-01,2023-01-01
gone-but-unknown,2023-01-01,2024-05-01,2024-05-01,2024-05-23 00:00:00
gone-and-known,2023-01-01,,2023-01-01,2023-01-01
gone-and-known,2023-01-01,2024-05-01,2024-05-01,2024-05-22 23:59:59
"""
SALES = "who,day,total\nstays,2024-01-02,5\nstays,2024-06-21,5\n"
LABELLED = """
version: 1
project: snapshot
as_of: 2024-06-22
sources:
  people: {path: people.csv}
  labels: {path: labels.csv}
entities:
  customers: {source: people, columns: {customer_id: who}, attributes: {age: {column: age, type: number}}}
  labels: {source: labels, columns: {customer_id: who, churned: gone, observed_at: seen}}
churn: {kind: labelled}
"""
LABELS = """who,gone,seen
early,no,2024-06-01
early,yes,2024-06-21
late,no,2024-06-21
late,yes,2024-06-22
"""


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool | None]:
    files = {"regulars.yaml": CONTRACTUAL, "members.csv": MEMBERS, "sales.csv": SALES}
    made: SmallProject = small_project(tmp_path_factory.mktemp("club"), files)
    made.run("land", "clean", "features")
    sql = "select customer_id, churned from gold.churn_labels where as_of = date '2024-05-23'"
    return dict(made.rows(sql))


def test_who_left_is_what_was_known_before_the_as_of_date_of_the_run(
    labels: dict[str, bool | None],
) -> None:
    assert labels["stays"] is False
    assert labels["leaver"] is True
    assert labels["told-late"] is False


def test_members_are_those_known_before_the_cutoff(labels: dict[str, bool | None]) -> None:
    assert "joined-in-time" in labels
    assert "joined-unknown" not in labels
    assert "gone-and-known" not in labels


def test_who_had_left_before_the_cutoff_unknown_to_all_is_no_outcome(
    labels: dict[str, bool | None],
) -> None:
    assert labels["gone-but-unknown"] is None


def test_a_delivered_label_is_the_outcome_itself_however_late_it_was_observed(
    tmp_path: Path,
) -> None:
    files = {"regulars.yaml": LABELLED, "labels.csv": LABELS,
             "people.csv": "who,age\nearly,31\nlate,32\n"}  # fmt: skip
    made = small_project(tmp_path, files)
    made.run("land", "clean", "features")
    assert dict(made.rows("select customer_id, churned from gold.churn_labels")) == {
        "early": True, "late": True,
    }  # fmt: skip
