"""Which chart shows which facts of the report, drawn as SVG in the colours of its page."""

from __future__ import annotations

from markupsafe import Markup

from regulars.charts.activity_charts import buyers_chart, members_chart, sales_chart
from regulars.charts.customer_charts import (
    segment_shares_chart,
    steps_chart,
    survival_chart,
    value_tenths_chart,
)
from regulars.charts.evaluation_charts import cutoffs_chart, scoreboard_chart
from regulars.charts.exploration_charts import (
    category_churn_chart,
    distribution_chart,
    outcomes_chart,
    segment_churn_chart,
)
from regulars.charts.rendering import svg
from regulars.charts.score_charts import (
    calibration_chart,
    drivers_chart,
    gains_chart,
    lift_chart,
    profit_chart,
    risk_chart,
)
from regulars.charts.theme import Spec
from regulars.insights.exploration.categories import CategorySummary
from regulars.insights.exploration.numbers import Histogram
from regulars.serve.reports.facts import Facts

WIDE, HALF = 980, 460


def report_charts(facts: Facts) -> dict[str, Markup]:
    """Every chart that this release has facts for, by name."""
    wide, half = specifications(facts)
    return {
        name: Markup(svg(spec, width=width))
        for charts, width in ((wide, WIDE), (half, HALF))
        for name, spec in charts.items()
        if spec is not None
    }


def specifications(facts: Facts) -> tuple[dict[str, Spec | None], dict[str, Spec | None]]:
    """Charts over the whole page, and over half of it, by name; None without facts."""
    board, curves = facts.churn, facts.curves
    numbers = [distribution_chart(histogram) for histogram in shown_histograms(facts)]
    category, look = shown_category(facts), facts.exploration
    wide = {
        "members": members_chart(facts.membership),
        "segments": segment_shares_chart(facts.segments, unit=facts.unit),
        "scoreboard": scoreboard_chart(board) if board else None,
        "cutoffs": cutoffs_chart(facts.cutoffs, board.cutoffs)
        if board and board.rung != "undated"
        else None,
        "drivers": drivers_chart(facts.drivers),
        "risk": risk_chart(facts.risk, unit=facts.customer_value_unit) if board else None,
        "steps": steps_chart(facts.steps),
        "tenths": value_tenths_chart(facts.value_tenths, unit=facts.customer_value_unit),
        "survival": survival_chart(facts.staying.curves),
    }
    half = {
        "sales": sales_chart(facts.activity, unit=facts.unit),
        "buyers": buyers_chart(facts.activity),
        "calibration": calibration_chart(curves),
        "gain": gains_chart(curves),
        "lift": lift_chart(curves),
        "profit": profit_chart(curves, unit=facts.customer_value_unit),
        "first_number": numbers[0] if numbers else None,
        "second_number": numbers[1] if len(numbers) > 1 else None,
        "segment_churn": segment_churn_chart(look.segment_outcomes) if look else None,
        "category_churn": category_churn_chart(category) if category else None,
        "outcomes": outcomes_chart(look.outcomes) if look else None,
    }
    return wide, half


def shown_histograms(facts: Facts) -> tuple[Histogram, ...]:
    """The two numbers that tell most, where any differ by more than chance."""
    look = facts.exploration
    return look.histograms[:2] if look and look.telling_numbers else ()


def shown_category(facts: Facts) -> CategorySummary | None:
    """The category that tells most."""
    telling = facts.exploration.telling_categories if facts.exploration else ()
    return telling[0] if telling else None
