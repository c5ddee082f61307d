"""How sure totals are: of single customers, of the estimators, and of a season nobody knows."""

from __future__ import annotations

import pytest

from regulars.ml.clv.value_level import (
    MODEL_SD,
    MODEL_SD_WITHOUT_A_YEAR,
    HiddenTotal,
    Level,
    TotalError,
)


def width(error: TotalError) -> float:
    low, high = error.interval(100.0, share=0.8)
    assert low < 100 < high
    return high - low


def test_totals_without_a_year_of_history_carry_the_season() -> None:
    known = TotalError.ahead(None, Level(), knows_a_year=True)
    unknown = TotalError.ahead(None, Level(), knows_a_year=False)
    assert (known.common, unknown.common) == (MODEL_SD, MODEL_SD_WITHOUT_A_YEAR)
    assert width(unknown) > 1.9 * width(known)


def test_a_rehearsal_that_missed_by_more_than_usual_widens_and_one_that_hit_narrows() -> None:
    errors = [
        TotalError.ahead(HiddenTotal(miss, 0.05, knew_a_year=False), Level(), knows_a_year=True)
        for miss in (0.0, 0.3, 1.0)
    ]
    assert width(errors[0]) < width(errors[1]) < width(errors[2])


def test_a_miss_without_a_year_is_a_season_and_counts_for_less() -> None:
    season, miss = (
        TotalError.ahead(HiddenTotal(0.4, 0.05, knew_a_year=knew), Level(), knows_a_year=True)
        for knew in (False, True)
    )
    assert width(season) < width(miss)


def test_a_level_that_was_set_has_no_miss_left_but_an_error_of_its_own() -> None:
    hidden_total = HiddenTotal(-0.7, 0.05, knew_a_year=True)
    left = TotalError.ahead(hidden_total, Level(0.5, 0.1), knows_a_year=True)
    assert left.common == pytest.approx((MODEL_SD**2 * 8 / 9 + 0.1**2) ** 0.5)
    assert width(left) < width(TotalError.ahead(hidden_total, Level(), knows_a_year=True))


def test_the_interval_is_that_of_a_t_distribution_on_the_logarithm() -> None:
    low, high = TotalError(0.3, 0.4, degrees=9).interval(100.0, share=0.8)
    assert (low, high) == pytest.approx((50.08, 199.7), rel=1e-3)  # 1.383 x 0.5
