from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import DataError, NotEnoughData
from regulars.ml.clv.purchase_summary import Summary, distinct
from regulars.ml.spans import Span

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), min_size=1, max_size=80)


def test_purchases_of_one_day_count_once_and_the_first_is_no_repeat() -> None:
    anna, ben = 3, 5
    days = np.array(
        ["2024-06-01T09:30", "2024-06-01T17:00", "2024-06-15T08:00", "2024-06-20T12:00"],
        dtype="datetime64[s]",
    )
    summary = Summary.from_days(
        [anna, anna, anna, ben], days, as_of=np.datetime64("2024-06-22"), unit="week"
    )
    assert summary.customers is not None
    assert summary.customers.tolist() == [anna, ben]
    assert summary.x.tolist() == [1, 0]
    assert summary.t_x.tolist() == [2, 0]
    assert (summary.T * 7).tolist() == pytest.approx([20, 1])


def test_a_purchase_on_the_as_of_date_is_not_seen() -> None:
    summary = Summary.from_days([1, 1, 1], [10, 19, 20], as_of=20, unit="day")
    assert (summary.x[0], summary.t_x[0], summary.T[0]) == (1, 9, 9)


@given(rows=ROWS)
def test_the_order_of_rows_changes_nothing_and_later_rows_neither(
    rows: list[tuple[int, int]],
) -> None:
    code, day = np.array(rows, dtype=np.int64).T
    code, day = np.append(code, 0), np.append(day, 0)
    forward = Summary.from_days(code, day, as_of=30, unit="day")
    late = (day < 30) | (code % 2 == 0)
    back = Summary.from_days(code[late][::-1], day[late][::-1], as_of=30, unit="day")
    for one, other in zip(
        (forward.x, forward.t_x, forward.T), (back.x, back.t_x, back.T), strict=True
    ):
        assert one.tobytes() == other.tobytes()


@given(rows=ROWS)
def test_distinct_histories_carry_every_customer(rows: list[tuple[int, int]]) -> None:
    code, day = np.array(rows, dtype=np.int64).T
    summary = Summary.from_days(code, day, as_of=61, unit="week")
    few = distinct(summary.x, summary.t_x, summary.T)
    assert few.weight.sum() == len(summary)
    assert few.x[few.row].tolist() == summary.x.tolist()
    assert few.t_x[few.row].tolist() == summary.t_x.tolist()
    assert few.T[few.row].tolist() == summary.T.tolist()


@pytest.mark.parametrize(
    ("x", "t_x", "T"), [(-1, 0, 5), (1, 6, 5), (0, 2, 5), (2, 0, 5), (1, np.nan, 5), (0, 0, np.inf)]
)
def test_a_history_that_cannot_be_is_refused_by_row(x: float, t_x: float, T: float) -> None:
    with pytest.raises(DataError, match="at row 1"):
        Summary.from_arrays([0, x], [0, t_x], [9, T], unit="day")


def test_no_purchase_before_the_as_of_date_is_not_enough() -> None:
    with pytest.raises(NotEnoughData):
        Summary.from_days([1], [40], as_of=20, unit="day")


def test_missing_days_and_unknown_units_are_refused() -> None:
    with pytest.raises(DataError, match="missing"):
        Summary.from_days([1], np.array(["NaT"], dtype="datetime64[D]"), as_of=20, unit="day")
    with pytest.raises(DataError, match="time unit"):
        Summary.from_arrays([0], [0], [1], unit="fortnight")  # type: ignore[arg-type]


def test_a_span_converts_between_units_and_reads_as_words() -> None:
    assert Span(2, "week").in_unit("day") == 14
    assert Span(12, "month").in_unit("day") == 365.25
    assert str(Span(39, "week")) == "39 weeks"
    with pytest.raises(DataError):
        Span(0, "day")
