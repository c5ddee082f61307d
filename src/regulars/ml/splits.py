"""Splits that respect time and customers.

Dated rows: a training cutoff's outcome window closes before the cutoff it is tried on begins.
Undated rows: folds that keep a customer together and the churn share even.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.features.cutoffs import Cutoff as ProjectCutoff
from regulars.features.frames import Frame
from regulars.ml.calibrator_validation import (
    CalibratorValidation,
    calibrator_validations_before,
    season_stretch,
)

Rung = Literal["full", "no_calibration_cutoff", "no_validation", "no_test_in_time"]
MOST_VALIDATION_CUTOFFS = 3


@dataclass(frozen=True)
class TrainingCutoff:
    """A past as-of date and its outcome window `[outcome_from, outcome_to)`."""

    as_of: datetime
    outcome_from: datetime
    outcome_to: datetime

    def __post_init__(self) -> None:
        if not self.as_of <= self.outcome_from < self.outcome_to:
            raise ValueError(f"an outcome window must follow its cutoff: {self}")


# The name in plans that the first version saved with its estimators.
Cutoff = TrainingCutoff


class Purpose(StrEnum):
    """What an estimator of a training is fitted for."""

    CHOICE = "choose between the recipes"
    CALIBRATOR_VALIDATION = (
        "see how probabilities hold at a past cutoff, and whether a calibrator helps"
    )
    TEST = "test the chosen recipe once"
    SHIPPED = "score customers"


@dataclass(frozen=True)
class Fit:
    """One line of a plan: for this purpose fit on these cutoffs and predict on those.

    `apart` says what keeps the two from each other: outcome windows that closed in time, or folds
    of customers where both are the same cutoffs. What ships predicts on no cutoff with outcomes.
    """

    purpose: Purpose
    fit_on: tuple[TrainingCutoff, ...]
    predict_on: tuple[TrainingCutoff, ...]
    apart: Literal["time", "customer"] = "time"


@dataclass(frozen=True)
class Plan:
    """Which cutoffs serve what, and in words which rung of the ladder was taken.

    `train` holds every cutoff that closes before `test`; estimators tried on `validate` learn from
    `before(...)` those only. A calibrator of the test would learn at `calibrate_at`; whether one
    helps is seen in the `calibrator_validations`. Both are empty where the history is too short to
    know. `fits` says line by line what learns from what.
    """

    rung: Rung
    words: str
    train: tuple[TrainingCutoff, ...]
    validate: tuple[TrainingCutoff, ...] = ()
    calibrate_at: tuple[TrainingCutoff, ...] = ()
    calibrator_validations: tuple[CalibratorValidation[TrainingCutoff], ...] = ()
    test: TrainingCutoff | None = None

    @property
    def closed(self) -> tuple[TrainingCutoff, ...]:
        """Every cutoff to learn from in the end, the test included."""
        return self.train if self.test is None else (*self.train, self.test)

    @property
    def fits(self) -> tuple[Fit, ...]:
        """Every fit of a training and what it predicts, in the order in which they happen."""
        if self.test is None:
            train = self.train
            return (Fit(Purpose.TEST, train, train, "customer"), Fit(Purpose.SHIPPED, train, ()))
        choice = (
            (Fit(Purpose.CHOICE, self.before(*self.validate), self.validate),)
            if self.validate
            else ()
        )
        return (
            *choice,
            *(
                Fit(Purpose.CALIBRATOR_VALIDATION, self.before(cutoff), (cutoff,))
                for cutoff in self._predicted_before_the_test()
            ),
            Fit(Purpose.TEST, self.train, (self.test,)),
            Fit(Purpose.SHIPPED, self.closed, ()),
        )

    def fit_for(self, purpose: Purpose) -> Fit | None:
        """The first line of this purpose; None where the history is too short for it."""
        return next((fit for fit in self.fits if fit.purpose == purpose), None)

    def before(self, *cutoffs: TrainingCutoff) -> tuple[TrainingCutoff, ...]:
        """Training cutoffs whose outcome windows close before the first of these begins."""
        return closing_before(self.train, min(cutoff.as_of for cutoff in cutoffs))

    def _predicted_before_the_test(self) -> list[TrainingCutoff]:
        """Cutoffs whose probabilities tell something of a calibrator, in the order of time."""
        learned = {
            cutoff for validation in self.calibrator_validations for cutoff in validation.learn_at
        }
        return sorted({*learned, *self.calibrate_at}, key=lambda cutoff: cutoff.as_of)


def closing_before(
    cutoffs: Sequence[TrainingCutoff], moment: datetime
) -> tuple[TrainingCutoff, ...]:
    """Cutoffs whose outcome was known at `moment`: windows that close at or before it."""
    return tuple(cutoff for cutoff in cutoffs if cutoff.outcome_to <= moment)


def windows_of(cutoffs: Iterable[ProjectCutoff]) -> list[TrainingCutoff]:
    """Dated cutoffs of a project with their outcome windows, as moments."""
    return [
        TrainingCutoff(
            *(_midnight(day) for day in (each.as_of, each.outcome_from, each.outcome_to))
        )
        for each in cutoffs
    ]


def plan_cutoffs(cutoffs: Sequence[TrainingCutoff]) -> Plan:
    """Give each closed cutoff its part, taking the highest rung the history allows.

    Cutoffs between the newest training cutoff and the test, whose windows are still open when the
    test begins, are left out of training: that is the purge. Raises NotEnoughData without cutoffs.
    """
    ordered = sorted(set(cutoffs), key=lambda cutoff: cutoff.as_of)
    if not ordered:
        raise NotEnoughData(
            "no cutoff has a closed outcome window",
            hint="Shorten the horizon, or wait until a whole window has passed.",
        )
    test = ordered[-1]
    train = closing_before(ordered, test.as_of)
    if not train:
        return Plan("no_test_in_time", _no_test_words(test), train=tuple(ordered))
    validate = _validation(train)
    if not validate:
        tail = "history too short for validation: the default ensemble is used"
        return Plan("no_validation", _words(test, train, tail), train, test=test)
    known = [cutoff for cutoff in train if closing_before(train, cutoff.as_of)]
    validations = calibrator_validations_before(known, test)
    if not validations:
        tail = "history too short to validate a calibrator in the season of the test"
        words = _words(test, train, tail, validate)
        return Plan("no_calibration_cutoff", words, train, validate, test=test)
    tail = f"calibrator validated at {_days([each.validate_at for each in validations])}"
    words = _words(test, train, tail, validate)
    stretch = season_stretch(known, test)
    return Plan("full", words, train, validate, stretch, validations, test)


def rows_at(frame: Frame, cutoffs: Sequence[TrainingCutoff]) -> np.ndarray:
    """Mask of the rows that belong to these cutoffs, shape (n,)."""
    days = np.array([np.datetime64(cutoff.as_of, "us") for cutoff in cutoffs], "datetime64[us]")
    return np.isin(frame.as_of, days)


def customer_folds(frame: Frame, *, folds: int, seed: int = 0) -> np.ndarray:
    """Fold number of each row, shape (n,): a customer stays together, churn shares stay even.

    Customers who ever churned and who never did are dealt out to the folds apart.
    """
    _, member = np.unique(frame.customers, return_inverse=True)
    count = int(member.max()) + 1
    churned = np.zeros(count)
    np.maximum.at(churned, member, frame.outcome)
    random = np.random.default_rng(seed)
    shuffled = random.permutation(count)
    dealt = shuffled[np.argsort(churned[shuffled], kind="stable")]
    fold = np.empty(count, dtype=int)
    fold[dealt] = np.arange(count) % folds
    return fold[member]


def customer_parts(frame: Frame, shares: Sequence[int], *, seed: int = 42) -> np.ndarray:
    """Part of each row, shape (n,), by shares in percent: a customer is in one part only.

    Customers who ever churned and the others are dealt out apart: churn shares stay even.
    """
    _, member = np.unique(frame.customers, return_inverse=True)
    count = int(member.max()) + 1
    churned = np.zeros(count)
    np.maximum.at(churned, member, frame.outcome)
    part, random = np.empty(count, dtype=int), np.random.default_rng(seed)
    for outcome in (0, 1):
        group = random.permutation(np.flatnonzero(churned == outcome))
        ends = np.round(np.cumsum(shares) / 100 * len(group)).astype(int)
        part[group] = np.searchsorted(ends, np.arange(len(group)), side="right")
    return np.asarray(part[member])


def random_split(rows: int, *, share: float = 0.3, seed: int = 0) -> np.ndarray:
    """Mask of a random test share, whatever customer or date: the optimistic way."""
    return np.random.default_rng(seed).random(rows) < share


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _validation(train: tuple[TrainingCutoff, ...]) -> tuple[TrainingCutoff, ...]:
    """The last one to three cutoffs that leave something to learn from before them."""
    for first in range(max(0, len(train) - MOST_VALIDATION_CUTOFFS), len(train)):
        if closing_before(train, train[first].as_of):
            return train[first:]
    return ()


def _words(
    test: TrainingCutoff,
    train: Sequence[TrainingCutoff],
    tail: str,
    validate: Sequence[TrainingCutoff] = (),
) -> str:
    chosen = f"; chosen on {_days(validate)}" if validate else ""
    return f"Tested once at {_day(test)}; learned from {_days(train)}{chosen}; {tail}."


def _no_test_words(last: TrainingCutoff) -> str:
    return (
        f"No outcome window closes before the last cutoff ({_day(last)}) begins, so no test later "
        "in time was possible: figures are out-of-fold by customer."
    )


def _days(cutoffs: Sequence[TrainingCutoff]) -> str:
    if len(cutoffs) == 1:
        return f"the cutoff {_day(cutoffs[0])}"
    return f"{len(cutoffs)} cutoffs from {_day(cutoffs[0])} to {_day(cutoffs[-1])}"


def _day(cutoff: TrainingCutoff) -> str:
    return f"{cutoff.as_of:%Y-%m-%d}"
