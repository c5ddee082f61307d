"""How values were predicted and tested, and how long members stay."""

from __future__ import annotations

from typing import ClassVar, Literal

from regulars.core.calendar import Grain, periods_text
from regulars.release.contract import ReleaseFile, ReleaseModel

# The simplest method, which every other one must beat: everybody goes on at the own rate.
NAIVE = "own rate"

ValueSource = Literal["attribute", "spend", "predicted"]


class Horizon(ReleaseModel):
    """A length of time in periods of the project."""

    periods: int
    unit: Grain

    @property
    def words(self) -> str:
        """`365 days`."""
        return periods_text(self.periods, grain=self.unit)


class ValueAccuracy(ReleaseModel):
    """Errors of one prediction on a past window that was hidden from it.

    `normalised_gini` and `spearman` judge the order of customers, 1 is perfect; `decile_error` and
    `total_error` the level, 0 is perfect; `deviance` both, smaller is better.
    """

    customers: int
    actual_total: float
    normalised_gini: float
    spearman: float
    decile_error: float
    total_error: float
    mean_absolute_error: float
    deviance: float | None = None


class StayingTenth(ReleaseModel):
    """A tenth of the customers who stayed, by what a stay was expected to bring; 1 the highest.

    Totals of `expected` and `observed` spend in the hidden window.
    """

    tenth: int
    customers: int
    expected: float
    observed: float


class SurvivalPoint(ReleaseModel):
    """The share of a group that is still there at an age in days."""

    days: int
    share: float


class GroupSurvival(ReleaseModel):
    """A group of members and its curve by Kaplan and Meier.

    `is_pooled`: the group is too small for a curve of its own and shares everyone's.
    """

    group: str
    customers: int
    is_pooled: bool
    half_left_after_days: float | None = None
    points: tuple[SurvivalPoint, ...] = ()


class Concordance(ReleaseModel):
    """Harrell's C: how often, of two members, the one with the higher risk left first.

    1 is a perfect order, 0.5 chance. Of a Cox regression on attributes, measured on members that it
    did not learn from; `ended` of the `customers` had left. The 95 % interval covers the draw of
    those members, not that of the members learned from: with others, it would be wider.
    """

    value: float
    low: float
    high: float
    customers: int
    ended: int
    inputs: int


class Lifetimes(ReleaseModel):
    """How long members stay; `why_none` says why nothing is known of it.

    `expected_days_in_next_365` is the mean over present members.
    """

    members: int = 0
    expected_days_in_next_365: float | None = None
    little_history: int = 0
    curves: tuple[GroupSurvival, ...] = ()
    concordance: Concordance | None = None
    why_none: str = ""


class ValueReport(ReleaseFile):
    """How predicted values were chosen and tested; `why_none` says why there are none.

    `level_factor` is what was spent over what was predicted a year ago, and multiplies predictions;
    `level_error` is its relative standard error. `total_low` and `total_high` hold what all spend
    with a probability of `interval_level`. `staying` tests the value given a stay.
    `priority_from` says what priorities rest on, `spend_column` which feature holds past value.
    """

    file_name: ClassVar[str] = "value.json"

    method: str = ""
    tested: str = ""
    horizon: Horizon | None = None
    unit: str = ""
    level_factor: float | None = None
    level_error: float = 0.0
    interval_level: float | None = None
    customers: int = 0
    total: float = 0.0
    total_low: float | None = None
    total_high: float | None = None
    accuracy: dict[str, ValueAccuracy] = {}
    staying: tuple[StayingTenth, ...] = ()
    discount_rate_per_year: float = 0.0
    net_of_refunds: bool = True
    priority_from: ValueSource | None = None
    spend_column: str | None = None
    lifetimes: Lifetimes = Lifetimes()
    why_none: str = ""
