"""Each estimator of a training is fitted on the cutoffs that the plan names, and on no others."""

from __future__ import annotations

from collections.abc import Sequence
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
from regulars.ml.churn.training_report import training_report
from regulars.ml.estimators import ChurnEstimator
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.evaluation import log_losses
from regulars.ml.log_odds import log_odds, probability
from regulars.ml.splits import Purpose, TrainingCutoff

FIRST = datetime(2024, 1, 1)
CUSTOMERS = 300
# Seven cutoffs a quarter apart, two learned from before them, and the test: two validations.
LONG, SHORT = 21, 20
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


@dataclass
class SeasonBlind(Recording):
    """As sure as it should be on average over a year, and blind to the season."""

    def predict(self, frame: Frame) -> np.ndarray:
        super().predict(frame)
        return probability(frame.inputs["true_odds"].to_numpy())


def shop(count: int, *, season: float = 0) -> tuple[Frame, list[TrainingCutoff]]:
    """The same customers at cutoffs 30 days apart with outcome windows of 60 days.

    In the log-odds of churn a season comes and goes, which no input tells.
    """
    random = np.random.default_rng(7)
    moments = [FIRST + timedelta(days=30 * at) for at in range(count)]
    odds = random.normal(size=count * CUSTOMERS)
    level = season * np.sin(2 * np.pi * 30 * np.repeat(np.arange(count), CUSTOMERS) / 365)
    churned = (random.random(len(odds)) < probability(odds + level)).astype(float)
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


Recorded = tuple[Recording, TrainedChurn, Frame]


def recorded_at(count: int) -> Recorded:
    frame, cutoffs = shop(count)
    recording = Recording()
    members: dict[str, ChurnEstimator] = {recording.name: recording}
    problem = ChurnProblem(ChurnDefinition("silence", horizon=60))
    return recording, train(problem, frame, cutoffs, members=members), frame


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    return recorded_at(LONG)


def planned(trained: TrainedChurn, *purposes: Purpose) -> list[tuple[Days, Days]]:
    assert trained.plan is not None
    return [
        (tuple(one.as_of for one in fit.fit_on), tuple(one.as_of for one in fit.predict_on))
        for fit in trained.plan.fits
        if fit.purpose in purposes
    ]


def test_estimators_are_fitted_in_the_order_and_on_the_cutoffs_of_the_plan(
    recorded: Recorded,
) -> None:
    recording, trained, _ = recorded
    fits = [fitted_on for fitted_on, _ in planned(trained, *Purpose)]
    random_split = fits[-1]  # the optimistic figure, from the rows of what ships
    assert recording.fits == [*fits[:-1], random_split, fits[-1]]
    assert len(fits) == 9


def test_no_estimator_predicts_a_cutoff_that_the_plan_keeps_from_it(recorded: Recorded) -> None:
    recording, trained, _ = recorded
    ((shipped, _),) = planned(trained, Purpose.SHIPPED)
    allowed = set(planned(trained, *(each for each in Purpose if each is not Purpose.SHIPPED)))
    allowed.add((shipped, shipped))  # the optimistic random split, which says that it is one
    assert set(recording.predictions) == allowed


def test_the_test_is_calibrated_by_estimators_that_had_not_seen_the_cutoffs_of_a_year(
    recorded: Recorded,
) -> None:
    _, trained, frame = recorded
    # A year, a quarter at a time; the two before them served the older validations.
    past = planned(trained, Purpose.CALIBRATOR_VALIDATION)[-4:]
    ((fitted_on, predicted_on),) = planned(trained, Purpose.TEST)
    raw = predicted(frame, fitted_on, predicted_on)
    assert np.allclose(trained.tested["churn_probability"].to_numpy(), learned(frame, past)(raw))


def test_what_ships_is_calibrated_on_the_newest_outcomes_too(recorded: Recorded) -> None:
    _, trained, frame = recorded
    past = planned(trained, Purpose.CALIBRATOR_VALIDATION)[-4:]
    newest = learned(frame, [*past, *planned(trained, Purpose.TEST)])
    assert trained.estimator.platt == newest
    assert newest.slope != pytest.approx(learned(frame, past).slope, rel=0.01)


def test_the_report_says_which_validations_agreed(recorded: Recorded) -> None:
    _, trained, _ = recorded
    recalibration = training_report(trained).recalibration
    assert recalibration is not None
    assert (recalibration.applied, recalibration.reason) == (True, "validations_agree")
    older, newer = recalibration.validations
    assert older.helped
    assert newer.helped
    assert (older.log_loss_gain.low or 0) > 0
    assert older.validated_at in newer.learned_at
    assert recalibration.slope == trained.estimator.platt.slope < 0.5


def test_however_wrong_probabilities_are_a_short_history_leaves_them_as_they_are() -> None:
    _, trained, _ = recorded_at(SHORT)
    recalibration = training_report(trained).recalibration
    assert recalibration is not None
    assert (recalibration.applied, recalibration.reason) == (False, "history_too_short")
    assert (recalibration.slope, recalibration.intercept) == (1, 0)


@pytest.mark.parametrize("count", [13, 20, 24])
def test_a_season_that_turns_never_makes_a_calibrated_score_worse(count: int) -> None:
    frame, cutoffs = shop(count, season=1.0)
    members: dict[str, ChurnEstimator] = {"blind": SeasonBlind()}
    trained = train(ChurnProblem(ChurnDefinition("silence", horizon=60)), frame, cutoffs,
                    members=members)  # fmt: skip
    test = rows_of(frame, (cutoffs[-1].as_of,))
    plain = log_losses(test.outcome, SeasonBlind().predict(test)).mean()
    assert trained.scoreboard.ours["log_loss"] <= plain + 0.002


def predicted(frame: Frame, fitted_on: Days, predicted_on: Days) -> np.ndarray:
    """What a recording estimator fitted on some cutoffs says at others."""
    recording = Recording()
    recording.seen_ = fitted_on
    return recording.predict(rows_of(frame, predicted_on))


def learned(frame: Frame, fits: Sequence[tuple[Days, Days]]) -> Platt:
    """The calibrator of some fits of the plan."""
    outcomes = [rows_of(frame, predicted_on).outcome for _, predicted_on in fits]
    probabilities = [predicted(frame, *fit) for fit in fits]
    return Platt.learned(np.concatenate(outcomes), np.concatenate(probabilities))


def rows_of(frame: Frame, days: Days) -> Frame:
    return frame.take(np.isin(frame.as_of, np.array(days, "datetime64[us]")))
