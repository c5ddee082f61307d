"""The later sections of the report: each says what the release holds, and stays away otherwise."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.insights.customer_values import value_tenths, value_ways
from regulars.insights.definition_advice import definition_advice
from regulars.insights.migration import cohorts
from regulars.insights.release_reading import Reading
from regulars.insights.score_monitoring import backtested_scores, drift
from regulars.insights.staying import staying
from regulars.release.contract import FORMAT
from regulars.serve.reports.migration_tables import (
    cohort_rows,
    destinations,
    largest_moves,
    move_rows,
    quarter_migration,
)
from regulars.serve.reports.report import write_report_of
from tests.insights.exploration.conftest import customers
from tests.small_release import ANNA, BEN, SmallRelease, churn_report, figure

HORIZON = {"horizon": 60, "customers": 900, "churn_share": 0.6, "came_back_share": 0.12,
           "noticed_after_days": 237.0, "cutoff": "2024-01-24"}  # fmt: skip
ADVICE: dict[str, Any] = {
    "format": FORMAT,
    "as_of": "2024-06-22",
    "recommendation": "Use kind 'silence' with a horizon of 90 days.",
    "cost": "After 90 days of silence 65 % count as churned.",
    "in_use": "The project file says: silence, 90 days.",
    "grain": "day",
    "horizon": 90,
    "kinds": [{"kind": "silence", "fits": True, "because": "nobody says goodbye"}],
    "horizons": [
        HORIZON,
        HORIZON | {"horizon": 90, "churn_share": 0.5},
        {"horizon": 365, "customers": 0, "churn_share": None, "came_back_share": None,
         "noticed_after_days": None, "cutoff": None, "is_closed": False},
    ],
    "purchase_gaps": {"median": 28.0, "percentile_80": 65.0, "percentile_90": 102.0, "gaps": 7339},
}  # fmt: skip
ERRORS = {
    "customers": 12, "actual_total": 5000.0, "mean_absolute_error": 90.0,
    "spearman": 0.5, "decile_error": 0.5, "total_error": -0.25,
}  # fmt: skip
VALUE: dict[str, Any] = {
    "format": FORMAT,
    "method": "Pareto/NBD",
    "horizon": {"periods": 365, "unit": "day"},
    "unit": "GBP",
    "total": 5500.0,
    "tested": "Tested on the 365 days from 2023-06-22.",
    "accuracy": {
        "own rate": {"normalised_gini": 0.7, **ERRORS},
        "Pareto/NBD": {"normalised_gini": 0.8, **ERRORS},
        "BG/NBD": {"normalised_gini": 0.81, **ERRORS},
    },
    "lifetimes": {
        "members": 12,
        "expected_days_in_next_365": 300.4,
        "little_history": 3,
        "curves": [
            {"group": "One year", "customers": 5, "is_pooled": True, "half_left_after_days": None,
             "points": [{"days": 90, "share": 0.95}]},
            {"group": "Month-to-month", "customers": 9, "is_pooled": False,
             "half_left_after_days": 1248.0,
             "points": [{"days": 90, "share": 0.86}, {"days": 365, "share": 0.7}]},
        ],
    },
}  # fmt: skip
DRIFT = {
    "customers": 2,
    "thresholds": {"moderate": 0.1, "major": 0.25},
    "inputs": [
        {"input": "recency_days", "psi": 0.69, "verdict": "major"},
        {"input": "orders_ever", "psi": 0.01, "verdict": "stable"},
    ],
}
BACKTEST = {
    "as_of": "2024-03-24", "outcome_to": "2024-06-22", "estimator_id": "e1", "customers": 900,
    "predicted": 0.42, "observed": 0.4, "metrics": {"roc_auc": figure(0.74)},
}  # fmt: skip
MARCH, MAY, JUNE = datetime(2024, 3, 24), datetime(2024, 5, 23), datetime(2024, 6, 22)
MOVES = [
    {"from_as_of": first, "to_as_of": JUNE, "from_segment": one, "to_segment": other,
     "customers": customers_, "share": share}
    for first in (MARCH, MAY)
    for one, other, customers_, share in (
        ("Champions", "Champions", 6, 0.6), ("Champions", "Lost", 4, 0.4), ("Lost", "Lost", 5, 1.0),
        ("No purchase yet", "Champions", 2, 1.0),
    )
]  # fmt: skip
COHORTS = [
    {"cohort_month": date(2024, month, 1), "months_since": since, "cohort_customers": 10,
     "customers": bought, "retention": bought / 10, "orders": bought, "amount": 1.0}
    for month, since, bought in ((4, 0, 10), (4, 1, 3), (4, 2, 1), (5, 0, 10), (5, 1, 4))
]  # fmt: skip


def rich(folder: Path, **files: Any) -> Reading:
    """A release with everything the later sections tell of."""
    about = {"churn": {"kind": "silence", "horizon": 60}}
    release = SmallRelease(churn=churn_report(drift=DRIFT, backtests=[BACKTEST]), about=about)
    release.write(folder)
    for name, content in {"advice": ADVICE, "value": VALUE, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    names = [f"c{at:02}" for at in range(20)]
    worth = pa.table(
        {
            "customer_id": names,
            "predicted_value": [float(10 * at) for at in range(20)],
            "predicted_value_low": [0.0] * 20,
            "predicted_value_high": [900.0] * 20,
            "little_history": [False] * 20,
        }
    )
    pq.write_table(worth, folder / "customer_value.parquet")
    pq.write_table(customers(), folder / "explored_customers.parquet")
    pq.write_table(pa.Table.from_pylist(MOVES), folder / "segment_migration.parquet")
    pq.write_table(pa.Table.from_pylist(COHORTS), folder / "cohort_retention.parquet")
    return Reading(folder)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return rich(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def page(reading: Reading) -> str:
    html = write_report_of(reading.folder).read_text("utf-8")
    return html.replace("\N{NO-BREAK SPACE}", " ")


def test_the_advised_horizon_is_marked_and_what_is_too_short_says_so(
    reading: Reading, page: str
) -> None:
    found = definition_advice(reading)
    assert found is not None
    assert [one.is_advised for one in found.horizons] == [False, True, False]
    assert found.horizons[0].cutoff == date(2024, 1, 24)
    assert found.pauses == (28.0, 65.0, 102.0)
    assert [one.is_used for one in found.horizons] == [True, False, False]
    assert re.search(r"90 days <span class=\"badge good\">advised", page)
    assert re.search(r"60 days <span class=\"badge\">in use", page)
    assert "the history is too short" in page
    assert "237 days" in page


def test_inputs_with_major_drift_are_named_in_words(reading: Reading, page: str) -> None:
    found = drift(reading)
    assert found is not None
    assert [one.words for one in found.with_verdict("major")] == ["Days since the last sale"]
    assert "1 of 2 features have major drift, 0 moderate drift, 1 none" in page
    assert "moderate from 0.1, major from 0.25" in page


def test_what_came_true_stands_beside_what_was_predicted(reading: Reading, page: str) -> None:
    (one,) = backtested_scores(reading)
    assert (one.predicted, one.observed, one.roc_auc.value) == (0.42, 0.4, 0.74)
    assert "42.0 %" in page


def test_without_a_score_that_came_due_the_report_says_when_it_will(tmp_path: Path) -> None:
    html = write_report_of(SmallRelease().write(tmp_path)).read_text("utf-8")
    assert "No earlier score can be verified yet" in html
    assert "There is no earlier score to compare with yet." in html


def test_the_way_in_use_comes_first_and_the_naive_rate_is_named(
    reading: Reading, page: str
) -> None:
    found = value_ways(reading)
    assert [one.name for one in found] == ["Pareto/NBD", "BG/NBD", "own rate"]
    assert [one.ships for one in found] == [True, False, False]
    assert [one.is_naive for one in found] == [False, False, True]
    assert "naive: everybody continues as before" in page
    assert "−25 %" in page


def test_tenths_hold_everyone_and_all_value(reading: Reading) -> None:
    found = value_tenths(reading)
    assert [one.customers for one in found] == [2] * 10
    assert (found[0].value, found[-1].value) == (370.0, 10.0)
    assert sum(one.share or 0.0 for one in found) == pytest.approx(1)
    assert found[0].share == pytest.approx(370 / 1900)


def test_curves_of_the_largest_groups_come_first_and_a_pooled_one_says_so(
    reading: Reading, page: str
) -> None:
    found = staying(reading)
    assert [one.group for one in found.curves] == ["Month-to-month", "One year"]
    assert (found.curves[0].at(365), found.curves[1].at(365)) == (0.7, None)
    assert "12 members will stay 300 of the next 365 days" in page
    assert "everyone&#39;s curve" in page or "everyone's curve" in page


def test_correlates_of_churn_are_told_without_claiming_causes(page: str) -> None:
    assert "What correlates with churn" in page
    assert "not causes" in page
    assert "60 customers" in page


def test_moves_are_those_of_the_quarter_before_the_newest_date(reading: Reading, page: str) -> None:
    found = quarter_migration(reading)
    assert found is not None
    assert (found.from_as_of, found.to_as_of) == (MARCH.date(), JUNE.date())
    rows = move_rows(found)
    assert [(one.origin, one.customers) for one in rows] == [
        ("Champions", 10),
        ("Lost", 5),
        ("No purchase yet", 2),
    ]
    assert destinations(found) == ("Champions", "Lost")
    assert [one.customers for one in largest_moves(found)] == [4]
    assert "73 % of customers are in the segment that they were in, 4 customers moved" in page


def test_a_cohort_is_empty_where_its_month_has_not_come(reading: Reading, page: str) -> None:
    first, second = cohort_rows(cohorts(reading))
    assert (first.shares, second.shares) == ((0.3, 0.1), (0.4, None))
    assert "2024-05" in page


@pytest.mark.parametrize("section", ["movement", "definition", "value", "staying", "exploration"])
def test_a_section_without_facts_is_not_there(tmp_path: Path, section: str) -> None:
    html = write_report_of(SmallRelease().write(tmp_path)).read_text("utf-8")
    assert f'id="{section}"' not in html
    assert f'href="#{section}"' not in html


def test_every_link_on_the_first_page_leads_somewhere(page: str) -> None:
    for name in re.findall(r'href="#(\w+)"', page):
        assert f'id="{name}"' in page


def test_the_whole_page_stays_small_and_offline(reading: Reading, page: str) -> None:
    assert len(page.encode()) < 1_000_000
    assert not re.findall(r"https?://|<script|<link|@import", page)


def test_the_exploration_stands_in_a_file_of_its_own(reading: Reading, page: str) -> None:
    facts = json.loads((reading.folder / "report.json").read_text("utf-8"))
    assert facts["exploration"] is None
    assert facts["drift"]["customers"] == 2
    assert (reading.folder / "eda_report.json").exists()


def test_hostile_words_in_the_later_sections_stay_text(tmp_path: Path) -> None:
    sly = "<script>alert(1)</script>"
    advice = ADVICE | {"recommendation": sly, "cost": sly}
    curve = VALUE["lifetimes"]["curves"][0] | {"group": sly}
    value = VALUE | {"tested": sly, "lifetimes": VALUE["lifetimes"] | {"curves": [curve]}}
    html = write_report_of(rich(tmp_path, advice=advice, value=value).folder).read_text("utf-8")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 4


def test_a_release_that_holds_no_advice_or_values_answers_with_nothing(tmp_path: Path) -> None:
    bare = SmallRelease(customers=[ANNA, BEN], churn=None).reading(tmp_path)
    assert definition_advice(bare) is None
    assert drift(bare) is None
    assert (backtested_scores(bare), value_ways(bare), value_tenths(bare)) == ((), (), ())
    assert staying(bare).why_none == "no values were made"
