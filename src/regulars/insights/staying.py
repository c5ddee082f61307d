"""How long do members stay? Survival by group, and the life that is left."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.not_yet_computed import why_not_yet
from regulars.insights.release_reading import Reading
from regulars.release.value_report import Concordance


@dataclass(frozen=True)
class SurvivalCurve:
    """The share of a group still there at an age in days, by Kaplan and Meier.

    `is_pooled`: the group is too small for a curve of its own and shares everyone's.
    """

    group: str
    customers: int
    is_pooled: bool
    half_left_after_days: float | None
    points: tuple[tuple[int, float], ...]

    def at(self, days: int) -> float | None:
        """The share still there at this age; None beyond what was observed."""
        return dict(self.points).get(days)


@dataclass(frozen=True)
class Staying:
    """How long members stay; `why_none` says why nothing is known of it.

    `expected_days` is the mean of the next 365 days that present members will stay.
    """

    members: int = 0
    expected_days: float | None = None
    little_history: int = 0
    curves: tuple[SurvivalCurve, ...] = ()
    why_none: str = "no values were made"
    concordance: Concordance | None = None


def staying(reading: Reading) -> Staying:
    """Curves of the largest groups first."""
    not_yet = why_not_yet(reading, "customer_values")
    if not_yet:
        return Staying(why_none=not_yet)
    if reading.value is None:
        return Staying()
    lifetimes = reading.value.lifetimes
    curves = [
        SurvivalCurve(
            group=survival.group,
            customers=survival.customers,
            is_pooled=survival.is_pooled,
            half_left_after_days=survival.half_left_after_days,
            points=tuple((point.days, point.share) for point in survival.points),
        )
        for survival in lifetimes.curves
    ]
    return Staying(
        members=lifetimes.members,
        expected_days=lifetimes.expected_days_in_next_365,
        little_history=lifetimes.little_history,
        curves=tuple(sorted(curves, key=lambda curve: (-curve.customers, curve.group))),
        concordance=lifetimes.concordance,
        why_none=lifetimes.why_none or ("" if curves else "no values were made"),
    )
