"""What customers paid and got back: from a table, as known at a day, net of refunds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import NotEnoughData
from regulars.features.value_rows import SPEND
from regulars.ml.clv.spend_history import SpendHistory


def spend(*rows: tuple[str, int, int, float, float]) -> pa.Table:
    days = [[date(2024, 1, day) for day in (row[1], row[2])] for row in rows]
    return pa.table(
        {
            "customer_id": [row[0] for row in rows],
            "period": [day[0] for day in days],
            "known_period": [day[1] for day in days],
            "amount": [row[3] for row in rows],
            "refunded": [row[4] for row in rows],
        },
        schema=SPEND,
    )


HISTORY = SpendHistory.from_table(
    spend(
        ("anna", 1, 1, 50, 0),
        ("anna", 5, 5, 0, 50),
        ("ben", 2, 9, 50, 0),
        ("cleo", 3, 3, 80, 0),
        ("cleo", 4, 4, 0, 20),
    )
)
NEW_YEAR = 19723  # day number of 2024-01-01


def test_codes_number_the_customers_of_the_table() -> None:
    assert HISTORY.ids_of(np.array([2, 0])).to_pylist() == ["cleo", "anna"]
    codes, has_code = HISTORY.codes_of(pa.chunked_array([["cleo", "zoe"], ["ben"]]))
    assert has_code.tolist() == [True, False, True]
    assert codes[has_code].tolist() == [2, 1]
    assert HISTORY.first_day == NEW_YEAR


def test_who_got_everything_back_has_no_purchase_that_stood() -> None:
    code, day, amount = HISTORY.standing()
    assert HISTORY.ids_of(code).to_pylist() == ["ben", "cleo"]
    assert (day - NEW_YEAR).tolist() == [1, 2]
    assert amount.tolist() == [50.0, 60.0]


def test_refunds_count_in_what_was_spent_of_a_window() -> None:
    everyone = np.array([0, 1, 2])
    start, end = NEW_YEAR + 1, NEW_YEAR + 4
    assert HISTORY.spent(everyone, start=start, end=end).tolist() == [0.0, 50.0, 60.0]


def test_a_row_that_was_known_later_is_not_known_before() -> None:
    """Ben's purchase of January 2 was known on January 9."""
    for day, known in ((8, ["anna", "cleo"]), (9, ["anna", "ben", "cleo"])):
        code = HISTORY.before(NEW_YEAR + day).code
        assert HISTORY.ids_of(np.unique(code)).to_pylist() == known


def test_a_table_without_rows_is_too_little() -> None:
    with pytest.raises(NotEnoughData):
        SpendHistory.from_table(SPEND.empty_table())
