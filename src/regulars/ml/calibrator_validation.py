"""Which past cutoffs can say whether a calibrator helps where it will be used.

A calibrator says how far probabilities were off at the cutoffs that it learned from. Churn moves
with the season, so one that learned in spring alone is wrong in autumn however much it helped in
spring. It must have seen the season that it is used in, and two later cutoffs must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from regulars.core.calendar import DAYS_PER_YEAR

# Half a quarter: a day so far from the same day of another year is in its season still.
SEASON_DAYS = 45
# A quarter, less than three short months: closer cutoffs say nearly the same and cost a fit each.
STEP_DAYS = 84
MIN_VALIDATIONS = 2


class OutcomeWindow(Protocol):
    """A cutoff and the end of its outcome window."""

    @property
    def as_of(self) -> datetime: ...

    @property
    def outcome_to(self) -> datetime: ...


Window = TypeVar("Window", bound=OutcomeWindow)


@dataclass(frozen=True)
class CalibratorValidation(Generic[Window]):
    """Learn a calibrator at the cutoffs `learn_at`, try it at the later cutoff `validate_at`."""

    learn_at: tuple[Window, ...]
    validate_at: Window


def shares_season(past: OutcomeWindow, target: OutcomeWindow) -> bool:
    """True where the cutoffs are about whole years apart, or the windows hold every season."""
    days = (target.as_of - past.as_of).days
    years = max(1, round(days / DAYS_PER_YEAR))
    window = (target.outcome_to - target.as_of).days
    return abs(days - years * DAYS_PER_YEAR) <= max(SEASON_DAYS, window / 2)


def season_stretch(known: Sequence[Window], target: OutcomeWindow) -> tuple[Window, ...]:
    """The cutoffs to learn a calibrator for `target` from, oldest first; () where history ends.

    `known` is in the order of time. From the newest that closes before the target back to the first
    one in its season, each closing before the next and at least `STEP_DAYS` apart.
    """
    stretch: list[Window] = []
    later = target.as_of
    for cutoff in reversed(known):
        if cutoff.outcome_to > later or (later - cutoff.as_of).days < STEP_DAYS:
            continue
        stretch.append(cutoff)
        later = cutoff.as_of
        if shares_season(cutoff, target):
            return tuple(reversed(stretch))
    return ()


def calibrator_validations_before(
    known: Sequence[Window], test: OutcomeWindow
) -> tuple[CalibratorValidation[Window], ...]:
    """The newest two before the test, oldest first; () where the history is too short for two.

    Each learns as the calibrator of the test does, a year back, and is tried a cutoff later.
    """
    validations: list[CalibratorValidation[Window]] = []
    stretch = season_stretch(known, test)
    while stretch and len(validations) < MIN_VALIDATIONS:
        tried = stretch[-1]
        stretch = season_stretch(known, tried)
        if stretch:
            validations.append(CalibratorValidation(stretch, tried))
    return tuple(reversed(validations)) if len(validations) == MIN_VALIDATIONS else ()
