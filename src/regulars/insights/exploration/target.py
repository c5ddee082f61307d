"""How many churned, and how uneven are the two groups?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from regulars.insights.exploration.customers import Explored
from regulars.insights.reading import Reading


@dataclass(frozen=True)
class TargetAnalysis:
    """Customers who churned and who stayed; `why_none` says why there are none of either.

    `is_dated` is false where the outcome has no date: what is known may then be younger than it.
    `ratio` is the larger group over the smaller, `entropy` in bits (1 where the groups are equal).
    """

    label: str
    as_of: date
    churned: int | None
    stayed: int | None
    churned_share: float | None
    ratio: float | None
    entropy: float | None
    is_dated: bool = True
    why_none: str = ""


def target_analysis(reading: Reading, seen: Explored) -> TargetAnalysis:
    """The distribution of the outcome."""
    label = reading.project.label
    if seen.churned is None or seen.stayed is None:
        why = "no outcome is known: the project defines no churn, or no outcome window has closed"
        return TargetAnalysis(label, seen.as_of, None, None, None, None, None, why_none=why)
    share = seen.churned / seen.customers
    less, more = sorted((seen.churned, seen.stayed))
    return TargetAnalysis(
        label=label,
        as_of=seen.as_of,
        churned=seen.churned,
        stayed=seen.stayed,
        churned_share=share,
        ratio=more / less if less else None,
        entropy=entropy(share),
        is_dated=reading.project.churn_kind != "labelled",
    )


def entropy(share: float) -> float:
    """Of a two-way split, in bits: `-p log2 p - (1 - p) log2 (1 - p)`."""
    return -sum(part * math.log2(part) for part in (share, 1 - share) if part > 0)
