"""The figures of an audience and of its parts; moves, cohorts, what a release holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from regulars.core.errors import DataError
from regulars.insights.amounts import Unit
from regulars.insights.audiences import Audience
from regulars.insights.customer_search import EVERYBODY
from regulars.insights.data_quality import check_lines, rejected_batches, rejected_rows
from regulars.insights.headings import Units, heading, headings
from regulars.insights.masking import MASK
from regulars.insights.migration import cohorts, migration, migration_dates, segment_sizes
from regulars.insights.portfolio import breakdown, portfolio
from regulars.insights.release_contents import (
    clusters,
    freshness,
    layer_counts,
    preview,
    released_tables,
)
from regulars.insights.release_reading import Reading
from tests.full_release import FullRelease
from tests.small_release import SmallRelease

MARCH, JUNE = date(2024, 3, 24), date(2024, 6, 22)


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return FullRelease().reading(tmp_path_factory.mktemp("release"))


def test_a_portfolio_counts_everybody_and_averages_those_who_bought(reading: Reading) -> None:
    found = portfolio(reading, EVERYBODY)
    assert (found.customers, found.scored, found.high_risk) == (4, 3, 1)
    assert found.expected_leavers == pytest.approx(1.4)
    assert found.past_value == 900
    assert found.predicted_value == pytest.approx(1000 * 0.2 + 500 * 0.9 + 300 * 0.5)
    assert found.value_at_risk == pytest.approx(0.8 * 1000 + 0.1 * 500 + 0.5 * 300)
    assert found.recency == 10
    assert found.monetary == pytest.approx((150 + 50 + 40) / 3)


def test_an_audience_without_anybody_has_no_means(reading: Reading) -> None:
    found = portfolio(reading, Audience(segments=("Champions",), risks=("Low",)))
    assert found.customers == 0
    assert found.left_share is None
    assert found.mean_probability is None


@pytest.mark.parametrize("by", ["segment", "risk_category", "city"])
@pytest.mark.parametrize("limit", [1, 12])
def test_parts_add_up_to_the_audience(reading: Reading, by: str, limit: int) -> None:
    parts = breakdown(reading, EVERYBODY, by=by, limit=limit)
    assert sum(one.customers for one in parts) == 4
    assert sum(one.share for one in parts) == pytest.approx(1)
    assert sum(one.value_if_stays or 0.0 for one in parts) == 1800
    assert len(parts) <= limit + 1


def test_customers_are_not_divided_by_personal_data(reading: Reading) -> None:
    with pytest.raises(DataError, match="not divided by 'name'"):
        breakdown(reading, EVERYBODY, by="name")
    assert breakdown(reading, EVERYBODY, by="name", show_personal=True)


def test_moves_are_told_apart_from_staying_and_first_purchases(reading: Reading) -> None:
    assert migration_dates(reading) == (MARCH, JUNE)
    found = migration(reading, MARCH, to_as_of=JUNE)
    assert (found.customers, found.stayed, found.moved, found.first_bought) == (10, 5, 1, 4)
    assert found.order == ("Champions", "Lost", "No purchase yet")


def test_moves_between_unknown_dates_name_the_known_ones(reading: Reading) -> None:
    with pytest.raises(DataError, match="no moves") as refused:
        migration(reading, JUNE, to_as_of=MARCH)
    assert "2024-03-24" in str(refused.value)


def test_sizes_of_segments_follow_from_the_moves(reading: Reading) -> None:
    sizes = {(one.as_of, one.segment): one.customers for one in segment_sizes(reading)}
    assert sizes == {
        (MARCH, "Champions"): 4, (MARCH, "Lost"): 2, (JUNE, "Champions"): 7, (JUNE, "Lost"): 3,
    }  # fmt: skip


def test_a_cohort_is_followed_month_by_month(reading: Reading) -> None:
    assert [(one.months, one.retention) for one in cohorts(reading)] == [(0, 1), (1, 0.4), (2, 0.3)]


def test_tables_layers_sources_and_clusters_are_listed(reading: Reading) -> None:
    rows = {one.name: one.rows for one in released_tables(reading)}
    assert rows["customer_360_profile"] == 4
    assert [(one.layer, one.rows) for one in layer_counts(reading)] == [
        ("bronze", 100), ("silver", 98),
    ]  # fmt: skip
    assert [one.source for one in freshness(reading)] == ["orders"]
    assert [(one.name, one.customers) for one in clusters(reading)] == [
        ("Rare", 2),
        ("Frequent", 1),
    ]


def test_a_preview_masks_personal_values(reading: Reading) -> None:
    assert preview(reading, "customer_360_profile")["name"].to_pylist()[0] == MASK
    shown = preview(reading, "customer_360_profile", show_personal=True)
    assert shown["name"].to_pylist()[0] == "Anna Berg"


@pytest.mark.parametrize("name", ["strangers", "../../secret", 'x" union select 1'])
def test_only_what_is_listed_is_opened(reading: Reading, name: str) -> None:
    with pytest.raises(DataError):
        preview(reading, name)


def test_checks_that_failed_come_first(reading: Reading) -> None:
    assert [one.name for one in check_lines(reading)] == ["amounts_far_out", "unique_customer"]


def test_rejected_rows_are_references_without_folders(reading: Reading) -> None:
    found = rejected_rows(reading, reason="price is zero")
    assert found.num_rows == 2
    assert set(found["file_name"].to_pylist()) == {"orders.csv"}
    assert list(rejected_batches(reading, reason="something else")) == []


def test_an_older_release_without_these_tables_says_nothing(tmp_path: Path) -> None:
    older = SmallRelease().reading(tmp_path)
    assert migration_dates(older) == ()
    assert segment_sizes(older) == ()
    assert cohorts(older) == ()
    assert clusters(older) == ()
    assert layer_counts(older) == ()
    assert check_lines(older) == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("avg_txn_value", "Average transaction value"),
        ("customer_id", "Customer ID"),
        ("rfm_score", "RFM score"),
        ("spend_pct", "Spend %"),
        ("monetary", "Monetary (km)"),
        ("value_at_risk", "Value at risk (GBP)"),
        ("past_value", "Past value (km)"),
        ("", ""),
    ],
)
def test_names_of_columns_are_words(name: str, words: str) -> None:
    assert heading(name, units=Units(Unit("km", is_money=False), Unit("GBP"))) == words


def test_two_columns_never_get_the_same_heading() -> None:
    assert headings(["avg_amount", "average_amount", "city"]) == [
        "avg_amount", "average_amount", "City",
    ]  # fmt: skip
