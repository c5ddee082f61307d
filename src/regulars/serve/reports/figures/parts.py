"""Figures of parts and of time: segments, and months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regulars.insights.amounts import Unit, count, percent, short_number
from regulars.insights.exploration.answer import Exploration
from regulars.serve.reports.figures.paper import (
    CHURNED,
    PALE,
    STAYED,
    THIRD,
    rows_of_bars,
    save,
    say,
    sheet,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def segment_analysis(found: Exploration, unit: Unit, *, path: Path) -> bool:
    """Per segment: how many, what they bring, how many churned, what is at risk."""
    parts = found.segments
    if not parts:
        return False
    names = [one.name for one in parts]
    figure, panels = sheet("Segments", panels=4, columns=2, panel=(5.4, 0.9 + 0.27 * len(parts)))
    then = {one.segment: one for one in found.segment_outcomes}
    shares = [then[name].churned_share if name in then else None for name in names]
    shown: tuple[tuple[str, list[float], Callable[[float], str], str], ...] = (
        ("Customers now", [float(one.customers) for one in parts], count, PALE),
        (unit.noun, [max(one.amount, 0.0) for one in parts], unit.short, STAYED),
        (f"Churned after {found.seen.as_of}", [one or 0.0 for one in shares], percent, CHURNED),
        ("Value at risk now", [one.value_at_risk for one in parts], unit.short, THIRD),
    )
    for axes, (title, values, words, colour) in zip(panels, shown, strict=True):
        texts = [words(value) for value in values]
        if title.startswith("Churned"):
            texts = [percent(one) for one in shares]
        rows_of_bars(axes, names, values, texts=texts, colour=colour)
        say(axes, title)
    save(figure, path, left=0.13)
    return True


def time_series(found: Exploration, unit: Unit, *, path: Path) -> bool:
    """Month by month: customers who bought, orders, amount; and churn from date to date."""
    months, outcomes = found.months, found.outcomes
    panels = (3 if months else 0) + (1 if len(outcomes) > 1 else 0)
    if not panels:
        return False
    figure, axes = sheet("Over time", panels=panels, columns=2, panel=(5.4, 2.6))
    if months:
        days = np.array([one.month for one in months], "datetime64[D]")
        width = np.timedelta64(24, "D")
        axes[0].bar(days, [one.returning_customers for one in months], width, color=STAYED,
                    label="returning")  # fmt: skip
        axes[0].bar(days, [one.new_customers for one in months], width, color=THIRD, label="new",
                    bottom=[one.returning_customers for one in months])  # fmt: skip
        axes[0].legend(frameon=False, fontsize=8, ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
        say(axes[0], "Customers who bought, per month")
        axes[1].bar(days, [one.orders for one in months], width, color=STAYED)
        say(axes[1], "Orders per month")
        axes[2].bar(days, [one.amount for one in months], width, color=STAYED)
        say(axes[2], f"{unit.noun} per month")
        axes[2].yaxis.set_major_formatter(lambda value, _: short_number(value))
    if len(outcomes) > 1:
        last = axes[-1]
        shares = [one.churned_share for one in outcomes]
        ends = np.array([one.as_of for one in outcomes], "datetime64[D]")
        last.plot(ends, shares, color=CHURNED, marker="o", markersize=4)
        last.set_ylim(0, max(shares) * 1.15 or 1)
        last.yaxis.set_major_formatter(lambda value, _: percent(value, 0))
        say(last, "Churned after each date looked back from")
    for one in axes:
        _dated(one)
    save(figure, path)
    return True


def _dated(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    places = AutoDateLocator(maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(places)
    words = ConciseDateFormatter(places)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(words)
