"""Draws and columns that all recipes build on."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.synthetic.company_size import Size, epoch_seconds, months_before
from regulars.synthetic.drawing import (
    allot,
    blocks,
    choose,
    choose_by_group,
    place_in_group,
    round_at_random,
    running_sum,
    scale_to,
)
from regulars.synthetic.raw_columns import iso_text, money, numbered

counts = st.lists(st.integers(0, 7), min_size=1, max_size=30).map(np.array)


@given(size=st.integers(1, 500), seed=st.integers(0, 99))
def test_allotted_shares_are_exact_and_the_last_takes_the_rest(size: int, seed: int) -> None:
    codes = allot(np.random.default_rng(seed), (0.15, 0.40, 0.25, 0.10, 0.10), size=size)
    found = np.bincount(codes, minlength=5)
    assert found.sum() == size
    assert found[:4].tolist() == [round(share * size) for share in (0.15, 0.40, 0.25, 0.10)]


def test_chosen_codes_have_their_shares_and_an_impossible_code_never_comes() -> None:
    codes = choose(np.random.default_rng(1), (2.0, 0.0, 6.0), size=40_000)
    assert np.bincount(codes, minlength=3) / 40_000 == pytest.approx([0.25, 0, 0.75], abs=0.01)


def test_each_group_has_shares_of_its_own() -> None:
    group = np.repeat([0, 1], 20_000)
    codes = choose_by_group(np.random.default_rng(1), ((1, 0), (1, 3)), group=group)
    assert codes[group == 0].sum() == 0
    assert codes[group == 1].mean() == pytest.approx(0.75, abs=0.01)


@given(counts=counts)
def test_places_count_from_zero_in_every_group(counts: np.ndarray) -> None:
    expected = [place for count in counts.tolist() for place in range(count)]
    assert place_in_group(counts).tolist() == expected


@given(counts=counts)
def test_running_sums_start_anew_in_every_group(counts: np.ndarray) -> None:
    values = np.arange(1.0, counts.sum() + 1)
    ends = np.cumsum(counts)
    expected = [np.cumsum(part) for part in np.split(values, ends[:-1])]
    assert running_sum(values, counts=counts) == pytest.approx(np.concatenate(expected))


@given(counts=counts, rows=st.integers(1, 20))
def test_blocks_cover_every_group_once_and_in_order(counts: np.ndarray, rows: int) -> None:
    covered = [group for start, stop in blocks(counts, rows=rows) for group in range(start, stop)]
    assert covered == list(range(len(counts)))


def test_rounding_at_random_keeps_the_mean() -> None:
    drawn = round_at_random(np.random.default_rng(1), np.full(40_000, 2.25))
    assert set(drawn.tolist()) == {2, 3}
    assert drawn.mean() == pytest.approx(2.25, abs=0.01)


def test_a_scale_is_found_that_meets_the_target() -> None:
    assert scale_to(90.0, expected=lambda by: 10.0 * by) == pytest.approx(9.0)


@given(numbers=st.lists(st.integers(0, 99_999_999), min_size=1, max_size=20))
def test_numbered_text_equals_formatted_text(numbers: list[int]) -> None:
    text = numbered(b"CUST", (np.array(numbers), 8), b"/", rows=len(numbers))
    assert text.to_pylist() == [f"CUST{number:08d}/" for number in numbers]


def test_money_keeps_every_cent_also_below_zero() -> None:
    assert [str(one) for one in money(np.array([1, -250, 123_456])).to_pylist()] == [
        "0.01",
        "-2.50",
        "1234.56",
    ]


def test_text_of_a_moment_is_sortable() -> None:
    at = np.array([epoch_seconds(date(2025, 6, 2)) + 3_661])
    assert iso_text(at) == pa.array(["2025-06-02 01:01:01"])


def test_a_month_before_the_last_of_march_is_the_last_of_february() -> None:
    assert months_before(date(2025, 3, 31), 1) == date(2025, 2, 28)
    assert months_before(date(2026, 1, 1), 18) == date(2024, 7, 1)


def test_one_purpose_does_not_shift_the_draws_of_another() -> None:
    size = Size(100, seed=7)
    alone = size.rng("visits").random(3)
    size.rng("customers").random(1_000)
    assert size.rng("visits").random(3).tolist() == alone.tolist()
    assert size.rng("customers").random(3).tolist() != alone.tolist()
