"""A calibrator is validated as it will be used: later, and in a season that it has learned from."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.ml.calibrator_validation import (
    STEP_DAYS,
    calibrator_validations_before,
    season_stretch,
    shares_season,
)
from regulars.ml.splits import TrainingCutoff

TEST = datetime(2024, 12, 1)


def cutoff(days_before: int, *, horizon: int = 90) -> TrainingCutoff:
    moment = TEST - timedelta(days=days_before)
    return TrainingCutoff(moment, moment, moment + timedelta(days=horizon))


def history(days: int, *, step: int = 30, horizon: int = 90) -> list[TrainingCutoff]:
    """Cutoffs before the test whose windows have closed, in the order of time."""
    starts = range(horizon, days + 1, step)
    return [cutoff(start, horizon=horizon) for start in reversed(starts)]


@pytest.mark.parametrize(
    ("days_before", "shares"),
    [(90, False), (319, False), (321, True), (365, True), (410, True), (411, False), (730, True)],
)
def test_a_cutoff_shares_the_season_of_the_same_day_in_another_year(
    days_before: int, shares: bool
) -> None:
    assert shares_season(cutoff(days_before), cutoff(0)) is shares


def test_windows_of_a_year_hold_every_season() -> None:
    assert shares_season(cutoff(500, horizon=365), cutoff(0, horizon=365))
    assert not shares_season(cutoff(500, horizon=180), cutoff(0, horizon=180))


def test_three_quarters_of_a_year_are_too_short_to_know_the_season() -> None:
    assert season_stretch(history(330), cutoff(0)) == ()
    assert season_stretch(history(360), cutoff(0)) == tuple(map(cutoff, (360, 270, 180, 90)))


def test_one_validation_is_not_enough() -> None:
    # Learned a year back from the test, from the cutoff before it, and from the one before that.
    assert calibrator_validations_before(history(530), cutoff(0)) == ()
    older, newer = calibrator_validations_before(history(540), cutoff(0))
    assert [older.validate_at, newer.validate_at] == [cutoff(180), cutoff(90)]


@given(st.integers(1, 1500), st.sampled_from([7, 28, 30, 91]), st.integers(7, 400))
def test_what_is_validated_is_later_than_all_that_taught_it_and_in_a_season_of_it(
    days: int, step: int, horizon: int
) -> None:
    known, test = history(days, step=step, horizon=horizon), cutoff(0, horizon=horizon)
    for validation in calibrator_validations_before(known, test):
        target = validation.validate_at
        assert target.outcome_to <= test.as_of
        assert any(shares_season(past, target) for past in validation.learn_at)
        for earlier, later in pairwise([*validation.learn_at, target]):
            assert earlier.outcome_to <= later.as_of
            assert (later.as_of - earlier.as_of).days >= STEP_DAYS
