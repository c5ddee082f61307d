"""Fitted churn scores of different skill, made once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training import train
from regulars.ml.splits import TrainingCutoff

LABELLED = ChurnProblem(ChurnDefinition("labelled"))


@pytest.fixture(scope="package")
def good(snapshot: Frame) -> TrainedChurn:
    """A score that knows contract, price and calls."""
    return train(LABELLED, snapshot)


@pytest.fixture(scope="package")
def poor(snapshot: Frame) -> TrainedChurn:
    """A score that knows nearly nothing."""
    return train(LABELLED, snapshot.select(["calls_30d", "noise"]))


def shuffled(trained: TrainedChurn) -> TrainedChurn:
    """The same score, as if its honest probabilities had been dealt out at random."""
    order = np.random.default_rng(1).permutation(trained.tested.num_rows)
    dealt = trained.tested["churn_probability"].take(order)
    place = trained.tested.schema.get_field_index("churn_probability")
    return replace(
        trained,
        tested=trained.tested.set_column(place, "churn_probability", pa.chunked_array(dealt)),
    )


@pytest.fixture(scope="package")
def silent_at(
    shoppers: tuple[Frame, list[TrainingCutoff]],
) -> tuple[TrainedChurn, TrainedChurn, Frame]:
    """Two silence scores a month apart, and all rows: outcomes of their windows overlap."""
    frame, cutoffs = shoppers
    problem = ChurnProblem(
        ChurnDefinition("silence", horizon=60),
        recency_input="recency_days",
        frequency_input="frequency",
        age_input="age_days",
    )
    return train(problem, frame, cutoffs[:-1]), train(problem, frame, cutoffs), frame
