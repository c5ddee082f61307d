"""The exploration counts everyone, hides what is personal, and says what it could not do."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.core.errors import ReleaseError
from regulars.insights.exploration.answer import Exploration, explore
from regulars.insights.exploration.correlations import Pair, groups
from regulars.insights.exploration.sections import SECTIONS, sections
from tests.insights.exploration.conftest import customers, released
from tests.small_release import SmallRelease


def test_every_value_of_a_category_is_counted_with_its_churn(
    found: Exploration, table: pa.Table
) -> None:
    channel = next(one for one in found.categories if one.name == "channel")
    rows = table.to_pylist()
    for level in channel.levels:
        mine = [row for row in rows if row["channel"] == level.value]
        churned = sum(row["churned"] for row in mine)
        assert (level.customers, level.churned) == (len(mine), churned)
        assert level.churned_share == pytest.approx(churned / len(mine))
    assert sum(level.customers for level in channel.levels) == len(rows)
    assert (channel.distinct, channel.mode) == (3, "web")


def test_churn_is_counted_by_the_segment_of_then_in_the_order_of_the_project(
    found: Exploration, table: pa.Table
) -> None:
    rows = table.to_pylist()
    assert [one.segment for one in found.segment_outcomes] == ["Champions", "Lost"]
    for one in found.segment_outcomes:
        mine = [row["churned"] for row in rows if row["segment_then"] == one.segment]
        assert (one.customers, one.churned) == (len(mine), sum(mine))


def test_personal_data_is_not_explored(found: Exploration) -> None:
    assert "name" not in found.seen.categories
    assert "Anna" not in json.dumps(sections(found))


def test_the_overview_counts_cells_and_names_what_does_not_vary(found: Exploration) -> None:
    seen = found.overview
    missing = sum(one.missing for one in found.numbers) + sum(
        one.missing for one in found.categories
    )
    assert (seen.customers, seen.numbers, seen.categories, seen.inputs) == (60, 5, 2, 7)
    assert (seen.missing, seen.missing_share) == (missing, pytest.approx(missing / 420))
    assert (seen.constant, seen.duplicates) == (("flat",), 0)
    assert seen.entities == {"transactions": 98}


def test_what_cannot_be_tested_is_named_with_the_reason(found: Exploration) -> None:
    assert found.significance.left_out == {
        "flat": "it does not vary within the groups",
        "nobody_knows": "fewer than two customers in a group have it",
    }


def test_a_category_of_too_many_values_is_not_tested(tmp_path: Path) -> None:
    many = customers().append_column("city", pa.array([f"town {at}" for at in range(60)]))
    seen = explore(released(tmp_path, many))
    assert seen.significance.left_out["city"] == "it has 60 different values"
    assert seen.overview.many_values == ("city",)
    assert len(next(one for one in seen.categories if one.name == "city").levels) == 50


def test_without_an_outcome_there_is_a_description_and_no_test(tmp_path: Path) -> None:
    unknown = customers().set_column(2, "churned", pa.array([None] * 60, pa.bool_()))
    seen = explore(released(tmp_path, unknown))
    assert "no outcome is known" in seen.target.why_none
    assert seen.significance.tests == ()
    assert seen.correlations.with_outcome == ()
    assert seen.histograms
    assert seen.segment_outcomes[0].churned is None


def test_the_numbers_told_first_do_not_say_the_same(found: Exploration) -> None:
    names = [one.name for one in found.telling_numbers]
    assert len({"orders", "orders_90d"} & set(names)) == 1


def test_pairs_that_share_a_number_become_one_group() -> None:
    found = groups(
        (Pair("a", "b", 0.9), Pair("c", "d", 0.9), Pair("d", "b", -0.9), Pair("x", "y", 1))
    )
    assert found == (("a", "b", "c", "d"), ("x", "y"))


def test_a_sample_is_told_apart_from_everyone(tmp_path: Path) -> None:
    dates = pa.table(
        {
            "as_of": pa.array([datetime(2024, 2, 23), datetime(2024, 3, 24)], pa.timestamp("us")),
            "customers": [50, 90],
            "churned": [20, 45],
        }
    )
    seen = explore(released(tmp_path, customers(), dates=dates))
    assert (seen.seen.customers, seen.seen.of_customers, seen.seen.is_sample) == (60, 90, True)
    assert [(one.as_of, one.churned_share) for one in seen.outcomes] == [
        (date(2024, 2, 23), 0.4),
        (date(2024, 3, 24), 0.5),
    ]


def test_the_sections_are_plain_json_with_every_section(found: Exploration) -> None:
    read = json.loads(json.dumps(sections(found), allow_nan=False))
    assert set(read) == {"explored", *SECTIONS}
    assert read["correlation_analysis"]["strong_pairs"] == 1
    assert {"p", "q", "effect", "significant"} <= set(read["statistical_tests"]["t_tests"][0])


def test_an_empty_population_is_explored_without_a_number(tmp_path: Path) -> None:
    seen = explore(released(tmp_path, customers().slice(0, 0)))
    assert (seen.seen.customers, seen.overview.missing_share) == (0, 0.0)
    json.dumps(sections(seen), allow_nan=False)


def test_a_release_without_customers_to_explore_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no customers to explore"):
        explore(SmallRelease().reading(tmp_path))
