"""Which kind of churn and which horizon fit, and what does each horizon cost?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.insights.release_reading import Reading
from regulars.release.advice_report import HorizonFacts, KindFit


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
class DefinitionAdvice:
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


def definition_advice(reading: Reading) -> DefinitionAdvice | None:
    """The advice of the release; None where it holds none."""
    advice = reading.advice
    if advice is None or not advice.recommendation:
        return None
    return DefinitionAdvice(
        recommendation=advice.recommendation,
        cost=advice.cost,
        in_use=advice.in_use,
        grain=advice.grain,
        kinds=advice.kinds,
        horizons=tuple(
            _horizon(reading, facts, advised=advice.horizon) for facts in advice.horizons
        ),
        pauses=_pauses(reading),
        automated_share=(advice.automated.share or None) if advice.automated else None,
    )


def _pauses(reading: Reading) -> tuple[float, float, float] | None:
    gaps = reading.advice.purchase_gaps if reading.advice else None
    if (
        gaps is None
        or gaps.median is None
        or gaps.percentile_80 is None
        or gaps.percentile_90 is None
    ):
        return None
    return gaps.median, gaps.percentile_80, gaps.percentile_90


def _horizon(reading: Reading, facts: HorizonFacts, *, advised: int | None) -> HorizonCost:
    churn = reading.project.churn
    return HorizonCost(
        horizon=facts.horizon,
        is_advised=facts.horizon == advised,
        is_used=churn is not None
        and churn.kind in ("silence", "decline")
        and facts.horizon == churn.horizon,
        customers=facts.customers,
        churn_share=facts.churn_share,
        came_back_share=facts.came_back_share,
        noticed_after_days=facts.noticed_after_days,
        cutoff=date.fromisoformat(facts.cutoff) if facts.cutoff else None,
    )
