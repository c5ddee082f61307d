"""Decline: silence, or spend below a share of the customer's own baseline, with the reason."""

from __future__ import annotations

import pytest

from tests.small_projects import SmallProject, small_project

# One closed cutoff, 2024-05-23. Who bought for 200 sixty days before it has a baseline of 100 in
# thirty days; 30 % of that is 30.
SETTINGS = """
version: 1
project: corner shop
as_of: 2024-06-22
sources:
  sales: {path: sales.csv}
entities:
  transactions:
    source: sales
    columns: {transaction_id: id, customer_id: who, occurred_at: day, amount: total, known_at: known}
features: {windows: [30]}
churn: {kind: decline, horizon: 30, activity_window: 90, max_cutoffs: 1}
"""
SALES = """id,who,day,total,known
1,gone,2024-03-24,200,
2,below,2024-03-24,200,
3,below,2024-05-23,29.99,
4,border,2024-03-24,200,
5,border,2024-06-21,30,
6,too-late,2024-03-24,200,
7,too-late,2024-06-22,900,
8,old-enough,2024-04-23,50,
9,too-new,2024-04-24,50,
10,bought-long-ago,2024-02-22,50,
11,last-day,2024-02-23,50,
12,return-known,2024-03-24,200,
13,return-known,2024-06-01,90,2024-06-21 23:59:59
14,return-unknown,2024-03-24,200,
15,return-unknown,2024-06-01,90,2024-06-22 00:00:00
16,half-known,2024-03-24,200,
17,half-known,2024-06-01,20,2024-06-21
18,half-known,2024-06-02,90,2024-06-22
19,known-in-time,2024-03-24,50,2024-05-22 23:59:59
20,known-too-late,2024-03-24,50,2024-05-23 00:00:00
"""
SILENT, BELOW = "no sale in the outcome window", "spend below 30 % of the own baseline"


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bool, str | None]]:
    files = {"regulars.yaml": SETTINGS, "sales.csv": SALES}
    made: SmallProject = small_project(tmp_path_factory.mktemp("shop"), files)
    made.run("land", "clean", "features")
    sql = "select customer_id, churned, reason from gold.churn_labels where churned is not null"
    return {who: (churned, reason) for who, churned, reason in made.rows(sql)}


def test_both_reasons_occur_and_the_border_stays(
    labels: dict[str, tuple[bool, str | None]],
) -> None:
    assert labels["gone"] == labels["too-late"] == (True, SILENT)
    assert labels["below"] == (True, BELOW)
    assert labels["border"] == (False, None)


def test_a_baseline_covers_at_least_one_outcome_window(
    labels: dict[str, tuple[bool, str | None]],
) -> None:
    assert "old-enough" in labels
    assert "too-new" not in labels


def test_only_sales_of_the_activity_window_make_a_baseline(
    labels: dict[str, tuple[bool, str | None]],
) -> None:
    assert "last-day" in labels
    assert "bought-long-ago" not in labels


def test_only_sales_known_before_the_as_of_date_of_the_run_are_outcomes(
    labels: dict[str, tuple[bool, str | None]],
) -> None:
    assert labels["return-known"] == (False, None)
    assert labels["return-unknown"] == (True, SILENT)
    assert labels["half-known"] == (True, BELOW)


def test_only_sales_known_before_the_cutoff_make_a_baseline(
    labels: dict[str, tuple[bool, str | None]],
) -> None:
    assert "known-in-time" in labels
    assert "known-too-late" not in labels
