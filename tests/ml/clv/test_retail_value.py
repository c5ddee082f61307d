from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from regulars.ml.clv.accuracy import choose_value
from regulars.ml.clv.bg_nbd import BgNbd
from regulars.ml.clv.customer_value import Intervals
from value_figures import Rows, retail_candidates, retail_rows, summaries, value_of

CUTOFF = np.datetime64("2011-09-11")


@pytest.fixture(scope="module")
def rows(shared_data: Callable[[str], Path]) -> Rows:
    return retail_rows(shared_data("retail").parent)


def test_a_candidate_beats_the_naive_rate_out_of_time(rows: Rows) -> None:
    actual, predicted = retail_candidates(rows)
    chosen = choose_value(actual, predicted, judges_level=False)
    best, naive = chosen.accuracy[chosen.best], chosen.accuracy["naive rate"]
    assert chosen.best != "naive rate"
    assert best.spearman > naive.spearman
    assert best.normalised_gini > naive.normalised_gini - 0.02  # the same order, within noise
    assert best.decile_error < naive.decile_error
    assert abs(best.total_error) < abs(naive.total_error)


def test_a_customer_with_one_order_gets_an_estimate_with_its_width(rows: Rows) -> None:
    history, _ = summaries(rows, CUTOFF)
    found = value_of(rows, BgNbd, intervals=Intervals(level=0.8))
    once = history.x == 0
    assert np.all(found.little_history[once])
    assert np.all(found.value[once] > 0)
    assert np.all(found.high[once] > found.value[once])


def test_purchases_after_the_cutoff_change_no_value(rows: Rows) -> None:
    before = rows[1] < CUTOFF
    known: Rows = (rows[0][before], rows[1][before], rows[2][before])
    full, cut = value_of(rows, BgNbd), value_of(known, BgNbd)
    assert full.value.tobytes() == cut.value.tobytes()
    assert full.high.tobytes() == cut.high.tobytes()
