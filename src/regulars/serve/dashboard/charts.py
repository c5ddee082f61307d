"""Charts of a page: values stand beside bars, so that no colour has to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import altair as alt
import streamlit as st

from regulars.serve.dashboard.palette import BLUE, FROM_FEW_TO_MANY, FROM_LOW_TO_HIGH, GREY

_LABEL_WIDTH = 190
_MANY_DAYS = 150
_BAR, _MARGIN, _LEGEND = 26, 20, 98
Tips = Mapping[str, str]


@dataclass(frozen=True)
class Bar:
    """One horizontal bar; `text` is written at its end, `tips` show when it is pointed at.

    `shade` from low to high makes it darker; `colour` sets its colour.
    """

    label: str
    value: float
    text: str
    tips: Tips = field(default_factory=dict)
    shade: float | None = None
    colour: str = BLUE


@dataclass(frozen=True)
class Stick:
    """One upright bar at a day."""

    day: date
    value: float
    tips: Tips = field(default_factory=dict)


@dataclass(frozen=True)
class Square:
    """One square of a matrix: `value` between 0 and 1 makes it darker, `text` is written in it."""

    across: str
    down: str
    value: float
    text: str
    tips: Tips = field(default_factory=dict)


def ink() -> str:
    """The colour of text inside a chart, for the theme that is in use."""
    return "#e8ebf0" if st.context.theme.type == "dark" else "#2a313b"


def data_of(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as data that stand in the chart itself."""
    return cast(Any, alt.Data)(values=list(rows))


def show(chart: Any, *, alt_text: str) -> None:
    """Put a chart on the page; the text says to a screen reader what it shows."""
    st.altair_chart(chart, width="stretch", alt=alt_text)


def bars(
    found: Sequence[Bar], *, alt_text: str, shade_title: str = "", darkest: float | None = None
) -> None:
    """Horizontal bars in their order; darker ones explained by `shade_title`.

    `darkest` is the shade that several charts have in common as the end of their scale.
    """
    rows = [
        {"label": one.label, "value": one.value, "text": one.text, "shade": one.shade,
         "colour": one.colour, **_tip_fields(one.tips)}
        for one in found
    ]  # fmt: skip
    labels = alt.Axis(labelLimit=_LABEL_WIDTH, labelOverlap=False, ticks=False, domain=False)
    base = alt.Chart(data_of(rows)).encode(
        y=alt.Y("label:N", sort=[one.label for one in found], title=None, axis=labels),
        x=alt.X("value:Q", title=None, axis=None, scale=_with_room_for_text(found)),
        tooltip=_tooltips(found),
    )
    shaded = bool(shade_title) and len({one.shade for one in found} - {None}) > 1
    most = darkest or max((one.shade or 0.0 for one in found), default=0.0)
    colour = _shade(shade_title, most) if shaded else alt.Color("colour:N", scale=None)
    drawn = base.mark_bar(cornerRadiusEnd=3, height=alt.RelativeBandSize(0.72))
    drawn = drawn.encode(color=colour)
    written = base.mark_text(align="left", dx=5, color=ink()).encode(text="text:N")
    chart = (drawn + written).properties(
        height=max(len(found), 1) * _BAR + (_LEGEND if shaded else _MARGIN)
    )
    show(chart.configure_view(stroke=None), alt_text=alt_text)


def columns(
    found: Sequence[Stick], *, alt_text: str, monthly: bool = False, height: int = 220
) -> None:
    """Upright bars over days, or months."""
    rows = [
        {"day": one.day.isoformat(), "value": one.value, **_tip_fields(one.tips)} for one in found
    ]
    grain = "yearmonth" if monthly else "yearmonthdate"
    form = "%b %Y" if monthly else day_format([one.day for one in found])
    across = alt.Axis(grid=False, labelOverlap=True, format=form)
    chart = (
        alt.Chart(data_of(rows))
        .mark_bar(color=BLUE, cornerRadiusEnd=2, minBandSize=2)
        .encode(
            x=alt.X(f"{grain}(day):T", title=None, axis=across),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(format="~s", tickCount=4)),
            tooltip=_tooltips(found),
        )
        .properties(height=height)
    )
    show(chart, alt_text=alt_text)


def squares(
    found: Sequence[Square],
    *,
    order: tuple[Sequence[str], Sequence[str]],
    titles: tuple[str, str],
    alt_text: str,
) -> None:
    """A matrix: the higher the darker, and every square carries its number."""
    rows = [
        {"across": one.across, "down": one.down, "value": one.value, "text": one.text,
         **_tip_fields(one.tips)}
        for one in found
    ]  # fmt: skip
    angle = -30 if max((len(name) for name in order[0]), default=0) > 3 else 0
    above = alt.Axis(orient="top", labelAngle=angle, labelLimit=130, labelOverlap=False)
    beside = alt.Axis(labelLimit=_LABEL_WIDTH, labelOverlap=False, ticks=False, domain=False)
    base = alt.Chart(data_of(rows)).encode(
        x=alt.X("across:N", sort=list(order[0]), title=titles[0], axis=above),
        y=alt.Y("down:N", sort=list(order[1]), title=titles[1], axis=beside),
        tooltip=_tooltips(found),
    )
    scale = alt.Scale(range=list(FROM_FEW_TO_MANY), domain=[0, 1], clamp=True)
    drawn = base.mark_rect(cornerRadius=2).encode(
        color=alt.Color("value:Q", scale=scale, legend=None)
    )
    written = base.mark_text(fontSize=11).encode(
        text="text:N",
        color=alt.condition("datum.value > 0.45", alt.value("white"), alt.value("#1c2430")),
    )
    chart = (drawn + written).properties(height=len(order[1]) * 27 + 90)
    show(chart.configure_view(stroke=None), alt_text=alt_text)


def day_format(days: Sequence[date]) -> str:
    """How days on an axis are written: by month where they span many."""
    span = (max(days) - min(days)).days if days else 0
    return "%b %Y" if span > _MANY_DAYS else "%-d %b"


def reference(x: Sequence[float], y: Sequence[float]) -> Any:
    """A dashed line to compare with."""
    values = [{"x": one, "y": other} for one, other in zip(x, y, strict=True)]
    line = alt.Chart(data_of(values)).mark_line(strokeDash=[5, 4], color=GREY, strokeWidth=1.5)
    return line.encode(x="x:Q", y="y:Q")


def _with_room_for_text(found: Sequence[Bar]) -> alt.Scale:
    """The axis goes on behind the longest bar, so that what is written there fits."""
    most = max((one.value for one in found), default=0.0)
    longest = max((len(one.text) for one in found), default=0)
    return alt.Scale(domain=[0, (most or 1.0) * (1 + min(0.9, 0.028 * longest))], nice=False)


def _shade(title: str, most: float) -> alt.Color:
    """From nothing to the most: a small difference looks small."""
    legend = alt.Legend(orient="bottom", format=".0%", gradientLength=180, direction="horizontal")
    scale = alt.Scale(range=list(FROM_LOW_TO_HIGH), domain=[0, most or 1.0], clamp=True)
    return alt.Color("shade:Q", title=title, scale=scale, legend=legend)


def _tip_fields(tips: Tips) -> dict[str, str]:
    return {f"tip{at}": text for at, text in enumerate(tips.values())}


def _tooltips(found: Sequence[Bar] | Sequence[Stick] | Sequence[Square]) -> list[alt.Tooltip]:
    names = list(found[0].tips) if found else []
    return [alt.Tooltip(f"tip{at}:N", title=name) for at, name in enumerate(names)]
