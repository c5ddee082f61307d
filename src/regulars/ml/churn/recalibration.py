"""Whether probabilities pass through a calibrator, and on what evidence.

One that helped once may have learned the season it was tried in. So it must help at two later
cutoffs, each time learned from a stretch that holds the season of the cutoff; without later rows,
in both halves of the customers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regulars.features.frames import Frame
from regulars.ml.calibration import Platt
from regulars.ml.churn.candidates import Recipe
from regulars.ml.churn.training_context import TrainingContext, learnable
from regulars.ml.evaluation import Estimate, Rows, paired_gain
from regulars.ml.splits import Plan, Purpose, TrainingCutoff, customer_folds

Reason = Literal["validations_agree", "validations_disagree", "history_too_short"]
Predicted = tuple[Frame, np.ndarray]
_SENTENCES: dict[Reason, str] = {
    "validations_agree": (
        "Recalibrated by Platt scaling: it lowered the log loss in each of {tried} validations."
    ),
    "validations_disagree": (
        "Not recalibrated: Platt scaling did not lower the log loss in every validation."
    ),
    "history_too_short": (
        "Not recalibrated: Platt scaling takes two validations on later cutoffs, each in a season "
        "that it has learned from, and the history is too short for them."
    ),
}


@dataclass(frozen=True)
class ValidatedCalibrator:
    """What a calibrator learned at `learned_at` gained in log loss at the later `validated_at`.

    They are dates of cutoffs, or halves of the customers where outcomes have no later rows.
    """

    learned_at: tuple[str, ...]
    validated_at: str
    gain: Estimate

    @property
    def helped(self) -> bool:
        """True where the log loss was lower beyond chance."""
        return self.gain.above_zero


@dataclass(frozen=True)
class Recalibration:
    """The decision and its evidence; `calibrator` is that of the test, None where none is used.

    `past` holds what the recipe predicted at the cutoffs that the calibrator learned from.
    """

    reason: Reason
    validations: tuple[ValidatedCalibrator, ...] = ()
    calibrator: Platt | None = None
    past: tuple[Predicted, ...] = ()

    @property
    def sentence(self) -> str:
        """The decision for people."""
        return _SENTENCES[self.reason].format(tried=len(self.validations))

    def learned_with(self, rows: Frame, predicted: np.ndarray) -> Platt | None:
        """The calibrator of what ships: it learns from newer rows too, where one is used."""
        if self.calibrator is None:
            return None
        return _learned([*self.past, (rows, predicted)])


TOO_SHORT = Recalibration("history_too_short")


def validated_recalibration(context: TrainingContext, plan: Plan, recipe: Recipe) -> Recalibration:
    """Validate at the cutoffs of the plan, the oldest first, until a calibrator does not help."""
    known = _Predictions(context, plan, recipe)
    tried: list[ValidatedCalibrator] = []
    for validation in plan.calibrator_validations:
        past, now = known.at(validation.learn_at), known.at([validation.validate_at])
        if past is None or now is None:
            return Recalibration("history_too_short", tuple(tried))
        gain = _gain(*now[0], _learned(past))
        learned_at = tuple(_day(cutoff) for cutoff in validation.learn_at)
        tried.append(ValidatedCalibrator(learned_at, _day(validation.validate_at), gain))
        # Each further validation costs a fit, and one that failed cannot be outvoted.
        if not gain.above_zero:
            return Recalibration("validations_disagree", tuple(tried))
    past = known.at(plan.calibrate_at) if tried else None
    if past is None:
        return Recalibration("history_too_short", tuple(tried))
    return Recalibration("validations_agree", tuple(tried), _learned(past), tuple(past))


def recalibration_across_customers(frame: Frame, predicted: np.ndarray) -> Recalibration:
    """A calibrator learned on half of the customers must help the other half, both ways.

    `predicted`, shape (n,), are out-of-fold probabilities of these rows. For outcomes without
    dates: no later rows can tell.
    """
    half = customer_folds(frame, folds=2)
    names = ("half of the customers", "the other half")
    tried = []
    for learned_at, validated_at in (names, names[::-1]):
        part = half == names.index(learned_at)
        platt = Platt.learned(frame.outcome[part], predicted[part])
        gain = _gain(frame.take(~part), predicted[~part], platt)
        tried.append(ValidatedCalibrator((learned_at,), validated_at, gain))
    if not all(each.helped for each in tried):
        return Recalibration("validations_disagree", tuple(tried))
    # Both halves showed that it helps, so the one that is used may learn from both.
    return Recalibration("validations_agree", tuple(tried), _learned([(frame, predicted)]))


class _Predictions:
    """What a recipe predicts at past cutoffs, each fitted on what had closed before it, once."""

    def __init__(self, context: TrainingContext, plan: Plan, recipe: Recipe) -> None:
        self._context, self._recipe = context, recipe
        self._fits = {
            fit.predict_on[0]: fit
            for fit in plan.fits
            if fit.purpose is Purpose.CALIBRATOR_VALIDATION
        }
        self._known: dict[TrainingCutoff, Predicted] = {}

    def at(self, cutoffs: Sequence[TrainingCutoff]) -> list[Predicted] | None:
        """Rows and probabilities of each cutoff; None where one of them is too small to learn."""
        predicted = [self._predicted(cutoff) for cutoff in cutoffs]
        known = [each for each in predicted if each is not None]
        return known if len(known) == len(predicted) else None

    def _predicted(self, cutoff: TrainingCutoff) -> Predicted | None:
        if cutoff not in self._known:
            learned = self._context.rows(self._fits[cutoff].fit_on)
            rows = self._context.rows([cutoff])
            if not (learnable(learned) and learnable(rows)):
                return None
            self._context.report(f"validating a calibrator at {_day(cutoff)}")
            estimator = self._context.fit(self._recipe, learned)
            self._known[cutoff] = rows, estimator.predict(rows)
        return self._known[cutoff]


def _learned(predicted: Sequence[Predicted]) -> Platt:
    outcomes = np.concatenate([rows.outcome for rows, _ in predicted])
    return Platt.learned(outcomes, np.concatenate([each for _, each in predicted]))


def _gain(rows: Frame, predicted: np.ndarray, platt: Platt) -> Estimate:
    on = Rows("rows of a calibrator's validation", rows.outcome, rows.customers)
    return paired_gain(platt(predicted), predicted, on=on)["log_loss"]


def _day(cutoff: TrainingCutoff) -> str:
    return f"{cutoff.as_of:%Y-%m-%d}"
