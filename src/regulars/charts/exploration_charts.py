"""Charts of the exploration: the outcome, and how inputs differ with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.charts.activity_charts import buyers_chart, orders_chart, sales_chart
from regulars.charts.arrangements import chosen_from, side_by_side
from regulars.charts.channels import Axis, scale_colour, series_colour, tooltip
from regulars.charts.customer_charts import amounts_chart
from regulars.charts.marks import Bar, Point, bars, curve
from regulars.charts.score_charts import drivers_chart
from regulars.charts.theme import CHURNED, CORRELATION_SCALE, STAYED, Spec
from regulars.insights.amounts import Unit, count, percent, plain
from regulars.insights.churn_drivers import Driver
from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.categories import CategorySummary, Level, category_words
from regulars.insights.exploration.correlations import Correlations
from regulars.insights.exploration.numbers import Histogram
from regulars.insights.exploration.outcomes import OutcomeAt, SegmentOutcome, TargetAnalysis

_LEVELS, _CATEGORIES, _CHOICES = 8, 6, 15
_OUTCOMES = {"stayed": STAYED, "churned": CHURNED}


def outcome_chart(target: TargetAnalysis) -> Spec | None:
    """How many churned and how many stayed."""
    if target.churned is None or target.stayed is None:
        return None
    total = target.churned + target.stayed or 1
    rows = [
        Bar(name, float(customers), f"{count(customers)} ({percent(customers / total)})",
            {"Outcome": name, "Customers": count(customers)}, colour=_OUTCOMES[name])
        for name, customers in (("stayed", target.stayed), ("churned", target.churned))
    ]  # fmt: skip
    return bars(rows, description="Customers who stayed and who churned")


def distribution_chart(histogram: Histogram) -> Spec:
    """One number: where those who churned lie and where those who stayed, as shares of each."""
    groups = {"stayed": histogram.stayed, "churned": histogram.churned}
    series: Mapping[str, str] = _OUTCOMES
    if not any(sum(counts) for counts in groups.values()):
        groups, series = {"customers": histogram.customers}, {"customers": STAYED}
    values = [
        {
            "from": histogram.edges[place],
            "to": histogram.edges[place + 1],
            "share": customers / max(sum(counts), 1),
            "series": name,
            "range": _range(histogram, place),
            "customers": f"{count(customers)} ({percent(customers / max(sum(counts), 1))})",
            "about": f"{_range(histogram, place)}: {count(customers)} {name}",
        }
        for name, counts in groups.items()
        for place, customers in enumerate(counts)
    ]
    across = Axis("", has_grid=False).encoding("from")
    details = {"range": histogram.words, "series": "Group", "customers": "Customers"}
    return {
        "description": histogram.words,
        "data": {"values": values},
        "height": 200,
        "mark": {"type": "bar", "opacity": 0.55, "binSpacing": 0},
        "encoding": {
            "x": {**across, "scale": {"zero": False, "nice": False}, "bin": {"binned": True}},
            "x2": {"field": "to"},
            "y": {**Axis("share of the group", "share", ticks=4).encoding("share"), "stack": None},
            "color": series_colour(series),
            "tooltip": tooltip(details),
            "description": {"field": "about", "type": "nominal"},
        },
    }


def segment_churn_chart(outcomes: Sequence[SegmentOutcome]) -> Spec | None:
    """The share that churned, by the segment before."""
    shown = [
        (outcome.segment or "none", outcome.churned_share, outcome.customers)
        for outcome in outcomes
        if outcome.churned_share is not None
    ]
    return _churn_bars(shown, description="Churned, by the segment before")


def category_churn_chart(category: CategorySummary) -> Spec | None:
    """The share that churned by value of a category, of its largest values the highest first."""
    shown = [
        (category_words(level.value), level.churned_share or 0.0, level.customers)
        for level in largest_levels(category)
    ]
    return _churn_bars(shown, description=category.words)


def outcomes_chart(outcomes: Sequence[OutcomeAt]) -> Spec | None:
    """The share that churned after each past cutoff."""
    if len(outcomes) < 2:
        return None
    points = [
        Point(
            outcome.as_of,
            outcome.churned_share,
            {"Cutoff": str(outcome.as_of), "Churned": percent(outcome.churned_share),
             "Customers": count(outcome.customers)},
        )
        for outcome in outcomes
    ]  # fmt: skip
    highest = max(outcome.churned_share for outcome in outcomes)
    return curve(
        points,
        axes=(None, Axis("churned", "share", (0.0, 1.1 * highest or 1.0))),
        description="Churned after each cutoff",
    )


def correlations_chart(correlations: Correlations) -> Spec | None:
    """Correlations of the numbers closest to the outcome; those of a group stand together."""
    names = list(correlations.shown)
    if len(names) < 2:
        return None
    values = [
        {"across": across, "down": down, "r": r, "text": "–" if r is None else f"{r:.2f}"}
        for down, row in zip(names, correlations.matrix, strict=True)
        for across, r in zip(names, row, strict=True)
    ]
    axis = {
        "labelLimit": 170,
        "labelOverlap": False,
        "ticks": False,
        "domain": False,
        "labelFontSize": 10,
    }
    colour = scale_colour("r", CORRELATION_SCALE, (-1, 0, 1))
    return {
        "description": f"Correlations of {len(names)} numbers",
        "data": {"values": values},
        "height": 16 * len(names) + 150,
        "mark": {"type": "rect", "aria": False},
        "encoding": {
            "x": {"field": "across", "type": "nominal", "sort": names, "title": None,
                  "axis": {**axis, "labelAngle": -90}},
            "y": {"field": "down", "type": "nominal", "sort": names, "title": None, "axis": axis},
            "color": {**colour, "title": "r", "legend": {"orient": "right", "gradientLength": 140}},
            "tooltip": tooltip({"down": "Number", "across": "Other", "text": "r"}),
        },
    }  # fmt: skip


def segment_analysis_chart(exploration: Exploration, *, unit: Unit) -> Spec | None:
    """Per segment: customers, sales, churn after the cutoff, value at risk."""
    segments = exploration.segments
    if not segments:
        return None
    customers = [
        Bar(segment.name, float(segment.customers), count(segment.customers))
        for segment in segments
    ]
    sales = {segment.name: segment.amount for segment in segments}
    at_risk = {
        segment.name: segment.value_at_risk
        for segment in segments
        if segment.value_at_risk is not None
    }
    parts = {
        "Customers now": bars(customers, description="Customers"),
        unit.noun: amounts_chart(sales, unit=unit, description=unit.noun),
        f"Churned after {exploration.seen.as_of}": segment_churn_chart(
            exploration.segment_outcomes
        ),
        "Value at risk now": amounts_chart(at_risk, unit=unit, description="Value at risk")
        if at_risk
        else None,
    }
    return side_by_side(_known(parts), across=2, width=380)


def over_time_chart(exploration: Exploration, *, unit: Unit) -> Spec | None:
    """Month by month: customers who bought, orders, sales; and churn from cutoff to cutoff."""
    months = exploration.months
    parts = _known(
        {
            "Customers who bought, per month": buyers_chart(months),
            "Orders per month": orders_chart(months),
            f"{unit.noun} per month": sales_chart(months, unit=unit),
            "Churned after each cutoff": outcomes_chart(exploration.outcomes),
        }
    )
    return side_by_side(parts, across=2, width=440) if parts else None


def interactive_charts(
    exploration: Exploration, drivers: Sequence[Driver], *, unit: Unit
) -> dict[str, tuple[str, Spec]]:
    """The charts of the interactive page by name, each with its title, as far as facts go."""
    explored, pairs = exploration.seen, exploration.correlations
    after = f" after {explored.as_of}" if exploration.target.is_dated else ""
    categories = {
        category.words: chart
        for category in exploration.telling_categories[:_CHOICES]
        if (chart := category_churn_chart(category)) is not None
    }
    numbers = {
        histogram.words: distribution_chart(histogram) for histogram in exploration.histograms
    }
    titled_charts = {
        "outcome": (f"Who churned{after}, of {count(explored.customers)} customers",
                    outcome_chart(exploration.target)),
        "segments": ("Churned, by the segment before",
                     segment_churn_chart(exploration.segment_outcomes)),
        "categories": ("Churned, by category",
                       chosen_from(categories, label="Category") if categories else None),
        "drivers": ("What moves the churn score", drivers_chart(drivers)),
        "distributions": ("Distributions of numbers",
                          chosen_from(numbers, label="Number") if numbers else None),
        "correlations": (f"Correlations; {count(len(pairs.strong))} of {count(pairs.pairs)} pairs "
                         "are above 0.8 in size", correlations_chart(pairs)),
        "sales": (f"{unit.noun} per month", sales_chart(exploration.months, unit=unit)),
        "buyers": ("Customers who bought, per month", buyers_chart(exploration.months)),
        "orders": ("Orders per month", orders_chart(exploration.months)),
        "dates": ("Churned after each cutoff", outcomes_chart(exploration.outcomes)),
    }  # fmt: skip
    return {
        name: (title, chart) for name, (title, chart) in titled_charts.items() if chart is not None
    }


def figure_charts(
    exploration: Exploration, drivers: Sequence[Driver], *, unit: Unit
) -> dict[str, tuple[str, Spec]]:
    """The charts that are written as PNG files by name, each with its title."""
    categories = {
        category.words: category_churn_chart(category)
        for category in exploration.telling_categories[:_CATEGORIES]
    }
    share = percent(exploration.target.churned_share)
    numbers = {
        histogram.name: distribution_chart(histogram) for histogram in exploration.histograms
    }
    titled_charts = {
        "target_distribution": ("Who churned", outcome_chart(exploration.target)),
        "feature_distributions": ("Numbers that differ most between those who churned and stayed"
                                  if exploration.telling_numbers else "Distributions of numbers",
                                  side_by_side(numbers, across=3, width=270) if numbers else None),
        "correlation_heatmap": ("Correlations", correlations_chart(exploration.correlations)),
        "churn_by_category": (f"Churn by category (base rate {share})",
                              side_by_side(_known(categories), across=2, width=380)
                              if categories else None),
        "segment_analysis": ("Segments", segment_analysis_chart(exploration, unit=unit)),
        "time_series": ("Over time", over_time_chart(exploration, unit=unit)),
        "feature_importance": ("What moves the churn score: share of movement, not causes",
                               drivers_chart(drivers)),
    }  # fmt: skip
    return {
        name: (title, chart) for name, (title, chart) in titled_charts.items() if chart is not None
    }


def largest_levels(category: CategorySummary) -> list[Level]:
    """The largest values of a category whose outcome is known, the highest churn first."""
    levels = [level for level in category.levels if level.churned_share is not None][:_LEVELS]
    return sorted(levels, key=lambda level: -(level.churned_share or 0.0))


def _churn_bars(rows: Sequence[tuple[str, float, int]], *, description: str) -> Spec | None:
    churned = [
        Bar(
            name, share, f"{percent(share)} of {count(customers)}",
            {"Of": name, "Churned": percent(share), "Customers": count(customers)},
            colour=CHURNED,
        )
        for name, share, customers in rows
    ]  # fmt: skip
    return bars(churned, description=description) if churned else None


def _range(histogram: Histogram, place: int) -> str:
    return f"{plain(histogram.edges[place])} to {plain(histogram.edges[place + 1])}"


def _known(parts: Mapping[str, Spec | None]) -> dict[str, Spec]:
    return {title: spec for title, spec in parts.items() if spec is not None}
