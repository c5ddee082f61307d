"""Project files for real data: facts of the files, as far as the segments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from regulars.ingest.recipes import recipe_text
from tests.acceptance.conftest import NOW
from tests.small_projects import SmallProject

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Made = Callable[..., SmallProject]


def segmented(real_project: Made, name: str) -> SmallProject:
    made = real_project(name, text=(EXAMPLES / name / "regulars.yaml").read_text("utf-8"))
    made.run("land", "clean", "features", "segment", at=NOW)
    return made


@pytest.fixture(scope="module")
def adventureworks(real_project: Made) -> SmallProject:
    return segmented(real_project, "adventureworks")


def test_no_line_of_adventureworks_is_lost(adventureworks: SmallProject) -> None:
    found = adventureworks.rows(
        "select entity, kept_rows, rejected_rows + merged_rows from gold.row_reconciliation "
        "where entity in ('customers', 'transactions') order by 1"
    )
    assert found == [("customers", 18_148, 0), ("transactions", 56_046, 0)]


def test_both_ways_to_write_a_date_are_read_month_first(adventureworks: SmallProject) -> None:
    first, last, days = adventureworks.rows(
        "select min(occurred_at), max(occurred_at), count(distinct cast(occurred_at as date)) "
        "from gold.fct_transactions"
    )[0]
    assert f"{first:%F} {last:%F} {days}" == "2021-01-01 2023-06-30 911"


def test_amounts_are_pieces_times_price(adventureworks: SmallProject) -> None:
    total = adventureworks.column("select sum(amount) from gold.fct_transactions")
    assert total == [Decimal("24914586.8193")]


def test_latin_1_and_money_as_text_are_read(adventureworks: SmallProject) -> None:
    found = adventureworks.rows(
        "select count(annual_income), min(annual_income), max(annual_income), "
        "count(case when last_name = 'MUÑOZ' then 1 end) > 0 from gold.dim_customer"
    )
    assert found == [(18_148, 10_000, 170_000, True)]


def test_lines_have_the_category_of_their_product(adventureworks: SmallProject) -> None:
    found = adventureworks.column("select category_id from gold.dim_category where is_sold")
    assert sorted(found) == ["Accessories", "Bikes", "Clothing"]


@pytest.fixture(scope="module")
def saas(real_project: Made) -> SmallProject:
    return segmented(real_project, "saas")


def test_accounts_leave_with_their_first_event_after_signing_up(saas: SmallProject) -> None:
    found = saas.rows(
        "select count(*), count(left_at), count(case when left_at < joined_at then 1 end) "
        "from gold.dim_customer where is_current"
    )
    assert found == [(500, 352, 0)]


@pytest.mark.parametrize(("name", "ceiling"), [("retail", "0.80"), ("airline", "0.83")])
def test_an_example_of_a_recipe_is_the_recipe_and_a_ceiling(name: str, ceiling: str) -> None:
    text = (EXAMPLES / name / "regulars.yaml").read_text("utf-8")
    added = [line for line in text.splitlines() if line not in recipe_text(name).splitlines()]
    (ceilings,) = [line for line in added if not line.startswith("#")]
    assert ceilings.split("#")[0].strip() == f"suspect_above: {ceiling}"


def test_accounts_without_a_signal_get_no_ranking_and_a_leak_is_suspected(
    saas: SmallProject,
) -> None:
    trained = saas.run("train", at=NOW + timedelta(hours=1)).steps[-1].result
    assert trained.facts["shipped"] == "base_rate"
    assert "No usable signal" in str(trained.facts["verdict"])
    assert [warning.facts["ships"] for warning in trained.warnings] == [False]


def test_purchases_of_cdnow_are_read_without_a_header(real_project: Made) -> None:
    cdnow = segmented(real_project, "cdnow")
    found = cdnow.rows(
        "select count(*), count(distinct customer_id), sum(quantity), min(cast(occurred_at as "
        "date)), max(cast(occurred_at as date)) from gold.fct_transactions"
    )
    assert [str(one) for one in found[0]] == [
        "6919", "2357", "16479.0000", "1997-01-01", "1998-06-30",
    ]  # fmt: skip


def test_a_bank_snapshot_is_scored_by_its_flag(real_project: Made) -> None:
    bank = segmented(real_project, "bank")
    found = bank.rows(
        "select count(*), sum(case when churned then 1 else 0 end) from gold.churn_labels"
    )
    assert found == [(10_000, 2_037)]
