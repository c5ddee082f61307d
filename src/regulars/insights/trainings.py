"""How has the churn score been trained over time?"""

from __future__ import annotations

from regulars.insights.estimator_names import named
from regulars.insights.reading import Reading
from regulars.release.churn_report import TrainingSummary


def trainings(reading: Reading) -> tuple[TrainingSummary, ...]:
    """The newest training first, what shipped in words; empty where nothing was trained."""
    return tuple(
        training.model_copy(update={"shipped": named(training.shipped)})
        for training in model_runs(reading)
    )


def model_runs(reading: Reading) -> tuple[TrainingSummary, ...]:
    """Every estimator that was fitted, the newest first, with its status, figures and gates."""
    return reading.churn.trainings if reading.churn else ()
