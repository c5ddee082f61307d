"""Inputs are ranked by what training rows say of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.selection import METHODS, rank_inputs


@pytest.fixture(scope="module")
def frame(make_frame) -> Frame:
    """Visits and the plan matter; `twice` says what visits say; the rest is noise."""
    random = np.random.default_rng(5)
    visits = random.normal(size=1200)
    plan = random.choice(["free", "paid"], size=1200)
    odds = -1.2 * visits + 1.2 * (plan == "free") - 0.6
    churned = (random.random(1200) < 1 / (1 + np.exp(-odds))).astype(float)
    noise = {f"noise_{n}": ("number", pa.array(random.normal(size=1200))) for n in range(5)}
    columns = {
        "visits": ("number", pa.array(visits)),
        "twice": ("number", pa.array(2 * visits + 0.01 * random.normal(size=1200))),
        "plan": ("category", pa.array(plan)),
    }
    return make_frame(columns | noise, churned)


@pytest.mark.parametrize("method", [one for one in METHODS if one != "variance"])
def test_every_view_puts_what_matters_before_noise(frame: Frame, method: str) -> None:
    ranking = rank_inputs(frame, method=method, top=3)
    assert {"plan"} < set(ranking.chosen)
    assert set(ranking.inputs[:2]) <= {"visits", "twice", "plan"}
    assert len(ranking.chosen) <= 3


def test_inputs_that_say_the_same_are_pruned_to_one(frame: Frame) -> None:
    ranking = rank_inputs(frame, method="correlation", top=10)
    assert len({"visits", "twice"} & set(ranking.chosen)) == 1


def test_the_vote_keeps_what_two_views_keep(frame: Frame) -> None:
    ranking = rank_inputs(frame, method="vote", top=3)
    votes = dict(zip(ranking.inputs, ranking.votes.tolist(), strict=True))
    assert set(ranking.kept) == set(METHODS)
    assert all(votes[name] >= 2 for name in ranking.chosen)
    assert ranking.inputs[0] == "plan"
    assert list(ranking.votes) == sorted(ranking.votes, reverse=True)


def test_too_few_of_one_outcome_is_said(frame: Frame) -> None:
    few = frame.take(np.flatnonzero(frame.outcome == 0)[:100])
    with pytest.raises(NotEnoughData, match="fewer than 20"):
        rank_inputs(few, method="univariate", top=3)
