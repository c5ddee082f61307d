"""Charts over time: sales, buyers and members by month, and one customer's history."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.charts.channels import Axis, Grain, label_encoding, tooltip
from regulars.charts.marks import Column, columns
from regulars.charts.theme import BLUE, GREY, ORANGE, TEAL, VIOLET, Spec
from regulars.insights.activity import MembershipMonth, Month
from regulars.insights.amounts import Unit, count, month_words
from regulars.insights.customer_timeline import KINDS, Event
from regulars.insights.customer_transactions import DaySpend

EVENTS = {
    "Purchase": BLUE, "Refund": ORANGE, "Not counted": GREY, "Service contact": TEAL,
    "Campaign": VIOLET,
}  # fmt: skip
_MANY_DAYS = 150


def sales_chart(months: Sequence[Month], *, unit: Unit) -> Spec | None:
    """Amount per month; a month that the data do not fill is paler and dashed."""
    rows = [
        Column(month.month, month.amount, {**_month(month), unit.noun: unit.whole(month.amount)},
               is_partial=not month.complete)
        for month in months
    ]  # fmt: skip
    axis = Axis("" if unit.is_money else unit.name, unit=unit)
    return (
        columns(rows, y=axis, grain="month", description=f"{unit.noun} per month") if rows else None
    )


def buyers_chart(months: Sequence[Month]) -> Spec | None:
    """Customers who bought, per month: returning below, new above."""
    series = {"returning": BLUE, "first purchase": TEAL}
    rows = [
        Column(
            month.month,
            float(number),
            {
                **_month(month),
                "Returning": count(month.returning_customers),
                "First purchase": count(month.new_customers),
            },
            series=name,
            is_partial=not month.complete,
        )
        for month in months
        for name, number in (
            ("returning", month.returning_customers),
            ("first purchase", month.new_customers),
        )
    ]
    if not rows:
        return None
    label = "Customers who bought per month, returning and new"
    return columns(rows, y=Axis(""), grain="month", series=series, description=label)


def orders_chart(months: Sequence[Month]) -> Spec | None:
    """Orders per month."""
    rows = [
        Column(month.month, float(month.orders), {**_month(month), "Orders": count(month.orders)},
               is_partial=not month.complete)
        for month in months
    ]  # fmt: skip
    return (
        columns(rows, y=Axis(""), grain="month", description="Orders per month") if rows else None
    )


def members_chart(months: Sequence[MembershipMonth]) -> Spec | None:
    """Members at the end of each month, where joining is dated."""
    rows = [
        Column(
            month.month,
            float(month.members),
            {
                "Month": month_words(month.month), "Members": count(month.members),
                "Joined": count(month.joined), "Left": count(month.left),
            },
        )
        for month in months
    ]  # fmt: skip
    return (
        columns(rows, y=Axis("members"), grain="month", description="Members per month")
        if rows
        else None
    )


def spend_chart(days: Sequence[DaySpend], *, unit: Unit, grain: Grain) -> Spec:
    """One customer's purchases by day, or by month."""
    rows = [
        Column(day.day, day.amount, {"Day": str(day.day), "Purchases": unit.exact(day.amount),
                                     "Rows": count(day.purchases)})
        for day in days
    ]  # fmt: skip
    axis = Axis("" if unit.is_money else unit.name, unit=unit)
    return columns(rows, y=axis, grain=grain, description=f"Spending on {len(rows)} {grain}s")


def events_chart(events: Sequence[Event], *, unit: Unit) -> Spec:
    """Everything known of one customer over time, one lane for each kind."""
    lanes = [kind for kind in KINDS if any(event.kind == kind for event in events)]
    values = [
        {
            "at": f"{event.happened_at:%Y-%m-%dT%H:%M:%S}Z",
            "day": f"{event.happened_at:%Y-%m-%d %H:%M}",
            "kind": event.kind,
            "what": event.what,
            "amount": "" if event.amount is None else unit.exact(event.amount),
        }
        for event in events
    ]
    days = [event.happened_at for event in events]
    is_long = bool(days) and (max(days) - min(days)).days > _MANY_DAYS
    colour = {"domain": lanes, "range": [EVENTS[kind] for kind in lanes]}
    details = {"day": "When", "kind": "What", "what": "More", "amount": "Amount"}
    return {
        "description": f"{count(len(values))} events: {', '.join(lanes)}",
        "data": {"values": values},
        "height": len(lanes) * 34 + 40,
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.75},
        "encoding": {
            "x": {"field": "at", "type": "temporal", "title": None, "scale": {"type": "utc"},
                  "axis": {"labelOverlap": True, "format": "%b %Y" if is_long else "%-d %b"}},
            "y": {**label_encoding("kind"), "sort": lanes},
            "color": {"field": "kind", "type": "nominal", "scale": colour, "legend": None},
            "shape": {"field": "kind", "type": "nominal", "sort": lanes, "legend": None},
            "tooltip": tooltip(details),
        },
    }  # fmt: skip


def _month(month: Month) -> dict[str, str]:
    return {"Month": month_words(month.month) + ("" if month.complete else " (in part)")}
