"""Which kind of churn and which horizon fit, and what does each horizon cost?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.insights.reading import Reading


@dataclass(frozen=True)
class KindFit:
    """One kind of churn, whether it fits the data, and why."""

    kind: str
    fits: bool
    because: str


@dataclass(frozen=True)
class HorizonCost:
    """What a silence of `horizon` periods says; None where the history is too short to tell.

    `is_used` marks the horizon of the project file, `is_advised` the one that the data suggest.

    `came_back_share` are customers who bought again later, of those who then counted as churned;
    `noticed_after_days` is the median time from the last purchase to the end of the window.
    """

    horizon: int
    is_advised: bool
    is_used: bool
    customers: int
    churn_share: float | None
    came_back_share: float | None
    noticed_after_days: float | None
    cutoff: date | None


@dataclass(frozen=True)
class ChurnDefinition:
    """What was advised when the release was made, and what the project uses.

    `pauses` are days between purchases: half, 80 % and 90 % of all pauses are that long or shorter.
    `automated_share` are customers who pay the same at the same pace: their silence comes late.
    """

    recommendation: str
    cost: str
    in_use: str
    grain: str
    kinds: tuple[KindFit, ...]
    horizons: tuple[HorizonCost, ...]
    pauses: tuple[float, float, float] | None
    automated_share: float | None


def churn_definition(reading: Reading) -> ChurnDefinition | None:
    """The advice of the release; None where it holds none."""
    found = reading.advice
    if not found or not found.get("recommendation"):
        return None
    rhythm = found.get("rhythm") or {}
    pauses = tuple(rhythm.get(name) for name in ("median", "eightieth", "ninetieth"))
    automated = found.get("automated") or {}
    return ChurnDefinition(
        recommendation=str(found["recommendation"]),
        cost=str(found.get("cost", "")),
        in_use=str(found.get("in_use", "")),
        grain=str(found.get("grain", "day")),
        kinds=tuple(KindFit(**one) for one in found.get("kinds", ())),
        horizons=tuple(_horizon(reading, one) for one in found.get("horizons", ())),
        pauses=None if None in pauses else pauses,  # type: ignore[arg-type]
        automated_share=automated.get("share") or None,
    )


def _horizon(reading: Reading, one: dict[str, Any]) -> HorizonCost:
    advised = (reading.advice or {}).get("horizon")
    used = (reading.about.get("churn") or {}).get("horizon")
    in_silence = reading.about.get("churn_kind") in ("silence", "decline")
    cutoff = one.get("cutoff")
    return HorizonCost(
        horizon=int(one["horizon"]),
        is_advised=one["horizon"] == advised,
        is_used=in_silence and one["horizon"] == used,
        customers=int(one.get("customers") or 0),
        churn_share=one.get("churn_share"),
        came_back_share=one.get("came_back_share"),
        noticed_after_days=one.get("noticed_after_days"),
        cutoff=date.fromisoformat(cutoff) if cutoff else None,
    )
