"""Each estimator of a training is fitted on the cutoffs that the plan names, and on no others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
import pytest

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame
from regulars.ml.calibration import Platt
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training import train
from regulars.ml.estimators import ChurnEstimator
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.log_odds import log_odds, probability
from regulars.ml.splits import Purpose, TrainingCutoff

FIRST = datetime(2024, 1, 1)
CUSTOMERS = 600
Days = tuple[datetime, ...]


@dataclass
class Recording:
    """Notes the dates that it is fitted on and predicts; as sure of itself as it is well fed.

    Its log-odds are too large by a factor that grows with the number of cutoffs it saw, so that a
    calibrator learned from one instance does not suit another.
    """

    name: ClassVar[str] = "recording"

    fits: list[Days] = field(default_factory=list)
    predictions: list[tuple[Days, Days]] = field(default_factory=list)
    seen_: Days = field(init=False, default=())

    def fit(self, frame: Frame) -> Self:
        self.seen_ = days_of(frame)
        self.fits.append(self.seen_)
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        self.predictions.append((self.seen_, days_of(frame)))
        odds = frame.inputs["true_odds"].to_numpy()
        return probability((2 + 0.2 * len(self.seen_)) * odds)

    def contributions(self, frame: Frame) -> Contributions:
        values = log_odds(self.predict(frame))[:, None]
        self.predictions.pop()
        return Contributions(("true_odds",), values, np.zeros(len(frame)))


def days_of(frame: Frame) -> Days:
    return tuple(np.unique(frame.as_of).tolist())


def shop(count: int) -> tuple[Frame, list[TrainingCutoff]]:
    """The same customers at cutoffs 30 days apart with outcome windows of 60 days."""
    random = np.random.default_rng(7)
    moments = [FIRST + timedelta(days=30 * at) for at in range(count)]
    odds = random.normal(size=count * CUSTOMERS)
    churned = (random.random(len(odds)) < probability(odds)).astype(float)
    keys = pa.table(
        {
            "customer_id": [f"c{at:04d}" for at in range(CUSTOMERS)] * count,
            "as_of": pa.array(np.repeat(np.array(moments, "datetime64[us]"), CUSTOMERS)),
        }
    )
    inputs = pa.table({"true_odds": odds, "noise": random.normal(size=len(odds))})
    kinds = dict.fromkeys(inputs.column_names, "number")
    cutoffs = [TrainingCutoff(moment, moment, moment + timedelta(days=60)) for moment in moments]
    return Frame(keys, inputs, kinds, churned).sorted(), cutoffs  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def recorded() -> tuple[Recording, TrainedChurn, Frame]:
    frame, cutoffs = shop(9)
    recording = Recording()
    members: dict[str, ChurnEstimator] = {recording.name: recording}
    problem = ChurnProblem(ChurnDefinition("silence", horizon=60))
    return recording, train(problem, frame, cutoffs, members=members), frame


def planned(trained: TrainedChurn, purpose: Purpose) -> tuple[Days, Days]:
    assert trained.plan is not None
    fit = trained.plan.fit_for(purpose)
    assert fit is not None
    return tuple(one.as_of for one in fit.fit_on), tuple(one.as_of for one in fit.predict_on)


def test_estimators_are_fitted_in_the_order_and_on_the_cutoffs_of_the_plan(
    recorded: tuple[Recording, TrainedChurn, Frame],
) -> None:
    recording, trained, _ = recorded
    choice, _ = planned(trained, Purpose.CHOICE)
    calibration, _ = planned(trained, Purpose.TEST_CALIBRATION)
    test, _ = planned(trained, Purpose.TEST)
    shipped, _ = planned(trained, Purpose.SHIPPED)
    random_split = shipped  # the optimistic figure, from the same rows
    assert recording.fits == [choice, calibration, test, random_split, shipped]
    assert len({choice, calibration, test, shipped}) == 4


def test_no_estimator_predicts_a_cutoff_that_the_plan_keeps_from_it(
    recorded: tuple[Recording, TrainedChurn, Frame],
) -> None:
    recording, trained, _ = recorded
    purposes = [each for each in Purpose if each is not Purpose.SHIPPED]
    allowed = {planned(trained, purpose) for purpose in purposes}
    shipped, _ = planned(trained, Purpose.SHIPPED)
    allowed.add((shipped, shipped))  # the optimistic random split, which says that it is one
    assert set(recording.predictions) == allowed


def test_the_test_is_calibrated_by_an_estimator_that_had_not_seen_the_calibration_cutoff(
    recorded: tuple[Recording, TrainedChurn, Frame],
) -> None:
    _, trained, frame = recorded
    calibrator = learned(frame, *planned(trained, Purpose.TEST_CALIBRATION))
    fitted_on, predicted_on = planned(trained, Purpose.TEST)
    raw = predicted(frame, fitted_on, predicted_on)
    assert np.allclose(trained.tested["churn_probability"].to_numpy(), calibrator(raw))


def test_what_ships_is_calibrated_on_the_newest_outcomes(
    recorded: tuple[Recording, TrainedChurn, Frame],
) -> None:
    _, trained, frame = recorded
    newest = learned(frame, *planned(trained, Purpose.SHIPPED_CALIBRATION))
    earlier = learned(frame, *planned(trained, Purpose.TEST_CALIBRATION))
    assert trained.estimator.platt == newest
    assert newest.slope != pytest.approx(earlier.slope, rel=0.05)


def predicted(frame: Frame, fitted_on: Days, predicted_on: Days) -> np.ndarray:
    """What a recording estimator fitted on some cutoffs says at others."""
    chosen = frame.take(np.isin(frame.as_of, np.array(predicted_on, "datetime64[us]")))
    recording = Recording()
    recording.seen_ = fitted_on
    return recording.predict(chosen)


def learned(frame: Frame, fitted_on: Days, predicted_on: Days) -> Platt:
    """The calibrator of a fit of the plan."""
    chosen = frame.take(np.isin(frame.as_of, np.array(predicted_on, "datetime64[us]")))
    return Platt.learned(chosen.outcome, predicted(frame, fitted_on, predicted_on))
