"""Stored scores against what happened, once the window has closed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.ml.lifecycle.backtests import Scoring, backtest, closed_scorings, realised_auc
from regulars.release.churn_report import BacktestedScore

SCORING = Scoring("2024-06-22", "first", "a definition", 100, "2024-06-22", "2024-07-22")


def joined(outcome: list[bool], predicted: list[float]) -> pa.Table:
    ids = [f"c{at}" for at in range(len(outcome))]
    return pa.table({"customer_id": ids, "churn_probability": predicted, "churned": outcome})


def test_scores_that_came_true_are_counted_so() -> None:
    table = joined([True, False] * 20, [0.9, 0.1] * 20)
    found = backtest(SCORING, table)
    assert found is not None
    assert (found.predicted, found.observed, realised_auc(found)) == (0.5, 0.5, 1.0)
    assert BacktestedScore(**found.model_dump(mode="json")) == found


@pytest.mark.parametrize(("customers", "told"), [(29, False), (30, True)])
def test_fewer_than_thirty_customers_tell_nothing(customers: int, told: bool) -> None:
    found = backtest(SCORING, joined([True] * customers, [0.5] * customers))
    assert (found is not None) is told


def test_without_any_churn_there_is_no_ranking_to_judge() -> None:
    found = backtest(SCORING, joined([False] * 40, list(np.linspace(0, 1, 40))))
    assert found is not None
    assert realised_auc(found) is None


@pytest.mark.parametrize(
    ("as_of", "due"), [("2024-07-21", False), ("2024-07-22", True), ("2024-08-01", True)]
)
def test_a_scoring_is_due_on_the_day_its_window_closes(as_of: str, due: bool) -> None:
    found = closed_scorings([SCORING], [], as_of=as_of, definition_key=SCORING.definition_key)
    assert bool(found) is due


def test_a_scoring_is_looked_at_once_and_only_for_its_own_definition() -> None:
    done = backtest(SCORING, joined([True, False] * 20, [0.9, 0.1] * 20))
    assert done is not None
    assert not closed_scorings(
        [SCORING], [done], as_of="2024-08-01", definition_key=SCORING.definition_key
    )
    assert not closed_scorings(
        [SCORING], [], as_of="2024-08-01", definition_key="another definition"
    )
