from __future__ import annotations

import numpy as np
import pytest

from regulars.core.errors import NotEnoughData
from regulars.ml.clv.bg_nbd import BgNbd
from regulars.ml.clv.purchase_summary import Span, Summary
from regulars.ml.clv.year_ago import spent_after, year_ago

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]
START = np.datetime64("2022-01-01")


def shop(*, december: float) -> Rows:
    """Two years of 600 shoppers who buy about every 40 days, in December `december` as often."""
    rng = np.random.default_rng(6)
    days = np.arange(730)
    month = (START + days).astype("datetime64[M]").astype(int) % 12
    chance = np.where(month == 11, december, 1.0) / 40
    rate = rng.gamma(2.0, 0.5, 600)
    code, day = np.nonzero(rng.random((600, 730)) < rate[:, None] * chance)
    return code, START + day, np.full(code.size, 20.0)


def test_a_busy_december_is_seen_in_the_factor_of_the_year_before() -> None:
    found = {
        december: year_ago(
            shop(december=december),
            BgNbd,
            as_of=np.datetime64("2023-12-01"),
            horizon=Span(31, "day"),
            unit="week",
        ).factor
        for december in (1.0, 2.0)
    }
    assert found[1.0] == pytest.approx(1, abs=0.08)
    assert found[2.0] == pytest.approx(2, abs=0.2)


def test_rows_after_the_as_of_date_change_nothing() -> None:
    code, day, amount = shop(december=2.0)
    cut = np.datetime64("2023-06-01")
    known = day < cut
    with_future, without = (
        year_ago(rows, BgNbd, as_of=cut, horizon=Span(3, "month"), unit="week")
        for rows in ((code, day, amount), (code[known], day[known], amount[known]))
    )
    assert with_future == without


def test_less_than_fifteen_months_know_no_season() -> None:
    with pytest.raises(NotEnoughData, match="15 months"):
        year_ago(
            shop(december=1.0),
            BgNbd,
            as_of=np.datetime64("2023-03-01"),
            horizon=Span(31, "day"),
            unit="week",
        )


def test_spend_counts_from_the_as_of_date_up_to_the_end_of_the_horizon() -> None:
    rows = (np.array([1, 1, 1, 1, 7]), np.array([3, 10, 14, 15, 12]), np.array([1.0, 2, 4, 8, 16]))
    history = Summary.from_days(rows[0], rows[1], as_of=10, unit="day")
    assert spent_after(rows, history, as_of=10, horizon=Span(5, "day")).tolist() == [6]
