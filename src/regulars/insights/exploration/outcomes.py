"""Who churned among the explored customers: in all, by segment, and from date to date."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from regulars.insights.exploration.explored_customers import SEGMENT, TABLE, Explored
from regulars.insights.release_reading import Reading


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


@dataclass(frozen=True)
class SegmentOutcome:
    """Explored customers of one segment as it was before the outcome, and how many churned."""

    segment: str | None
    customers: int
    churned: int | None
    churned_share: float | None


def segment_outcomes(reading: Reading) -> tuple[SegmentOutcome, ...]:
    """One answer per segment, in the project's order; empty where nobody was in a segment."""
    if SEGMENT not in reading.columns(TABLE):
        return ()
    rows = reading.rows(
        f"select {SEGMENT} as segment, count(*) as customers, case when count(churned) > 0 then "
        f"count(*) filter (where churned) end as churned from {TABLE} group by {SEGMENT} "
        f"order by {SEGMENT} nulls last"
    )
    if all(row["segment"] is None for row in rows):
        return ()
    order = {name: at for at, name in enumerate(reading.project.segment_order)}
    rows.sort(key=lambda row: (row["segment"] is None, order.get(row["segment"], len(order))))
    return tuple(
        SegmentOutcome(
            row["segment"],
            int(row["customers"]),
            row["churned"],
            None if row["churned"] is None else row["churned"] / row["customers"],
        )
        for row in rows
    )


@dataclass(frozen=True)
class OutcomeAt:
    """Eligible customers at one past date, and how many had churned when its window closed."""

    as_of: date
    customers: int
    churned: int
    churned_share: float


def outcomes_over_time(reading: Reading) -> tuple[OutcomeAt, ...]:
    """Every date whose outcome is known, oldest first."""
    if not reading.has("churn_by_cutoff"):
        return ()
    rows = reading.rows(
        "select cast(as_of as date) as as_of, customers, cast(churned as bigint) as churned, "
        "churned / customers as churned_share from churn_by_cutoff order by as_of"
    )
    return tuple(OutcomeAt(**row) for row in rows)
