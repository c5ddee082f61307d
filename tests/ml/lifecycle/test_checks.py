"""Checks before training: each has a name, and a failed one stops with that name."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import DataError
from regulars.features.frames import Frame
from regulars.ml.lifecycle.checks import check_training_data, enforce_checks
from tests.ml.conftest import frame_of

ROWS = 60


def rows(churned: int = 20, *, count: int = ROWS, values: object = None, **more: object) -> Frame:
    given = {"recency_days": list(range(count)) if values is None else values, **more}
    columns = {name: ("number", pa.array(each, pa.float64())) for name, each in given.items()}
    outcome = np.array([1.0] * churned + [0.0] * (count - churned))
    return frame_of(columns, outcome)  # type: ignore[arg-type]


def failed(frame: Frame) -> set[str]:
    return {one.name for one in check_training_data(frame) if not one.passed}


def test_good_data_passes_ten_named_checks() -> None:
    found = check_training_data(rows())
    assert len(found) == 10
    assert all(one.passed for one in found)
    enforce_checks(found)


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (rows(count=49), "enough rows"),
        (rows(9), "enough who churned"),
        (rows(51), "enough who stayed"),
        (rows(60), "churn share"),
        (rows(values=[5.0] * ROWS), "a feature that varies"),
        (rows(values=[-1.0, *range(1, ROWS)]), "days and shares are not negative"),
        (rows(values=[float("inf"), *range(1, ROWS)]), "numbers are finite"),
    ],
)
def test_bad_data_is_named_and_blocks(frame: Frame, name: str) -> None:
    assert name in failed(frame)
    with pytest.raises(DataError, match=name):
        enforce_checks(check_training_data(frame))


def test_the_border_itself_passes() -> None:
    assert "enough rows" not in failed(rows(count=50))
    assert "enough who churned" not in failed(rows(10))
    assert "enough who stayed" not in failed(rows(50))


def test_two_rows_of_a_customer_at_one_date_are_one_too_many() -> None:
    frame = rows()
    twice = pa.concat_tables([frame.keys.slice(0, 1), frame.keys.slice(0, ROWS - 1)])
    doubled = Frame(twice, frame.inputs, frame.kinds, frame.churned)
    assert failed(doubled) == {"one row per customer and date"}


def test_an_input_that_is_hardly_ever_there_is_told_but_blocks_nothing() -> None:
    found = check_training_data(rows(tips=[None] * (ROWS - 2) + [1.0, 2.0]))
    assert [one.finding for one in found if not one.passed] == ["tips"]
    enforce_checks(found)
