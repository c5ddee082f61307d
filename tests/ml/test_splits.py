"""Every training window closes before the cutoff it is tried on; customers stay together."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import NotEnoughData
from regulars.ml.splits import Fit, Purpose, TrainingCutoff, customer_folds, plan_cutoffs, rows_at

START = datetime(2024, 1, 1)


def every_30_days(count: int, *, horizon: int, gap: int = 0) -> list[TrainingCutoff]:
    moments = [START + timedelta(days=30 * at) for at in range(count)]
    return [
        TrainingCutoff(moment, moment + timedelta(days=gap), moment + timedelta(days=gap + horizon))
        for moment in moments
    ]


@given(st.integers(1, 30), st.integers(10, 200), st.integers(0, 40))
def test_nothing_learns_from_a_window_still_open_when_its_test_begins(
    count: int, horizon: int, gap: int
) -> None:
    cutoffs = every_30_days(count, horizon=horizon, gap=gap)
    plan = plan_cutoffs(cutoffs)
    if plan.test:
        assert plan.test == cutoffs[-1]
        assert all(cutoff.outcome_to <= plan.test.as_of for cutoff in plan.train)
    if plan.validate:
        first = plan.validate[0]
        assert plan.before(*plan.validate)
        assert all(cutoff.outcome_to <= first.as_of for cutoff in plan.before(*plan.validate))


@pytest.mark.parametrize(
    ("count", "rung"),
    [
        (22, "full"),
        (21, "no_calibration_cutoff"),
        (7, "no_calibration_cutoff"),
        (6, "no_validation"),
        (4, "no_validation"),
        (3, "no_test_in_time"),
    ],
)
def test_the_ladder_goes_down_as_the_history_shortens(count: int, rung: str) -> None:
    plan = plan_cutoffs(every_30_days(count, horizon=90))
    assert plan.rung == rung
    assert plan.words.endswith(".")


def test_a_window_that_closes_on_the_day_of_the_test_is_learned_from() -> None:
    plan = plan_cutoffs(every_30_days(4, horizon=90))
    assert plan.train == (every_30_days(1, horizon=90)[0],)


def test_the_order_of_cutoffs_does_not_matter() -> None:
    cutoffs = every_30_days(9, horizon=60)
    assert plan_cutoffs(cutoffs[::-1]) == plan_cutoffs(cutoffs)


def test_no_closed_cutoff_says_what_to_do() -> None:
    with pytest.raises(NotEnoughData, match="no cutoff has a closed outcome window"):
        plan_cutoffs([])


def test_an_outcome_window_before_its_cutoff_is_refused() -> None:
    with pytest.raises(ValueError, match="must follow its cutoff"):
        TrainingCutoff(START, START - timedelta(days=1), START)


def test_folds_keep_customers_together_and_churn_even(shoppers) -> None:
    frame, _ = shoppers
    fold = customer_folds(frame, folds=5)
    for customer in np.unique(frame.customers)[:50]:
        assert len(np.unique(fold[frame.customers == customer])) == 1
    shares = [frame.outcome[fold == number].mean() for number in range(5)]
    assert max(shares) - min(shares) < 0.1


def test_rows_belong_to_their_cutoffs(shoppers) -> None:
    frame, cutoffs = shoppers
    total = sum(rows_at(frame, [cutoff]).sum() for cutoff in cutoffs)
    assert total == len(frame)


Line = tuple[Purpose, str, str, str]


def as_table(fits: tuple[Fit, ...], cutoffs: list[TrainingCutoff]) -> list[Line]:
    """Numbers of the cutoffs that each fit learns from and predicts: `0 1 2`, `3`."""

    def numbers(chosen: tuple[TrainingCutoff, ...]) -> str:
        indices = [cutoffs.index(cutoff) for cutoff in chosen]
        run = next((at for at, index in enumerate(indices) if index != at), len(indices))
        words = [f"0-{run - 1}"] if run > 3 else [str(index) for index in indices[:run]]
        return " ".join([*words, *(str(index) for index in indices[run:])])

    return [(fit.purpose, numbers(fit.fit_on), numbers(fit.predict_on), fit.apart) for fit in fits]


@pytest.mark.parametrize(
    ("count", "table"),
    [
        (
            21,
            [
                (Purpose.CHOICE, "0-14", "16 17 18", "time"),
                (Purpose.CALIBRATOR_VALIDATION, "0", "2", "time"),
                (Purpose.CALIBRATOR_VALIDATION, "0-3", "5", "time"),
                (Purpose.CALIBRATOR_VALIDATION, "0-6", "8", "time"),
                (Purpose.CALIBRATOR_VALIDATION, "0-9", "11", "time"),
                (Purpose.CALIBRATOR_VALIDATION, "0-12", "14", "time"),
                (Purpose.CALIBRATOR_VALIDATION, "0-15", "17", "time"),
                (Purpose.TEST, "0-18", "20", "time"),
                (Purpose.SHIPPED, "0-18 20", "", "time"),
            ],
        ),
        (
            9,
            [
                (Purpose.CHOICE, "0 1 2", "4 5 6", "time"),
                (Purpose.TEST, "0-6", "8", "time"),
                (Purpose.SHIPPED, "0-6 8", "", "time"),
            ],
        ),
        (3, [(Purpose.TEST, "0", "2", "time"), (Purpose.SHIPPED, "0 2", "", "time")]),
        (2, [(Purpose.TEST, "0 1", "0 1", "customer"), (Purpose.SHIPPED, "0 1", "", "time")]),
    ],
)
def test_a_plan_says_for_every_fit_what_it_learns_from_and_what_it_predicts(
    count: int, table: list[Line]
) -> None:
    cutoffs = every_30_days(count, horizon=60)
    assert as_table(plan_cutoffs(cutoffs).fits, cutoffs) == table
