"""Numbers read as people write them."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from regulars.insights.amounts import (
    Unit,
    cell,
    customer_value_unit,
    day_words,
    percent,
    several,
    short_number,
    unit_of,
)
from regulars.release.contract import FORMAT
from tests.small_release import SmallRelease

POUNDS = Unit("GBP")


def test_money_has_its_sign_thousands_separators_and_cents() -> None:
    assert POUNDS.exact(8911407.904) == "£8,911,407.90"
    assert POUNDS.whole(8911407.904) == "£8,911,408"
    assert POUNDS.short(8911407.904) == "£8.91M"


def test_small_amounts_keep_their_cents() -> None:
    assert POUNDS.whole(0.5) == "£0.50"
    assert POUNDS.whole(99.0) == "£99"


def test_a_currency_without_a_sign_of_its_own_is_named() -> None:
    assert Unit("CHF").whole(1200) == "CHF 1,200"
    assert Unit("JPY").exact(1200) == "¥1,200"


def test_what_is_not_money_carries_its_unit() -> None:
    assert Unit("km", is_money=False).whole(12000) == "12,000 km"


def test_the_minus_stands_before_the_sign_and_never_before_nothing() -> None:
    assert POUNDS.whole(-1200) == "-£1,200"
    assert POUNDS.short(-0.001) == "£0"


@pytest.mark.parametrize(
    ("number", "text"), [(999.4, "999"), (999.6, "1k"), (1234, "1.23k"), (12.0, "12"), (0.0, "0")]
)
def test_short_numbers_have_three_figures(number: float, text: str) -> None:
    assert short_number(number) == text


def test_what_is_not_nothing_never_shows_as_nothing() -> None:
    assert percent(0.0) == "0.0 %"
    assert percent(0.0001) == "under 0.1 %"
    assert percent(0.249) == "24.9 %"


def test_one_is_not_several() -> None:
    assert several(1, "delivery", "deliveries") == "1 delivery"
    assert several(2000, "delivery", "deliveries") == "2,000 deliveries"


def test_any_value_can_be_shown() -> None:
    shown = [cell(one) for one in (None, True, 3.25, "x", datetime(2024, 6, 22))]
    assert shown == ["–", "yes", "3.25", "x", "2024-06-22"]


def test_a_day_is_written_out() -> None:
    assert day_words(date(2024, 6, 22)) == "22 June 2024"


@pytest.mark.parametrize(("source", "unit"), [("attribute", "GBP"), ("spend", "km"), (None, "km")])
def test_an_attribute_that_says_what_customers_are_worth_is_money(
    tmp_path: Path, source: str | None, unit: str
) -> None:
    reading = SmallRelease(about={"amount_unit": "km"}).reading(tmp_path)
    (tmp_path / "value.json").write_text(
        json.dumps({"format": FORMAT, "priority_from": source}), "utf-8"
    )
    assert customer_value_unit(reading).name == unit
    assert unit_of(reading).name == "km"
