"""Who churned, segment by segment: the segment then, the outcome after."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.exploration.customers import SEGMENT, TABLE
from regulars.insights.reading import Reading


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
