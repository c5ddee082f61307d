"""Drawings of value, of staying, and of what goes together with churn."""

from __future__ import annotations

from markupsafe import Markup

from regulars.insights.amounts import count, percent, plain, short_number
from regulars.insights.exploration.categories import CategorySummary, category_words
from regulars.insights.exploration.numbers import Histogram
from regulars.serve.reports.charts.bars import BarRow, bars
from regulars.serve.reports.charts.columns import Column, columns
from regulars.serve.reports.charts.curves import Axis, Plot
from regulars.serve.reports.facts import Facts

CURVES = ("s1", "s2", "s3", "s4")
_LEVELS = 8


def later_drawings(facts: Facts) -> dict[str, Markup | None]:
    """By name; None where the release has no facts for one."""
    return {
        "tenths": tenths_drawing(facts),
        "survival": survival_drawing(facts),
        "first_number": number_drawing(facts, 0),
        "second_number": number_drawing(facts, 1),
        "segment_churn": segment_churn_drawing(facts),
        "category_churn": category_churn_drawing(facts),
        "outcomes": outcomes_drawing(facts),
    }


def shown_histograms(facts: Facts) -> tuple[Histogram, ...]:
    """The two numbers that tell most, where any differ by more than chance."""
    found = facts.exploration
    if found is None or not found.telling_numbers:
        return ()
    return found.histograms[:2]


def shown_category(facts: Facts) -> CategorySummary | None:
    """The category that tells most."""
    found = facts.exploration.telling_categories if facts.exploration else ()
    return found[0] if found else None


def tenths_drawing(facts: Facts) -> Markup | None:
    """Predicted value by tenths of customers."""
    if len(facts.value_tenths) != 10 or any(one.share is None for one in facts.value_tenths):
        return None
    found = [
        Column(
            label=str(one.tenth),
            parts=(max(one.share or 0.0, 0.0),),
            tip=f"tenth {one.tenth}: {facts.unit.whole(one.value)}, {percent(one.share)}",
        )
        for one in facts.value_tenths
    ]
    label = "Share of predicted value by tenths of customers"
    return columns(found, ["s1"], label=label, tick=_share, size=(980, 210))


def survival_drawing(facts: Facts) -> Markup | None:
    """The share still there by age, of the four largest groups."""
    curves = facts.staying.curves[: len(CURVES)]
    last = max((one.points[-1][0] for one in curves if one.points), default=0)
    if not last:
        return None
    x = Axis("days since joining", 0.0, float(last), count)
    y = Axis("still there", 0.0, 1.0, _share)
    plot = Plot(x, y, label="Share still there by age", size=(980, 300))
    for kind, one in zip(CURVES, curves, strict=False):
        plot.line([(0.0, 1.0), *((float(day), share) for day, share in one.points)], kind=kind)
        for day, share in one.points:
            tip = f"{one.group}: {percent(share)} after {count(day)} days"
            plot.dot(day, share, kind=kind, tip=tip)
    return plot.drawn()


def survival_key(facts: Facts) -> list[tuple[str, str]]:
    """Which colour is which group."""
    curves = facts.staying.curves[: len(CURVES)]
    return [(kind, one.group) for kind, one in zip(CURVES, curves, strict=False)]


def number_drawing(facts: Facts, place: int) -> Markup | None:
    """Customers by one number: who stayed below, who churned on top."""
    shown = shown_histograms(facts)
    if len(shown) <= place:
        return None
    one = shown[place]
    found = [
        Column(
            label=plain(one.edges[at]),
            parts=(float(stayed), float(churned)),
            tip=f"{plain(one.edges[at])} to {plain(one.edges[at + 1])}: {count(stayed)} stayed, "
            f"{count(churned)} churned",
        )
        for at, (stayed, churned) in enumerate(zip(one.stayed, one.churned, strict=True))
    ]
    return columns(found, ["s1", "s2"], label=one.words, tick=short_number)


def segment_churn_drawing(facts: Facts) -> Markup | None:
    """Who churned, by the segment before."""
    found = facts.exploration.segment_outcomes if facts.exploration else ()
    shown = [
        (one.segment or "none", one.churned_share, one.customers)
        for one in found
        if one.churned_share is not None
    ]
    return _churn_bars(shown, label="Churned, by the segment before")


def category_churn_drawing(facts: Facts) -> Markup | None:
    """Who churned, by the category that tells most."""
    one = shown_category(facts)
    if one is None:
        return None
    levels = [level for level in one.levels if level.churned_share is not None][:_LEVELS]
    shown = [
        (category_words(level.value), level.churned_share or 0.0, level.customers)
        for level in sorted(levels, key=lambda level: -(level.churned_share or 0.0))
    ]
    return _churn_bars(shown, label=one.words)


def outcomes_drawing(facts: Facts) -> Markup | None:
    """The share that churned after each past date."""
    found = facts.exploration.outcomes if facts.exploration else ()
    if len(found) < 2:
        return None
    shown = [
        Column(
            label=f"{one.as_of:%m-%d}",
            parts=(one.churned_share,),
            tip=f"{one.as_of}: {percent(one.churned_share)} of {count(one.customers)}",
            under=str(one.as_of.year)
            if at == 0 or one.as_of.year != found[at - 1].as_of.year
            else "",
        )
        for at, one in enumerate(found)
    ]
    return columns(shown, ["s2"], label="Churned after each date", tick=_share)


def _churn_bars(shown: list[tuple[str, float, int]], *, label: str) -> Markup | None:
    if not shown:
        return None
    rows = [
        BarRow(name, (share,), (percent(share),), (f"{name}: {count(customers)} customers",))
        for name, share, customers in shown
    ]
    return bars(rows, ["s2"], label=label, width=480)


def _share(value: float) -> str:
    return percent(value, 0)
