"""Curves of the test: promises kept, churners found, lift, profit, and every way of scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import streamlit as st

from regulars.insights.amounts import Unit, count, decimal, percent
from regulars.insights.churn_evaluation import ChurnCurves, ChurnScoreboard
from regulars.insights.simulation import RatePoint
from regulars.serve.dashboard import charts
from regulars.serve.dashboard.palette import BLUE, GREY, ORANGE

_SIZE = 280
_CONTACTED = "Share of customers contacted, riskiest first"
_KINDS = {"champion": BLUE, "optimistic": ORANGE}


def scoreboard_chart(board: ChurnScoreboard) -> None:
    """ROC AUC of every way of scoring with its interval."""
    rows = []
    for line in board.lines:
        auc = line["roc_auc"]
        if auc.value is None:
            continue
        optimistic = " – optimistic" if line.kind == "optimistic" else ""
        rows.append(
            {
                "name": f"{line.words}{optimistic}",
                "auc": auc.value,
                "low": auc.low if auc.low is not None else auc.value,
                "high": auc.high if auc.high is not None else auc.value,
                "text": f"{decimal(auc.value)} ({decimal(auc.low)} to {decimal(auc.high)})",
                "colour": _KINDS.get(line.kind, GREY),
            }
        )
    if not rows:
        return
    order = [str(row["name"]) for row in rows]
    scale = alt.Scale(domain=[0.5, 1.15], clamp=True)  # with room for the figures
    base = alt.Chart(charts.data_of(rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, ticks=False)),
        color=alt.Color("colour:N", scale=None),
        tooltip=[alt.Tooltip("name:N", title="Way"), alt.Tooltip("text:N", title="ROC AUC")],
    )
    title = "ROC AUC with 95 % interval (0.5 is chance)"
    across = alt.Axis(values=[0.5, 0.6, 0.7, 0.8, 0.9, 1.0], format=".1f")
    bar = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", scale=scale, title=title, axis=across),
        x2="high:Q",
    )
    dot = base.mark_point(filled=True, size=90).encode(x=alt.X("auc:Q", scale=scale))
    text = base.mark_text(align="left", dx=8, dy=-9, color=charts.ink()).encode(
        x=alt.X("high:Q", scale=scale), text="text:N", color=alt.value(charts.ink())
    )
    chart = (bar + dot + text).properties(height=len(rows) * 34 + 50)
    charts.show(chart, alt_text="; ".join(f"{row['name']} {row['text']}" for row in rows))


def calibration_chart(curves: ChurnCurves) -> None:
    """Promised against seen churn, in tenths of the tested customers."""
    points = curves.calibration
    if not points:
        return
    st.subheader("Does it keep its promises?", anchor=False)
    rows = [
        {
            "promised": one.predicted, "seen": one.observed, "low": one.low, "high": one.high,
            "text": f"promised {percent(one.predicted)}, seen {percent(one.observed)} "
            f"({percent(one.low)} to {percent(one.high)}) of {count(one.n)}",
        }
        for one in points
    ]  # fmt: skip
    top = max(max(one.predicted, one.high) for one in points)
    base = alt.Chart(charts.data_of(rows)).encode(
        x=_share_axis("promised", "Churn promised"), tooltip=alt.Tooltip("text:N", title="Tenth")
    )
    whisker = base.mark_rule(color=BLUE, strokeWidth=2).encode(
        y=_share_axis("low", ""), y2="high:Q"
    )
    dot = base.mark_point(filled=True, size=60, color=BLUE).encode(
        y=_share_axis("seen", "Churn seen")
    )
    chart = charts.reference([0.0, top], [0.0, top]) + whisker + dot
    charts.show(chart.properties(height=_SIZE), alt_text="Churn promised and churn seen, by tenths")


def gain_chart(curves: ChurnCurves) -> None:
    """Which share of all who left a list of each length would have held."""
    if not curves.cumulative_gains:
        return
    st.subheader("How far does a contact list reach?", anchor=False)
    rows: list[Mapping[str, Any]] = [{"contacted": 0.0, "found": 0.0, "text": ""}]
    rows += [
        {"contacted": one.contacted, "found": one.found,
         "text": f"riskiest {percent(one.contacted, 0)}: {percent(one.found)} of churners"}
        for one in curves.cumulative_gains
    ]  # fmt: skip
    _curve(rows, "found", "Share of churners found", ends=([0.0, 1.0], [0.0, 1.0]))


def lift_chart(curves: ChurnCurves) -> None:
    """How many times more churners a list of each length holds than a random one."""
    if not curves.cumulative_gains:
        return
    st.subheader("Lift", anchor=False)
    rows = [
        {"contacted": one.contacted, "lift": one.lift,
         "text": f"the riskiest {percent(one.contacted, 0)}: {one.lift:.2f} times as many"}
        for one in curves.cumulative_gains
    ]  # fmt: skip
    _curve(rows, "lift", "Times as many as by chance", ends=([0.0, 1.0], [1.0, 1.0]), form=".1f")


def profit_chart(curves: ChurnCurves, unit: Unit) -> None:
    """Expected profit of contacting the best so many, with its range."""
    money = curves.money
    if money is None or not money.curve or all(one.low == one.high for one in money.curve):
        return
    st.subheader("Expected profit by number of contacts", anchor=False)
    rows: list[Mapping[str, Any]] = [
        {"contacts": 0, "profit": 0.0, "low": 0.0, "high": 0.0, "text": ""}
    ]
    rows += [
        {"contacts": one.contacts, "profit": one.profit, "low": one.low, "high": one.high,
         "text": f"{count(one.contacts)} contacts: {unit.whole(one.profit)} "
         f"({unit.short(one.low)} to {unit.short(one.high)})"}
        for one in money.curve
    ]  # fmt: skip
    base = alt.Chart(charts.data_of(rows)).encode(
        x=alt.X("contacts:Q", title="Customers contacted, most profitable first",
                axis=alt.Axis(format=",.0f", grid=False)),
    )  # fmt: skip
    band = base.mark_area(opacity=0.25, color=BLUE).encode(
        y=alt.Y("low:Q", title=f"Expected profit ({unit.name})", axis=alt.Axis(format="~s")),
        y2="high:Q",
    )
    line = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(size=20)).encode(
        y="profit:Q", tooltip=alt.Tooltip("text:N", title="Profit")
    )
    charts.show((band + line).properties(height=_SIZE), alt_text="Expected profit by contacts")
    st.caption(
        f"Best: {count(money.contacts)} contacts, {unit.whole(money.profit)} expected "
        f"({unit.short(money.low)} to {unit.short(money.high)})."
    )


def sensitivity_chart(found: Sequence[RatePoint], unit: Unit) -> None:
    """Net by save rate: the careful formula as a whole line, the plain one dashed."""
    rows = [
        {"rate": point.save_rate, "net": net, "way": way, "text": unit.whole(net)}
        for point in found
        for way, net in (("Careful", point.honest_net), ("Plain", point.net))
        if net is not None
    ]
    ways = ["Careful", "Plain"]
    across = alt.Axis(format=".0%", grid=False, values=[point.save_rate for point in found])
    line = (
        alt.Chart(charts.data_of(rows))
        .mark_line(point=alt.OverlayMarkDef(size=36), strokeWidth=2)
        .encode(
            x=alt.X("rate:Q", title="Save rate", axis=across),
            y=alt.Y("net:Q", title=f"Net ({unit.name})", axis=alt.Axis(format="~s")),
            color=alt.Color("way:N", title=None, scale=alt.Scale(domain=ways, range=[BLUE, ORANGE]),
                            legend=alt.Legend(orient="top", symbolType="stroke")),
            strokeDash=alt.StrokeDash("way:N", title=None, sort=ways),
            tooltip=[alt.Tooltip("way:N", title="Formula"), alt.Tooltip("text:N", title="Net")],
        )
    )  # fmt: skip
    ends = [found[0].save_rate, found[-1].save_rate]
    chart = charts.reference(ends, [0.0, 0.0]) + line
    charts.show(chart.properties(height=_SIZE), alt_text="Net by save rate, by both formulas")


def _curve(
    rows: Sequence[Mapping[str, Any]],
    name: str,
    title: str,
    *,
    ends: tuple[list[float], list[float]],
    form: str = ".0%",
) -> None:
    line = (
        alt.Chart(charts.data_of(rows))
        .mark_line(color=BLUE, point=alt.OverlayMarkDef(size=26))
        .encode(
            x=_share_axis("contacted", _CONTACTED),
            y=alt.Y(f"{name}:Q", title=title, axis=alt.Axis(format=form)),
            tooltip=alt.Tooltip("text:N", title="Contacting"),
        )
    )
    chart = charts.reference(*ends) + line
    charts.show(chart.properties(height=_SIZE), alt_text=f"{title} by share contacted")


def _share_axis(name: str, title: str) -> Any:
    kind = alt.Y if name in ("low", "seen") else alt.X
    return kind(f"{name}:Q", title=title or None, axis=alt.Axis(format=".0%", tickCount=5))
