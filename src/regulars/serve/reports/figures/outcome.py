"""Figures of the outcome: how many churned, by category, and how long people have been away."""

from __future__ import annotations

from pathlib import Path

from regulars.insights.amounts import count, percent
from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.categories import CategorySummary, Level, category_words
from regulars.insights.exploration.numbers import Histogram
from regulars.serve.reports.figures.paper import (
    CHURNED,
    PALE,
    SOFT,
    STAYED,
    rows_of_bars,
    save,
    say,
    sheet,
)

_CATEGORIES, _LEVELS = 6, 8


def target_distribution(found: Exploration, path: Path) -> bool:
    """Who churned and who stayed, counted and as shares."""
    target = found.target
    if target.churned is None or target.stayed is None:
        return False
    after = f" after {found.seen.as_of}" if target.is_dated else ""
    figure, (bars, ring) = sheet(
        f"Who churned{after}, of {count(found.seen.customers)} customers",
        panels=2, columns=2, panel=(4.6, 3.2),
    )  # fmt: skip
    groups, colours = (target.stayed, target.churned), (STAYED, CHURNED)
    drawn = bars.bar(["stayed", "churned"], groups, color=colours, width=0.6)
    bars.bar_label(drawn, [count(one) for one in groups], size=9, color=SOFT)
    say(bars, "Customers")
    if sum(groups):
        labels = [
            f"{name} {percent(one / sum(groups))}"
            for name, one in zip(("stayed", "churned"), groups, strict=True)
        ]
        ring.pie(
            groups, labels=labels, colors=colours, startangle=90, textprops={"size": 9},
            wedgeprops={"width": 0.42, "edgecolor": "white"},
        )  # fmt: skip
    say(ring, "Shares")
    save(figure, path)
    return True


def churn_by_category(found: Exploration, path: Path) -> bool:
    """The share that churned by value, of the categories that tell most; dashed: everyone."""
    shown = found.telling_categories[:_CATEGORIES]
    if not shown or found.target.churned_share is None:
        return False
    figure, panels = sheet(
        f"Churn by category (everyone: {percent(found.target.churned_share)})",
        panels=len(shown), columns=2, panel=(5.4, 2.9),
    )  # fmt: skip
    for axes, one in zip(panels, shown, strict=True):
        levels = largest(one)
        shares = [level.churned_share or 0.0 for level in levels]
        texts = [
            f"{percent(share)} of {count(level.customers)}"
            for share, level in zip(shares, levels, strict=True)
        ]
        names = [category_words(level.value) for level in levels]
        rows_of_bars(axes, names, shares, texts=texts, colour=CHURNED)
        axes.axvline(found.target.churned_share, color=PALE, linestyle="--", linewidth=1, zorder=0)
        axes.set_xlim(0, max(shares) * 1.45 or 1)
        say(axes, one.words, most=52)
    save(figure, path, left=0.13)
    return True


def largest(one: CategorySummary) -> list[Level]:
    """The largest values of a category, the highest churn first."""
    levels = [level for level in one.levels if level.churned_share is not None][:_LEVELS]
    return sorted(levels, key=lambda level: -(level.churned_share or 0.0))


def time_histogram(found: Histogram, path: Path) -> bool:
    """How long customers have been there, or away: those who churned on top of those who stayed."""
    figure, (axes,) = sheet(found.words, panels=1, columns=1, panel=(8.6, 3.6))
    known = sum(found.churned) + sum(found.stayed) > 0
    below = found.stayed if known else found.customers
    width = found.edges[1] - found.edges[0]
    middles = [edge + width / 2 for edge in found.edges[:-1]]
    label = "stayed" if known else "customers"
    axes.bar(middles, below, width=width * 0.92, color=STAYED, label=label)
    if known:
        axes.bar(
            middles, found.churned, width=width * 0.92, bottom=below, color=CHURNED,
            label="churned",
        )  # fmt: skip
    axes.legend(frameon=False, fontsize=9)
    say(axes, "Customers; the ends hold what lies beyond 1 and 99 %")
    save(figure, path)
    return True
