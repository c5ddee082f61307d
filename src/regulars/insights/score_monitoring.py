"""Is the score still accurate? Drift since training, how earlier scores fared, every training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.insights.cautions import caution_sentences
from regulars.insights.churn_drivers import input_words
from regulars.insights.churn_evaluation import named
from regulars.insights.release_reading import Reading
from regulars.insights.step_words import major_drift_words
from regulars.release.churn_report import DriftThresholds, InputDrift, TrainingSummary
from regulars.release.evaluation_facts import Figure


class DriftedInput(InputDrift):
    """One input, in words too, and its population stability index."""

    words: str


@dataclass(frozen=True)
class Drift:
    """How far the customers scored now differ from those that were learned from.

    `not_judged` is the number of inputs of which nobody knows how they change as time passes.
    """

    customers: int
    inputs: tuple[DriftedInput, ...]
    thresholds: DriftThresholds
    not_judged: int = 0

    def with_verdict(self, verdict: str) -> tuple[DriftedInput, ...]:
        """Inputs of one verdict, the highest index first."""
        return tuple(line for line in self.inputs if line.verdict == verdict)

    @property
    def warning(self) -> str:
        """A warning in a sentence that names the worst; empty without major drift."""
        major = [(line.input, line.psi) for line in self.with_verdict("major")]
        return major_drift_words(major, inputs=len(self.inputs))


@dataclass(frozen=True)
class BacktestedScores:
    """Scores given at `as_of`, backtested against what had happened by `outcome_to`."""

    as_of: date
    outcome_to: date
    estimator_id: str
    customers: int
    predicted: float
    observed: float
    roc_auc: Figure


def drift(reading: Reading) -> Drift | None:
    """The index of every input; None where nothing is scored."""
    report = reading.churn.drift if reading.churn else None
    if report is None:
        return None
    return Drift(
        customers=report.customers,
        inputs=tuple(
            DriftedInput(**dict(line), words=input_words(reading, line.input))
            for line in report.inputs
        ),
        thresholds=report.thresholds,
        not_judged=len(report.not_judged),
    )


def backtested_scores(reading: Reading) -> tuple[BacktestedScores, ...]:
    """Every scoring whose outcome window has closed, oldest first."""
    backtests = reading.churn.backtests if reading.churn else ()
    return tuple(
        BacktestedScores(
            as_of=date.fromisoformat(backtest.as_of[:10]),
            outcome_to=date.fromisoformat(backtest.outcome_to[:10]),
            estimator_id=backtest.estimator_id,
            customers=backtest.customers,
            predicted=backtest.predicted,
            observed=backtest.observed,
            roc_auc=backtest.metrics["roc_auc"],
        )
        for backtest in backtests
    )


def trainings(reading: Reading) -> tuple[TrainingSummary, ...]:
    """The newest training first, what shipped in words; empty where nothing was trained."""
    return tuple(
        training.model_copy(update={"shipped": named(training.shipped)})
        for training in model_runs(reading)
    )


def model_runs(reading: Reading) -> tuple[TrainingSummary, ...]:
    """Every estimator that was fitted, the newest first, with its status, figures and gates.

    The one in use carries what must be read beside its figures.
    """
    if reading.churn is None:
        return ()
    used = reading.churn.estimator
    return tuple(
        training.model_copy(update={"cautions": caution_sentences(reading)})
        if used is not None and training.estimator_id == used.estimator_id
        else training
        for training in reading.churn.trainings
    )
