"""Charts of customers: over time, by segment, by value, and one customer's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.charts.channels import Axis, day_encoding, tooltip
from regulars.charts.marks import Bar, Cell, Column, Point, bars, columns, curve, matrix
from regulars.charts.theme import BLUE, GREY, RISKS, SERIES, Spec
from regulars.insights.amounts import Unit, count, day_words, percent
from regulars.insights.customer_values import ValueTenth
from regulars.insights.migration import CohortMonth, Migration, SegmentSize
from regulars.insights.portfolio import Part
from regulars.insights.run_history import Step
from regulars.insights.segment_figures import Segment
from regulars.insights.staying import SurvivalCurve


def segment_shares_chart(segments: Sequence[Segment], *, unit: Unit) -> Spec | None:
    """Per segment its share of customers and its share of sales."""
    if not segments:
        return None
    amounts = "share of sales" if unit.is_money else f"share of {unit.name}"
    rows = []
    for segment in segments:
        details = {
            "Segment": segment.name,
            "Customers": f"{count(segment.customers)} ({percent(segment.share)})",
            unit.noun: f"{unit.whole(segment.amount)} ({percent(segment.amount_share)})",
        }
        shares = {"share of customers": segment.share, amounts: segment.amount_share}
        rows += [
            Bar(segment.name, share or 0.0, percent(share), details, series=name)
            for name, share in shares.items()
        ]
    series = {"share of customers": GREY, amounts: BLUE}
    return bars(rows, series=series, description="Share of customers and of sales per segment")


def parts_chart(
    parts: Sequence[Part], *, what: str, unit: Unit, riskiest: float | None = None
) -> Spec:
    """Customers per part, coloured by mean churn probability up to `riskiest`."""
    rows = [
        Bar(
            part.name,
            part.customers,
            _customers(part),
            {
                what.capitalize(): part.name,
                "Customers": _customers(part),
                "Mean churn probability": percent(part.mean_probability),
                "Expected to churn": count(part.expected_leavers),
                "Value if they stay": unit.short(part.value_if_stays),
                "Value of each": unit.whole(part.mean_value),
                "Value at risk": unit.short(part.value_at_risk),
                "Have left": count(part.left),
            },
            risk=part.mean_probability,
        )
        for part in parts
    ]
    texts = ", ".join(f"{row.label} {row.text}" for row in rows)
    return bars(
        rows,
        riskiest=riskiest,
        selection="part",
        description=f"Customers by {what}: {texts}",
    )


def risk_parts_chart(parts: Sequence[Part]) -> Spec:
    """Customers by risk category, the highest first."""
    order = {name: place for place, name in enumerate(RISKS)}
    rows = [
        Bar(part.name, part.customers, _customers(part),
            {"Risk": part.name, "Customers": _customers(part)}, colour=RISKS.get(part.name, GREY))
        for part in sorted(parts, key=lambda part: order.get(part.name, len(order)))
    ]  # fmt: skip
    return bars(rows, selection="part", description="Customers by risk")


def amounts_chart(amounts: Mapping[str, float], *, unit: Unit, description: str) -> Spec:
    """One amount per name."""
    rows = [
        Bar(
            name, max(amount, 0.0), unit.short(amount), {"Name": name, "Amount": unit.whole(amount)}
        )
        for name, amount in amounts.items()
    ]
    return bars(rows, description=description)


def shares_chart(
    shares: Mapping[str, tuple[float, str]], *, description: str, colour: str = BLUE
) -> Spec:
    """One share per name, with what it is a share of in words."""
    rows = [
        Bar(name, share, text, {"Name": name, "Share": text}, colour=colour)
        for name, (share, text) in shares.items()
    ]
    return bars(rows, description=description)


def value_tenths_chart(tenths: Sequence[ValueTenth], *, unit: Unit) -> Spec | None:
    """Share of predicted value by tenths of customers; None where value has no sum to share."""
    if len(tenths) != 10 or any(tenth.share is None for tenth in tenths):
        return None
    rows = [
        Column(
            str(tenth.tenth),
            max(tenth.share or 0.0, 0.0),
            {"Tenth": str(tenth.tenth), "Predicted value": unit.whole(tenth.value),
             "Share": percent(tenth.share)},
        )
        for tenth in tenths
    ]  # fmt: skip
    axis = Axis("share of predicted value", "share")
    return columns(rows, y=axis, description="Share of predicted value by tenths of customers")


def survival_chart(curves: Sequence[SurvivalCurve]) -> Spec | None:
    """The share still there by age, of the four largest groups."""
    shown = curves[: len(SERIES)]
    points = [
        Point(
            float(day), share,
            {"Group": group.group, "Days": count(day), "Still there": percent(share)},
            series=group.group,
        )
        for group in shown
        for day, share in ((0, 1.0), *group.points)
    ]  # fmt: skip
    if not any(group.points for group in shown):
        return None
    return curve(
        points,
        axes=(
            Axis("days since joining", has_grid=False),
            Axis("still there", "share", (0.0, 1.0)),
        ),
        series={group.group: colour for group, colour in zip(shown, SERIES, strict=False)},
        description="Share still there by age",
    )


def steps_chart(steps: Sequence[Step] | Mapping[str, float]) -> Spec | None:
    """Seconds per step."""
    if isinstance(steps, Mapping):
        rows = [Bar(name, seconds, f"{seconds:,.1f} s") for name, seconds in steps.items()]
    else:
        rows = [
            Bar(step.name, step.seconds,
                f"{step.seconds:,.1f} s" + (" · unchanged, reused" if step.reused else ""),
                {"Step": step.name, "Result": step.note})
            for step in steps
        ]  # fmt: skip
    return bars(rows, description="Seconds per step") if rows else None


def moves_chart(moved: Migration) -> Spec:
    """Shares of each earlier segment by later segment."""
    cells = [
        Cell(
            move.destination, move.origin, move.share, _short_percent(move.share),
            {"From": move.origin, "To": move.destination, "Customers": count(move.customers),
             "Share of those from there": percent(move.share)},
        )
        for move in moved.moves
    ]  # fmt: skip
    across, down = {move.destination for move in moved.moves}, {move.origin for move in moved.moves}
    return matrix(
        cells,
        order=(
            [name for name in moved.order if name in across],
            [name for name in moved.order if name in down],
        ),
        titles=(
            f"Segment on {day_words(moved.to_as_of)}",
            f"Segment on {day_words(moved.from_as_of)}",
        ),
        description="Shares of each earlier segment by later segment",
    )


def cohorts_chart(months: Sequence[CohortMonth]) -> Spec:
    """The share of each cohort that bought again, by months after the first purchase."""
    names = {
        month.cohort: f"{month.cohort:%b %Y} ({count(month.cohort_customers)})" for month in months
    }
    cells = [
        Cell(
            str(month.months), names[month.cohort],
            month.retention, _short_percent(month.retention),
            {"First bought in": names[month.cohort], "Months later": str(month.months),
             "Customers who bought": count(month.customers), "Share": percent(month.retention)},
        )
        for month in months
    ]  # fmt: skip
    return matrix(
        cells,
        order=(
            [str(later) for later in sorted({month.months for month in months})],
            [names[cohort] for cohort in sorted(names)],
        ),
        titles=("Months after the first purchase", "Month of the first purchase (customers)"),
        description="Share of each cohort that bought again, by month",
    )


def segment_sizes_chart(sizes: Sequence[SegmentSize], *, order: Sequence[str]) -> Spec:
    """Customers per segment at every date, one small chart each, so that no colour is needed."""
    present = {size.segment for size in sizes}
    names = [name for name in order if name in present]
    names += sorted(present - set(names))
    values = [
        {"as_of": str(size.as_of), "segment": size.segment, "customers": size.customers,
         "text": count(size.customers)}
        for size in sizes
    ]  # fmt: skip
    return {
        "description": "Customers per segment at every date",
        "data": {"values": values},
        "facet": {"field": "segment", "type": "nominal", "sort": names, "title": None},
        "columns": 4,
        "spec": {
            "width": 190,
            "height": 90,
            "mark": {"type": "area", "line": {"color": BLUE}, "color": BLUE, "opacity": 0.35},
            "encoding": {
                "x": {**day_encoding("as_of"),
                      "axis": {"format": "%b %y", "tickCount": 3, "grid": False}},
                "y": Axis("", ticks=3).encoding("customers"),
                "tooltip": tooltip({"segment": "Segment", "as_of": "Date", "text": "Customers"}),
            },
        },
    }  # fmt: skip


def _customers(part: Part) -> str:
    return f"{count(part.customers)} ({percent(part.share)})"


def _short_percent(share: float) -> str:
    """`23 %`, or `<1 %`: what fits into a small cell."""
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"
