"""The kinds of chart: bars, columns over time, curves, matrices and intervals.

Values stand beside bars as text, so that nothing has to be read from a colour alone. Every row
has `details`, shown when it is pointed at, and read aloud where a chart stands as SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from regulars.charts.channels import (
    SHARE_LABEL,
    Axis,
    Grain,
    day_encoding,
    label_encoding,
    month_encoding,
    scale_colour,
    series_colour,
    text_layer,
    tooltip,
)
from regulars.charts.theme import BLUE, FAINT, RISK_SCALE, RISK_TITLE, SHARE_SCALE, Spec

Details = Mapping[str, str]
Series = Mapping[str, str]  # the colour of each series by its name, in the order of drawing
_BAR, _SERIES_BAR, _GAP = 26, 14, 9
_HEIGHT = 220
_PALE = 0.4
PARTIAL_WORDS = "Paler, with a dashed border: in part"


@dataclass(frozen=True)
class Bar:
    """One horizontal bar; `text` is written at its end. `risk` (0 to 1) or `colour` colours it."""

    label: str
    value: float
    text: str
    details: Details = field(default_factory=dict)
    risk: float | None = None
    colour: str = BLUE
    series: str = ""


@dataclass(frozen=True)
class Column:
    """One upright bar at a day, or at a label; `is_partial` where the data fill it in part."""

    at: date | str
    value: float
    details: Details = field(default_factory=dict)
    series: str = ""
    is_partial: bool = False


@dataclass(frozen=True)
class Point:
    """One point of a curve, from `low` to `high` where it has an interval; `note` is written."""

    x: float | date
    y: float
    details: Details = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    series: str = ""
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a matrix: `share` from 0 to 1 makes it darker, `text` is written in it."""

    across: str
    down: str
    share: float
    text: str
    details: Details = field(default_factory=dict)


def bars(
    rows: Sequence[Bar],
    *,
    description: str,
    series: Series | None = None,
    riskiest: float | None = None,
    selection: str = "",
) -> Spec:
    """Horizontal bars in the order of the rows, those of one label beside each other.

    Where risks differ, colours go from 0 to `riskiest`, or to the highest of them. `selection`
    names a selection of the label that is clicked.
    """
    values = [
        _row(row.details, label=row.label, value=row.value, text=row.text, risk=row.risk,
             colour=row.colour, series=row.series)
        for row in rows
    ]  # fmt: skip
    scale = {"zero": True, "nice": False}
    across = {"field": "value", "type": "quantitative", "axis": None, "stack": None, "scale": scale}
    encoding: Spec = {"y": label_encoding("label"), "x": across}
    height: Any = {"step": _BAR}
    mark: Spec = {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.72}, "invalid": "show"}
    if series:
        height = (_SERIES_BAR * len(series) + _GAP) * (len({row.label for row in rows}) or 1)
        del mark["height"]
        inner = {"paddingInner": 0.15}
        encoding["yOffset"] = {"field": "series", "sort": list(series), "scale": inner}
        encoding["color"] = series_colour(series)
    elif len({row.risk for row in rows} - {None}) > 1:
        encoding["color"] = _risk_colour(riskiest or max(row.risk or 0.0 for row in rows))
    else:
        encoding["color"] = {"field": "colour", "type": "nominal", "scale": None}
    layer: Spec = {"mark": mark, "encoding": pointed_at(rows)}
    if selection:
        layer["params"] = [{"name": selection, "select": {"type": "point", "fields": ["label"]}}]
        layer["mark"] = {**mark, "cursor": "pointer"}
    return {
        "description": description,
        "data": {"values": values},
        "height": height,
        "encoding": encoding,
        "layer": [layer, text_layer("text", dx=6)],
    }


def columns(
    rows: Sequence[Column],
    *,
    y: Axis,
    description: str,
    grain: Grain = "label",
    series: Series | None = None,
) -> Spec:
    """Upright bars over months, days or labels, stacked by series.

    What is partial is paler and has a dashed border; the axis says so.
    """
    order = list(series or ())
    values = [
        _row(row.details, at=str(row.at), value=row.value, series=row.series,
             place=order.index(row.series) if order else 0, partial=row.is_partial)
        for row in rows
    ]  # fmt: skip
    colour = series_colour(series) if series else {"value": BLUE}
    width: Spec = {"minBandSize": 2} if grain == "day" else {"width": {"band": 0.74}}
    encoding = {
        "x": _columns_axis(rows, grain),
        "y": y.encoding("value") | {"stack": "zero" if series else None},
        "color": colour,
        "order": {"field": "place", "type": "quantitative"},
        **pointed_at(rows),
    }
    if any(row.is_partial for row in rows):
        is_partial = {"test": "datum.partial"}
        encoding["x"] = {**encoding["x"], "title": PARTIAL_WORDS}
        encoding |= {
            "fillOpacity": {"condition": {**is_partial, "value": _PALE}, "value": 1},
            "stroke": {**colour, "legend": None} if series else colour,
            "strokeWidth": {"condition": {**is_partial, "value": 1.5}, "value": 0},
            "strokeDash": {"condition": {**is_partial, "value": [4, 3]}, "value": [1, 0]},
        }
    return {
        "description": description,
        "data": {"values": values},
        "height": _HEIGHT,
        "mark": {"type": "bar", "cornerRadiusEnd": 0 if series else 2, **width},
        "encoding": encoding,
    }


def curve(
    points: Sequence[Point],
    *,
    axes: tuple[Axis | None, Axis],
    description: str,
    series: Series | None = None,
    reference: Sequence[tuple[float, float]] = (),
    is_line: bool = True,
) -> Spec:
    """Points with a line through them, with a band or whiskers where they have intervals.

    `axes` are across (None: days) and up. `reference` is a dashed line to compare with. Series
    have different dashes too.
    """
    values = [
        _row(point.details, x=str(point.x) if isinstance(point.x, date) else point.x, y=point.y,
             low=point.low, high=point.high, series=point.series, note=point.note)
        for point in points
    ]  # fmt: skip
    across, up = axes[0].encoding("x") if axes[0] else day_encoding("x"), axes[1].encoding("y")
    colour = series_colour(series) if series else {"value": BLUE}
    layers: list[Spec] = []
    if reference:
        dashed = {"type": "line", "strokeDash": [4, 4], "strokeWidth": 1.3, "color": FAINT}
        ends = [{"x": x, "y": y} for x, y in reference]
        layers.append({"data": {"values": ends}, "mark": {**dashed, "aria": False}})
    if any(point.low is not None for point in points):
        span = {"y": {**up, "field": "low"}, "y2": {"field": "high"}, "color": colour}
        band = {"type": "area", "opacity": 0.16, "aria": False}
        whisker = {"type": "rule", "strokeWidth": 2, "aria": False}
        layers.append({"mark": band if is_line else whisker, "encoding": span})
    if is_line:
        dash = {"field": "series", "sort": list(series or ()), "legend": None}
        line = {"color": colour, "strokeDash": dash} if series else {"color": colour}
        layers.append({"mark": {"type": "line", "strokeWidth": 2, "aria": False}, "encoding": line})
    dot = {"type": "point", "filled": True, "size": 22 if is_line else 56, "opacity": 1}
    layers.append({"mark": dot, "encoding": {"color": colour, **pointed_at(points)}})
    if any(point.note for point in points):
        is_rising = points[-1].y > points[0].y
        side = {"align": "right", "dx": -4} if is_rising else {"align": "left", "dx": 5}
        layers.append(text_layer("note", dy=-8, **side))
    return {
        "description": description,
        "data": {"values": values},
        "height": _HEIGHT,
        "encoding": {"x": across, "y": up},
        "layer": layers,
    }


def matrix(
    cells: Sequence[Cell],
    *,
    order: tuple[Sequence[str], Sequence[str]],
    titles: tuple[str, str],
    description: str,
) -> Spec:
    """Cells by name across and down, each with its number; the higher, the darker."""
    values = [
        _row(cell.details, across=cell.across, down=cell.down, share=cell.share, text=cell.text)
        for cell in cells
    ]
    is_long = max((len(name) for name in order[0]), default=0) > 3
    above = {"orient": "top", "labelAngle": -30 if is_long else 0, "labelLimit": 130,
             "labelOverlap": False, "domain": False, "ticks": False}  # fmt: skip
    down = label_encoding("down", title=titles[1])
    dark = "datum.share > 0.45"
    return {
        "description": description,
        "data": {"values": values},
        "height": len(order[1]) * 27 + 90,
        "encoding": {
            "x": {"field": "across", "type": "nominal", "sort": list(order[0]),
                  "title": titles[0] or None, "axis": above},
            "y": {**down, "sort": list(order[1]), "axis": {**down["axis"], "domain": False}},
        },
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 2},
                "encoding": {"color": scale_colour("share", SHARE_SCALE, (0.0, 1.0)),
                             **pointed_at(cells)},
            },
            {
                "mark": {"type": "text", "fontSize": 11, "aria": False},
                "encoding": {
                    "text": {"field": "text"},
                    "color": {"condition": {"test": dark, "value": "white"}, "value": "#1c2430"},
                },
            },
        ],
    }  # fmt: skip


def pointed_at(rows: Sequence[Bar | Column | Point | Cell]) -> Spec:
    """What is shown of a row when it is pointed at, and said of it to a screen reader."""
    names = rows[0].details if rows else ()
    if not names:
        return {}
    shown = {f"detail_{place}": name for place, name in enumerate(names)}
    return {"tooltip": tooltip(shown), "description": {"field": "about", "type": "nominal"}}


def _row(details: Details, **values: Any) -> dict[str, Any]:
    """One row of data: its values, its details one by one, and all of them as one text."""
    shown = {f"detail_{place}": text for place, text in enumerate(details.values())}
    about = "; ".join(f"{name}: {text}" for name, text in details.items())
    return {**values, **shown, "about": about}


def _columns_axis(rows: Sequence[Column], grain: Grain) -> Spec:
    if grain == "day":
        return day_encoding("at")
    if grain == "month":
        return month_encoding("at", [row.at for row in rows if isinstance(row.at, date)])
    axis = {"labelAngle": 0, "labelOverlap": True, "ticks": False}
    return {"field": "at", "type": "ordinal", "sort": None, "title": None, "axis": axis}


def _risk_colour(riskiest: float) -> Spec:
    """From 0 up to the riskiest, so that a small difference looks small."""
    scaled = scale_colour("risk", RISK_SCALE, (0.0, riskiest or 1.0))
    legend = {"orient": "bottom", "gradientLength": 180, "labelExpr": SHARE_LABEL}
    return {**scaled, "title": RISK_TITLE, "legend": legend}
