"""A cohort of real buyers of music, from a text file in columns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import NOW, Made, churn_report, roc_auc
from tests.small_projects import SmallProject

SETTINGS = """
version: 1
project: cdnow
timezone: America/New_York
currency: USD
sources:
  purchases:
    path: data/CDNOW_sample.txt
    format: whitespace
    header: false
    columns: [master_id, customer_id, bought_on, cds, dollars]
entities:
  transactions:
    source: purchases
    columns:
      customer_id: customer_id
      occurred_at: {column: bought_on, format: "%Y%m%d"}
      amount: dollars
      quantity: cds
churn:
  kind: silence
  horizon: 90
  activity_window: null
"""


@pytest.fixture(scope="module")
def cdnow(real_project: Made) -> SmallProject:
    made = real_project("cdnow", text=SETTINGS)
    made.run(at=NOW)
    return made


@pytest.fixture(scope="module")
def report(cdnow: SmallProject) -> dict[str, Any]:
    return churn_report(cdnow)


def test_every_purchase_of_the_text_file_is_kept(cdnow: SmallProject) -> None:
    found = cdnow.rows(
        "select read_rows, kept_rows, rejected_rows + merged_rows from gold.row_reconciliation"
    )
    assert found == [(6_919, 6_919, 0)]
    assert cdnow.column("select count(distinct customer_id) from gold.fct_transactions") == [2_357]


def test_everybody_is_asked_about_whatever_the_last_purchase(cdnow: SmallProject) -> None:
    sql = "select count(*) from gold.churn_labels group by as_of order by as_of desc limit 2"
    assert cdnow.column(sql) == [2_357, 2_357]


def test_the_score_is_tested_later_in_time_with_recency_beside_it(report: dict[str, Any]) -> None:
    assert report["cutoffs"]["test"] == ["1998-04-02"]
    assert max(report["cutoffs"]["train"]) < "1998-04-02"
    assert roc_auc(report) >= 0.82
    assert roc_auc(report, kind="baseline", name="recency") == pytest.approx(0.829, abs=0.002)


def test_a_gain_within_noise_is_called_so(report: dict[str, Any]) -> None:
    assert "within noise" in report["verdict"]
