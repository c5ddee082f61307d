"""What happened with one customer: filters that straddle their borders, and sums that add up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from regulars.insights.customer_timeline import Period, events, last_days, spending
from regulars.insights.customer_transactions import (
    Wanted,
    category_shares,
    daily_spend,
    transaction_batches,
    transaction_choices,
    transaction_totals,
    transactions,
)
from regulars.insights.release_reading import Reading
from tests.full_release import FullRelease
from tests.small_release import SmallRelease


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return FullRelease().reading(tmp_path_factory.mktemp("release"))


def test_refunds_and_what_does_not_count_are_no_purchases(reading: Reading) -> None:
    found = transaction_totals(reading, "anna")
    assert (found.rows, found.purchases) == (6, 4)
    assert (found.amount, found.refunded) == (200, 10)
    assert found.mean == 50
    assert found.approved == pytest.approx(4 / 5)


@pytest.mark.parametrize(
    ("since", "until", "amount"),
    [
        (date(2024, 3, 1), None, 100),
        (date(2024, 3, 2), None, 50),
        (None, date(2024, 6, 10), 150),
        (None, date(2024, 6, 11), 200),
    ],
)
def test_a_period_starts_with_its_first_day_and_ends_before_its_last(
    reading: Reading, since: date | None, until: date | None, amount: float
) -> None:
    wanted = Wanted(Period(since, until))
    assert transaction_totals(reading, "anna", wanted=wanted).amount == amount


def test_the_last_days_are_those_before_the_as_of_date(reading: Reading) -> None:
    assert last_days(reading, 90) == Period(date(2024, 3, 24), date(2024, 6, 22))
    assert last_days(reading, None) == Period()


def test_categories_are_filtered_by_their_readable_names(reading: Reading) -> None:
    assert transaction_choices(reading, "anna").categories[0] == "Books"
    for category, amount in (("Books", 130), ("m", 20), ("Uncategorized", 50)):
        wanted = Wanted(categories=(category,))
        assert transaction_totals(reading, "anna", wanted=wanted).amount == amount


def test_statuses_are_filtered(reading: Reading) -> None:
    statuses = transaction_choices(reading, "anna").statuses
    assert statuses == ("Purchase", "Refund", "Not counted")
    rows = [
        transaction_totals(reading, "anna", wanted=Wanted(statuses=(one,))).rows for one in statuses
    ]
    assert rows == [4, 1, 1]


def test_days_and_categories_add_up_to_the_purchases(reading: Reading) -> None:
    total = transaction_totals(reading, "anna").amount
    days = daily_spend(reading, "anna")
    assert [one.day for one in days] == [date(2023, 5, 1), date(2024, 3, 1), date(2024, 6, 10)]
    assert sum(one.amount for one in days) == total
    for limit in (1, 2, 8):
        shares = category_shares(reading, "anna", limit=limit)
        assert sum(one.amount for one in shares) == total
        assert sum(one.share or 0 for one in shares) == pytest.approx(1)
        assert len(shares) == min(limit + 1, 3)


def test_the_newest_transactions_come_first_and_an_export_holds_them_all(reading: Reading) -> None:
    shown = transactions(reading, "anna", limit=2)
    assert shown["status"].to_pylist() == ["Not counted", "Refund"]
    assert sum(batch.num_rows for batch in transaction_batches(reading, "anna")) == 6


def test_everything_that_happened_stands_in_one_line_of_time(reading: Reading) -> None:
    found = events(reading, "anna")
    assert [one.kind for one in found] == [
        "Not counted", "Refund", "Purchase", "Service contact", "Campaign", "Purchase", "Purchase",
    ]  # fmt: skip
    assert found[3].what == "complaint · phone · not resolved · satisfaction 2.0"
    assert found[4].what == "spring · e-mail · opened"
    assert (found[5].what, found[5].amount) == ("2 lines", 50)


def test_a_stranger_has_no_history(reading: Reading) -> None:
    assert events(reading, "nobody") == ()
    assert transaction_totals(reading, "nobody").rows == 0
    assert transactions(reading, "nobody").num_rows == 0
    assert spending(reading, "nobody") is None


def test_a_release_without_single_events_has_no_history(tmp_path: Path) -> None:
    older = SmallRelease().reading(tmp_path)
    assert events(older, "anna") == ()
    assert transaction_totals(older, "anna").rows == 0
    assert transaction_choices(older, "anna").categories == ()
    assert spending(older, "anna") is None


def test_the_change_of_spending_is_against_the_quarter_before(reading: Reading) -> None:
    found = spending(reading, "anna")
    assert found is not None
    assert found.amount_last_quarter == 50
    assert found.quarter_change_share == -0.5
