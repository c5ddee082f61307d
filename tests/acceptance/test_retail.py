"""A year of a real shop: the figures that everybody can count again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from regulars.flows.steps import NAMES
from tests.acceptance.conftest import NOW, Made, churn_report, roc_auc
from tests.small_projects import SmallProject

CUTOFF = date(2011, 9, 1)
STEPS = NAMES[: NAMES.index("stage")]


@pytest.fixture(scope="module")
def retail(real_project: Made) -> SmallProject:
    made = real_project("retail", recipe="retail")
    made.run(at=NOW)
    return made


@pytest.fixture(scope="module")
def report(retail: SmallProject) -> dict[str, Any]:
    return churn_report(retail)


def test_every_line_is_kept_or_rejected_with_its_reason(retail: SmallProject) -> None:
    read = retail.rows(
        "select read_rows, kept_rows, rejected_rows, merged_rows, is_balanced "
        "from gold.row_reconciliation"
    )
    assert read == [(541_909, 406_789, 135_120, 0, True)]
    reasons = retail.rows(
        "select reason, count(*) from silver.rejected_rows group by reason order by 2"
    )
    assert reasons == [("price is zero or negative", 40), ("customer_id is missing", 135_080)]


def test_purchases_add_up_to_what_is_known_of_this_file(retail: SmallProject) -> None:
    found = retail.rows(
        "select count(*), count(distinct customer_id), count(distinct order_id), sum(amount) "
        "from gold.fct_transactions where kind = 'sale'"
    )
    assert found == [(397_884, 4_338, 18_532, Decimal("8911407.9040"))]


def test_cancellations_are_refunds_and_not_lost(retail: SmallProject) -> None:
    refunds = "select count(*), max(amount) < 0 from gold.fct_transactions where kind = 'refund'"
    assert retail.rows(refunds) == [(8_905, True)]
    assert retail.column("select sum(refunds) from gold.fct_customer_periods") == [8_905]


def test_totals_of_the_rollup_are_totals_of_the_rows(retail: SmallProject) -> None:
    rolled = "select sum(order_lines), sum(amount) from gold.fct_customer_periods"
    assert retail.rows(rolled) == [(397_884, Decimal("8911407.9040"))]


def test_the_churn_score_ranks_better_than_days_since_the_last_purchase(
    report: dict[str, Any],
) -> None:
    gain = roc_auc(report) - roc_auc(report, kind="baseline", name="recency")
    assert gain >= 0.045
    assert report["cutoffs"]["test"] == ["2011-09-11"]


def test_the_score_is_tested_later_than_it_was_learned(report: dict[str, Any]) -> None:
    cutoffs = report["cutoffs"]
    learned = [*cutoffs["train"], *cutoffs["validate"], *cutoffs["calibrate"]]
    assert learned
    assert max(learned) < min(cutoffs["test"])


def test_the_optimistic_random_split_stands_beside_the_test(report: dict[str, Any]) -> None:
    assert roc_auc(report, kind="optimistic") > 0.5


def test_deleting_every_row_from_a_cutoff_on_changes_no_feature_and_no_score(
    retail: SmallProject, real_project: Made
) -> None:
    truncated = _truncated(retail, real_project("retail", recipe="retail"))
    for made in (truncated, retail):
        made.run(*STEPS, as_of=CUTOFF, at=NOW + timedelta(days=1))
    for table, order in (
        ("gold.customer_features", "as_of, customer_id"),
        ("gold.churn_labels", "as_of, customer_id"),
        ("gold.fct_customer_rfm", "customer_id"),
        ("ml.churn_predictions", "customer_id"),
        ("serving.customer_scored", "customer_id"),
    ):
        sql = f"select * from {table} order by {order}"
        assert _text(retail, sql) == _text(truncated, sql), table


def _truncated(full: SmallProject, made: SmallProject) -> SmallProject:
    source = next((full.folder / "data").glob("*.parquet"))
    rows = pq.read_table(source)
    kept = rows.filter(pc.less(rows["InvoiceDate"], f"{CUTOFF} 00:00:00"))
    assert 0 < kept.num_rows < rows.num_rows
    (made.folder / "data").unlink()
    Path(made.folder / "data").mkdir()
    pq.write_table(kept, made.folder / "data" / source.name)
    assert datetime.fromisoformat(pc.max(kept["InvoiceDate"]).as_py()).date() < CUTOFF
    return made


def _text(made: SmallProject, sql: str) -> list[str]:
    """Rows as canonical text: floats to the last bit."""
    return [repr(row) for row in made.rows(sql)]
