"""Rows, columns, deliveries and steps are accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.insights.data_quality import checks, column_quality, reconciliation, rejections
from regulars.insights.delivered_files import deliveries
from regulars.insights.run_history import cutoffs, steps
from tests.small_release import SmallRelease, column, rejected


def test_read_is_kept_and_rejected_and_merged(tmp_path: Path) -> None:
    (one,) = reconciliation(SmallRelease().reading(tmp_path))
    assert (one.read, one.kept, one.rejected, one.merged) == (100, 98, 2, 0)
    assert one.is_balanced


def test_reasons_are_counted_most_rows_first(tmp_path: Path) -> None:
    rows = [rejected("no customer"), *[rejected("twice", disposition="merged")] * 3]
    found = rejections(SmallRelease(rejected=rows).reading(tmp_path))
    assert [(one.reason, one.disposition, one.rows) for one in found] == [
        ("twice", "merged", 3),
        ("no customer", "rejected", 1),
    ]
    assert found[0].share == pytest.approx(0.03)


def test_unreadable_values_weigh_more_than_missing_ones(tmp_path: Path) -> None:
    columns = [column("city", missing=50), column("amount", unreadable=1), column("channel")]
    found = column_quality(SmallRelease(columns=columns).reading(tmp_path))
    assert [(one.column, one.poor) for one in found] == [
        ("amount", True),
        ("city", True),
        ("channel", False),
    ]


@pytest.mark.parametrize("path", ["/home/anna/shop/orders.csv", "C:\\anna\\orders.csv"])
def test_a_delivered_file_is_named_without_the_folders_it_lay_in(tmp_path: Path, path: str) -> None:
    (one,) = deliveries(SmallRelease(files=[{"file": path}]).reading(tmp_path))
    assert [file.name for file in one.files] == ["orders.csv"]


def test_checks_that_did_not_pass_are_named(tmp_path: Path) -> None:
    found = checks(SmallRelease().reading(tmp_path))
    assert (found.passed, found.others) == (1, ())


def test_steps_after_staging_belong_to_another_run_and_are_left_out(tmp_path: Path) -> None:
    found = steps(SmallRelease().reading(tmp_path))
    assert [(one.name, one.reused) for one in found] == [("land", True), ("train", False)]


def test_cutoffs_stand_in_the_order_of_time(tmp_path: Path) -> None:
    found = cutoffs(SmallRelease().reading(tmp_path))
    assert [one.is_closed for one in found] == [True, True, False]
