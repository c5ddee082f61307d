"""Figures of the numbers: distributions, correlations, and what moves the churn score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from regulars.insights.amounts import percent
from regulars.insights.churn_drivers import Driver
from regulars.insights.exploration.answer import Exploration
from regulars.serve.reports.figures.paper import (
    CHURNED,
    STAYED,
    rows_of_bars,
    save,
    say,
    sheet,
    shorter,
    write,
)

_DRIVERS = 12


def feature_distributions(found: Exploration, path: Path) -> bool:
    """The numbers that tell most: where those who churned lie, and where those who stayed."""
    shown = found.histograms
    if not shown:
        return False
    figure, panels = sheet(
        "Numbers that differ most between those who churned and those who stayed"
        if found.telling_numbers
        else "Distributions of numbers",
        panels=len(shown), columns=4, panel=(3.3, 2.4),
    )  # fmt: skip
    for axes, one in zip(panels, shown, strict=True):
        groups = (
            ((one.stayed, STAYED, "stayed"), (one.churned, CHURNED, "churned"))
            if found.target.churned is not None
            else ((one.customers, STAYED, "customers"),)
        )
        for counts, colour, label in groups:
            shares = np.array(counts) / max(sum(counts), 1)
            axes.stairs(shares, one.edges, fill=True, alpha=0.35, color=colour, label=label)
            axes.stairs(shares, one.edges, color=colour, linewidth=1.2)
        axes.set_yticks([])
        say(axes, one.name, most=36)
    panels[0].legend(frameon=False, fontsize=8)
    save(figure, path, left=0.03)
    return True


def correlation_heatmap(found: Exploration, path: Path) -> bool:
    """Correlations of the numbers closest to the outcome; groups stand together."""
    seen = found.correlations
    if len(seen.shown) < 2:
        return False
    side = 3.2 + 0.25 * len(seen.shown)
    figure, (axes,) = sheet(
        f"Correlations of {len(seen.shown)} numbers", panels=1, columns=1, panel=(side + 0.7, side)
    )
    r = np.array([[np.nan if one is None else one for one in row] for row in seen.matrix], float)
    drawn = axes.imshow(r, cmap="RdBu_r", vmin=-1, vmax=1)
    names = [shorter(name, 26) for name in seen.shown]
    places = range(len(names))
    axes.set_xticks(places, names, rotation=90)
    axes.set_yticks(places, names)
    axes.tick_params(labelsize=7, length=0)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(drawn, ax=axes, fraction=0.03, pad=0.02)
    bar.ax.tick_params(labelsize=7)
    edge = 1.75 / side
    figure.subplots_adjust(left=edge, right=0.93, top=1 - 0.5 / side, bottom=edge)
    write(figure, path)
    return True


def feature_importance(drivers: Sequence[Driver], path: Path) -> bool:
    """What moves the churn score, as shares of all movement."""
    shown = drivers[:_DRIVERS]
    if not shown:
        return False
    figure, (axes,) = sheet(
        "What moves the churn score", panels=1, columns=1, panel=(8.6, 0.9 + 0.3 * len(shown))
    )
    rows_of_bars(
        axes,
        [one.group for one in shown],
        [one.share for one in shown],
        texts=[percent(one.share, 0) for one in shown],
        colour=STAYED,
    )
    say(axes, "Share of all movement of scores; not what causes churn")
    save(figure, path, left=0.22)
    return True
