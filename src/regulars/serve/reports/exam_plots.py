"""Plots of the test: does the score keep its promises, and how far does a list reach?"""

from __future__ import annotations

from markupsafe import Markup

from regulars.insights.amounts import count, percent
from regulars.serve.reports.charts.curves import Axis, Plot
from regulars.serve.reports.facts import Facts

_SHARE = Axis(
    "share of customers contacted, riskiest first", 0.0, 1.0, lambda value: percent(value, 0)
)


def calibration_plot(facts: Facts) -> Markup | None:
    """Promised against seen churn, in tenths of the tested customers."""
    points = facts.curves.calibration
    if not points:
        return None
    high = max(max(point.promised, point.high) for point in points)
    axis = Axis("churn promised", 0.0, high, lambda value: percent(value, 0))
    up = Axis("churn seen", 0.0, high, axis.tick)
    plot = Plot(axis, up, label="Churn promised and churn seen, by tenths of customers")
    end = min(plot.x.high, plot.y.high)
    plot.reference([(0.0, 0.0), (end, end)])
    for point in points:
        plot.whisker(point.promised, point.low, point.high, kind="s1")
    for point in points:
        tip = (
            f"promised {percent(point.promised)}, seen {percent(point.seen)} "
            f"({percent(point.low)} to {percent(point.high)}) of {count(point.n)}"
        )
        plot.dot(point.promised, point.seen, kind="s1", tip=tip)
    return plot.drawn()


def gain_plot(facts: Facts) -> Markup | None:
    """Which share of all who left a contact list of each length would have held."""
    points = facts.curves.gain
    if not points:
        return None
    up = Axis("found", 0.0, 1.0, lambda value: percent(value, 0))
    plot = Plot(_SHARE, up, label="Share of churners found by share of customers contacted")
    plot.reference([(0.0, 0.0), (1.0, 1.0)])
    plot.line([(0.0, 0.0), *((point.contacted, point.found) for point in points)], kind="s1")
    for share in (0.1, 0.3, 0.5):
        point = facts.curves.at(share)
        if point is not None:
            tip = f"riskiest {percent(point.contacted, 0)}: {percent(point.found)} of churners"
            plot.dot(point.contacted, point.found, kind="s1", tip=tip)
            plot.note(point.contacted, point.found - 0.05, percent(point.found, 0))
    return plot.drawn()


def lift_plot(facts: Facts) -> Markup | None:
    """How many times more churners a list of each length holds than a random one."""
    points = facts.curves.gain
    if not points:
        return None
    most = max(point.lift for point in points)
    up = Axis("lift", 0.0, max(most, 1.0), lambda value: f"{value:.1f}×")
    plot = Plot(_SHARE, up, label="Lift by share of customers contacted")
    plot.reference([(0.0, 1.0), (1.0, 1.0)])
    plot.line([(point.contacted, point.lift) for point in points], kind="s1")
    first = facts.curves.at(0.1)
    if first is not None:
        tip = f"the riskiest {percent(first.contacted, 0)}: {first.lift:.2f} times as many"
        plot.dot(first.contacted, first.lift, kind="s1", tip=tip)
        plot.note(first.contacted, first.lift + most * 0.06, f"{first.lift:.2f}×")
    return plot.drawn()


def profit_plot(facts: Facts) -> Markup | None:
    """Expected profit of contacting the best so many, with its range."""
    money = facts.curves.money
    if money is None or all(point.low == point.high for point in money.curve):
        return None  # no value was known on the test date, so every contact is only a cost
    lows = [min(0.0, *(point.low for point in money.curve))]
    highs = [max(0.0, *(point.high for point in money.curve))]
    x = Axis("customers contacted, most profitable first", 0.0, money.curve[-1].contacts, count)
    y = Axis("expected profit", lows[0], highs[0], facts.worth_unit.short)
    plot = Plot(x, y, label="Expected profit by number of customers contacted")
    plot.band(
        [(0.0, 0.0), *((point.contacts, point.low) for point in money.curve)],
        [(0.0, 0.0), *((point.contacts, point.high) for point in money.curve)],
        kind="s1",
    )
    curve = [(0.0, 0.0), *((float(point.contacts), point.profit) for point in money.curve)]
    plot.line(curve, kind="s1")
    tip = f"{count(money.contacts)} contacts: {facts.worth_unit.whole(money.profit)}"
    plot.dot(money.contacts, money.profit, kind="s1", tip=tip)
    return plot.drawn()
