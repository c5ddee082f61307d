"""How long do members stay? Survival by group, and the life that is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.insights.reading import Reading


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
        """The share still there at this age; None beyond what was seen."""
        return dict(self.points).get(days)


@dataclass(frozen=True)
class Staying:
    """How long members stay; `why_none` says why nothing is known of it.

    `expected_days` is the mean of the next 365 days that present members will stay.
    """

    members: int
    expected_days: float | None
    little_history: int
    curves: tuple[SurvivalCurve, ...]
    why_none: str = ""


def staying(reading: Reading) -> Staying:
    """Curves of the largest groups first."""
    found: dict[str, Any] = (reading.value or {}).get("time_to_churn") or {}
    curves = [
        SurvivalCurve(
            group=str(one["curve"]),
            customers=int(one["customers"]),
            is_pooled=bool(one["pooled"]),
            half_left_after_days=one.get("half_left_after_days"),
            points=tuple((int(point["days"]), point["share"]) for point in one["survival"]),
        )
        for one in found.get("curves", ())
    ]
    return Staying(
        members=int(found.get("members", 0)),
        expected_days=found.get("mean_expected_days_in_next_365"),
        little_history=int(found.get("little_history", 0)),
        curves=tuple(sorted(curves, key=lambda one: (-one.customers, one.group))),
        why_none=str(found.get("why_none", "" if curves else "no values were made")),
    )
