"""A real snapshot with a label and without dates."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest

from regulars.insights.audiences import Audience, export_batches
from regulars.insights.business_overview import overview
from regulars.insights.customer_profiles import top_customers
from regulars.insights.exploration.answer import explore
from regulars.insights.release_reading import read_current
from tests.acceptance.conftest import NOW, Made, churn_report, roc_auc
from tests.small_projects import SmallProject


@pytest.fixture(scope="module")
def telco(real_project: Made) -> SmallProject:
    made = real_project("telco", recipe="telco")
    made.run(at=NOW)
    return made


def test_every_customer_is_there_with_the_known_share_of_leavers(telco: SmallProject) -> None:
    found = telco.rows("select count(*), count(*) filter (where churned) from gold.churn_labels")
    assert found == [(7_043, 1_869)]
    assert telco.column("select count(*) from gold.customer_features") == [7_043]


def test_blank_totals_are_empty_and_reported(telco: SmallProject) -> None:
    found = telco.rows(
        "select rows, missing, unreadable from ops.column_profile "
        "where column_name = 'total_charges'"
    )
    assert found == [(7_043, 11, 0)]
    assert telco.column(
        "select distinct tenure from gold.customer_features where total_charges is null"
    ) == [0]


def test_a_flag_of_noughts_and_ones_is_a_flag_like_the_others(telco: SmallProject) -> None:
    found = telco.rows(
        "select count(*) filter (where senior_citizen), count(*) filter (where not senior_citizen) "
        "from gold.customer_features"
    )
    assert found == [(1_142, 5_901)]


def test_the_score_reaches_what_an_honest_one_can(telco: SmallProject) -> None:
    assert 0.845 <= roc_auc(churn_report(telco)) <= 0.86


def test_the_report_says_that_no_test_in_time_was_possible(telco: SmallProject) -> None:
    assert "no test in time was possible" in churn_report(telco)["plan"]


def test_nobody_hides_the_share_of_the_label(telco: SmallProject) -> None:
    row = churn_report(telco)["scoreboard"]["rows"][0]
    assert row["metrics"]["base_rate"]["value"] == pytest.approx(0.2654, abs=5e-5)


@pytest.mark.parametrize("name", ["churn_reason", "loyalty_tier"])
def test_a_column_made_from_the_outcome_is_refused_by_name(
    telco: SmallProject, real_project: Made, name: str
) -> None:
    from regulars.core.errors import LeakageError

    text = (telco.folder / "regulars.yaml").read_text("utf-8")
    planted = "case when churn = 'Yes' then 'moved' else 'none' end"
    made = real_project(
        "telco",
        text=text.replace("attributes:\n", f'attributes:\n      {name}: {{sql: "{planted}"}}\n'),
    )
    with pytest.raises(LeakageError, match=f"'{name}'"):
        made.run(at=NOW)
    assert made.project.state.joinpath("releases", "CURRENT").exists() is False


def test_the_exploration_counts_what_the_file_says(
    telco: SmallProject, shared_data: Callable[[str], Path]
) -> None:
    (path,) = shared_data("telco").glob("*.csv")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = explore(read_current(telco.project))
    assert (found.target.churned, found.target.stayed) == (1_869, 5_174)
    contract = next(one for one in found.categories if one.name == "contract")
    for level in contract.levels:
        mine = [row["Churn"] == "Yes" for row in rows if row["Contract"] == level.value]
        assert (level.customers, level.churned) == (len(mine), sum(mine))
    tenure = next(one for one in found.numbers if one.name == "tenure")
    gone = [int(row["tenure"]) for row in rows if row["Churn"] == "Yes"]
    assert tenure.churned.mean == pytest.approx(mean(gone))


def test_nobody_who_left_is_in_a_list_an_audience_or_the_value_at_risk(
    telco: SmallProject, shared_data: Callable[[str], Path]
) -> None:
    (file,) = shared_data("telco").glob("*.csv")
    with file.open(encoding="utf-8-sig") as lines:
        left = {row["customerID"] for row in csv.DictReader(lines) if row["Churn"] == "Yes"}
    reading = read_current(telco.project)
    figures = overview(reading)
    assert (figures.customers, figures.left, figures.scored) == (7_043, 1_869, 5_174)
    assert figures.left == len(left)
    _, batches = export_batches(reading, Audience())
    audience = {str(name) for batch in batches for name in batch["customer_id"]}
    ranked = {each.customer_id for each in top_customers(reading, limit=7_043)}
    at_risk = reading.rows("select customer_id from customer_scored where priority is not null")
    for names in (audience, ranked, {row["customer_id"] for row in at_risk}):
        assert not names & left
