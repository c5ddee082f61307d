"""Segment sizes over time as stacked areas with a list of the newest beside it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from regulars.insights.amounts import count
from regulars.insights.migration import SegmentSize
from regulars.serve.dashboard import charts
from regulars.serve.dashboard.palette import BLUE

_HEADER = alt.Header(labelFontSize=12)


def sizes_chart(found: Sequence[SegmentSize], *, order: Sequence[str]) -> None:
    """One line per segment in small multiples: nothing has to be told by colour."""
    names = [name for name in order if any(one.segment == name for one in found)]
    names += sorted({one.segment for one in found} - set(names))
    rows = [
        {
            "as_of": one.as_of.isoformat(),
            "segment": one.segment,
            "customers": one.customers,
            "text": count(one.customers),
        }
        for one in found
    ]
    chart = (
        alt.Chart(charts.data_of(rows))
        .mark_area(line={"color": BLUE}, color=BLUE, opacity=0.35)
        .encode(
            x=alt.X("as_of:T", title=None, axis=alt.Axis(format="%b %y", tickCount=3, grid=False)),
            y=alt.Y("customers:Q", title=None, axis=alt.Axis(tickCount=3, format="~s")),
            tooltip=[
                alt.Tooltip("segment:N", title="Segment"),
                alt.Tooltip("as_of:N", title="Date"),
                alt.Tooltip("text:N", title="Customers"),
            ],
        )
        .properties(width=190, height=90)
        .facet(
            facet=alt.Facet(
                "segment:N", sort=names, title=None, header=alt.Header(labelFontSize=12)
            ),
            columns=4,
        )
    )
    charts.show(chart, alt_text="Customers per segment at every date")
