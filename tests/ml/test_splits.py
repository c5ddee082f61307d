"""Every training window closes before the cutoff it is tried on; customers stay together."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import NotEnoughData
from regulars.ml.splits import Cutoff, customer_folds, plan_cutoffs, rows_at

START = datetime(2024, 1, 1)


def every_30_days(count: int, *, horizon: int, gap: int = 0) -> list[Cutoff]:
    moments = [START + timedelta(days=30 * at) for at in range(count)]
    return [
        Cutoff(moment, moment + timedelta(days=gap), moment + timedelta(days=gap + horizon))
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
    if plan.calibrate:
        assert all(cutoff.outcome_to <= plan.calibrate.as_of for cutoff in plan.validate)


@pytest.mark.parametrize(
    ("count", "rung"),
    [(12, "full"), (8, "no_calibration_cutoff"), (4, "no_validation"), (3, "no_test_in_time")],
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
        Cutoff(START, START - timedelta(days=1), START)


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
