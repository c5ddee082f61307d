"""The charts of the page as Plotly describes them: data and layout, plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.insights.amounts import Unit
from regulars.insights.churn_drivers import Driver
from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.categories import category_words
from regulars.insights.exploration.numbers import Histogram

STAYED, CHURNED, THIRD = "#2459c9", "#c2570c", "#12897f"
_ROWS = 15


@dataclass(frozen=True)
class Chart:
    """One chart: its name in the page, a title, and what Plotly draws."""

    name: str
    title: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]


def charts(found: Exploration, drivers: Sequence[Driver], *, unit: Unit) -> tuple[Chart, ...]:
    """Every chart that there are facts for, the outcome first."""
    made = (
        _outcome(found),
        _segments(found),
        _categories(found),
        _drivers(drivers),
        _distributions(found),
        _correlations(found),
        _months(found, unit),
        _dates(found),
    )
    return tuple(one for one in made if one is not None)


def _outcome(found: Exploration) -> Chart | None:
    target = found.target
    if target.churned is None:
        return None
    ring = {
        "type": "pie",
        "labels": ["stayed", "churned"],
        "values": [target.stayed, target.churned],
        "hole": 0.5,
        "sort": False,
        "marker": {"colors": [STAYED, CHURNED]},
        "hovertemplate": "%{label}: %{value:,} (%{percent})<extra></extra>",
    }
    after = f" after {found.seen.as_of}" if target.is_dated else ""
    title = f"Who churned{after}, of {found.seen.customers:,} customers"
    return Chart("outcome", title, [ring], {})


def _segments(found: Exploration) -> Chart | None:
    shown = [one for one in found.segment_outcomes if one.churned_share is not None]
    if not shown:
        return None
    rows = [(one.segment or "none", one.churned_share, one.customers) for one in shown]
    return Chart("segments", "Churned, by the segment before", [_share_bars(rows)], _SHARES)


def _categories(found: Exploration) -> Chart | None:
    """One category at a time, chosen from a list; the strongest first."""
    shown = found.telling_categories[:_ROWS]
    if not shown:
        return None
    data = []
    for at, one in enumerate(shown):
        levels = [level for level in one.levels if level.churned_share is not None]
        rows = [
            (category_words(level.value), level.churned_share, level.customers) for level in levels
        ]
        data.append(_share_bars(rows) | {"visible": at == 0})
    layout = _SHARES | _choice([one.words for one in shown], each=1)
    return Chart("categories", "Churned, by category", data, layout)


def _drivers(drivers: Sequence[Driver]) -> Chart | None:
    if not drivers:
        return None
    shown = list(reversed(drivers[:_ROWS]))
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [one.share for one in shown],
        "y": [one.group for one in shown],
        "text": ["; ".join(one.words[:3]) for one in shown],
        "textposition": "none",
        "marker": {"color": STAYED},
        "hovertemplate": "%{y}: %{x:.1%}<br>%{text}<extra></extra>",
    }
    layout = {"xaxis": {"tickformat": ".0%"}, "yaxis": {"automargin": True}}
    return Chart("drivers", "What moves the churn score", [bars], layout)


def _distributions(found: Exploration) -> Chart | None:
    """One number at a time: those who stayed and those who churned, as shares of their group."""
    if not found.histograms:
        return None
    known = found.target.churned is not None
    data = []
    for at, one in enumerate(found.histograms):
        groups = (
            (("stayed", one.stayed, STAYED), ("churned", one.churned, CHURNED))
            if known
            else (("customers", one.customers, STAYED),)
        )
        data += [_shares(one, *group) | {"visible": at == 0} for group in groups]
    names = [one.words for one in found.histograms]
    layout = {
        "barmode": "overlay",
        "bargap": 0,
        "yaxis": {"tickformat": ".0%", "title": {"text": "share of the group"}},
        "legend": {"orientation": "h", "y": -0.15},
        **_choice(names, each=2 if known else 1),
    }
    return Chart("distributions", "Distributions of numbers", data, layout)


def _shares(one: Histogram, name: str, counts: Sequence[int], colour: str) -> dict[str, Any]:
    total = max(sum(counts), 1)
    width = one.edges[1] - one.edges[0]
    return {
        "type": "bar",
        "name": name,
        "x": [edge + width / 2 for edge in one.edges[:-1]],
        "y": [count / total for count in counts],
        "width": width,
        "customdata": list(counts),
        "opacity": 0.55,
        "marker": {"color": colour},
        "hovertemplate": "%{x:,.4g}: %{y:.1%} (%{customdata:,} customers)",
    }


def _correlations(found: Exploration) -> Chart | None:
    seen = found.correlations
    if len(seen.shown) < 2:
        return None
    names = list(seen.shown)
    map_ = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": [list(row) for row in seen.matrix],
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[0, STAYED], [0.5, "#f7f7f7"], [1, CHURNED]],
        "hovertemplate": "%{x}<br>%{y}<br>r = %{z:.2f}<extra></extra>",
    }
    layout = {
        "height": 240 + 18 * len(names),
        "xaxis": {"automargin": True, "tickfont": {"size": 9}},
        "yaxis": {"automargin": True, "autorange": "reversed", "tickfont": {"size": 9}},
    }
    title = f"Correlations; {len(seen.strong):,} of {seen.pairs:,} pairs are above 0.8 in size"
    return Chart("correlations", title, [map_], layout)


def _months(found: Exploration, unit: Unit) -> Chart | None:
    if not found.months:
        return None
    days = [one.month.isoformat() for one in found.months]
    lines = (
        ("orders", [one.orders for one in found.months], "y", THIRD),
        ("customers who bought", [one.active_customers for one in found.months], "y", STAYED),
        (unit.noun, [one.amount for one in found.months], "y2", CHURNED),
    )
    data = [
        {"type": "scatter", "mode": "lines+markers", "name": name, "x": days, "y": values,
         "yaxis": axis, "line": {"color": colour}}
        for name, values, axis, colour in lines
    ]  # fmt: skip
    layout = {
        "hovermode": "x unified",
        "yaxis": {"rangemode": "tozero", "tickformat": ".3~s"},
        "yaxis2": {"overlaying": "y", "side": "right", "rangemode": "tozero", "tickformat": ".3~s",
                   "showgrid": False, "title": {"text": unit.noun}},
        "legend": {"orientation": "h", "y": -0.15},
    }  # fmt: skip
    return Chart("months", "Month by month", data, layout)


def _dates(found: Exploration) -> Chart | None:
    if len(found.outcomes) < 2:
        return None
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [one.as_of.isoformat() for one in found.outcomes],
        "y": [one.churned_share for one in found.outcomes],
        "customdata": [one.customers for one in found.outcomes],
        "line": {"color": CHURNED},
        "hovertemplate": "%{x}: %{y:.1%} of %{customdata:,} customers<extra></extra>",
    }
    layout = {"yaxis": {"tickformat": ".0%", "rangemode": "tozero"}}
    return Chart("dates", "Churned after each date looked back from", [line], layout)


_SHARES: dict[str, Any] = {
    "yaxis": {"tickformat": ".0%", "rangemode": "tozero", "title": {"text": "churned"}},
    "xaxis": {"automargin": True, "type": "category"},
}


def _share_bars(rows: Sequence[tuple[str, float | None, int]]) -> dict[str, Any]:
    ordered = sorted(rows, key=lambda row: -(row[1] or 0.0))
    return {
        "type": "bar",
        "x": [name for name, _, _ in ordered],
        "y": [share for _, share, _ in ordered],
        "customdata": [customers for _, _, customers in ordered],
        "marker": {"color": CHURNED},
        "showlegend": False,
        "hovertemplate": "%{x}: %{y:.1%} of %{customdata:,} customers<extra></extra>",
    }


def _choice(names: Sequence[str], *, each: int) -> dict[str, Any]:
    """A list to choose one of several sets of traces from, `each` traces a set."""
    if len(names) < 2:
        return {}
    buttons = [
        {
            "label": name if len(name) <= 60 else f"{name[:59]}…",
            "method": "update",
            "args": [{"visible": [at == other // each for other in range(each * len(names))]}],
        }
        for at, name in enumerate(names)
    ]
    place = {"x": 0, "xanchor": "left", "y": 1.18, "yanchor": "top", "direction": "down"}
    return {"updatemenus": [{"buttons": buttons, **place}]}
