"""Charts of the churn score: is it accurate, how far does a list reach, what does it bring?"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.charts.channels import Axis
from regulars.charts.marks import Bar, Column, Point, bars, columns, curve
from regulars.charts.theme import BLUE, ORANGE, RISK_SCALE, Spec
from regulars.insights.amounts import Unit, count, percent
from regulars.insights.churn_drivers import Driver
from regulars.insights.churn_evaluation import ChurnCurves
from regulars.insights.customer_profiles import RiskBin
from regulars.insights.simulation import RatePoint

_CONTACTED = Axis("customers contacted, highest risk first", "share", (0.0, 1.0), has_grid=False)
_NOTED = (0.1, 0.3, 0.5)
_DRIVERS = 15


def calibration_chart(curves: ChurnCurves) -> Spec | None:
    """Predicted against observed churn of the tested customers, with 95 % intervals."""
    if not curves.calibration:
        return None
    points = [
        Point(
            point.predicted, point.observed, low=point.low, high=point.high,
            details={
                "Predicted": percent(point.predicted),
                "Observed": _range(
                    percent(point.observed), percent(point.low), percent(point.high)
                ),
                "Customers": count(point.n),
            },
        )
        for point in curves.calibration
    ]  # fmt: skip
    highest = max(max(point.predicted, point.high) for point in curves.calibration)
    end = min(1.0, 1.04 * highest) or 1.0
    return curve(
        points,
        axes=(
            Axis("churn predicted", "share", (0.0, end)),
            Axis("churn observed", "share", (0.0, end)),
        ),
        reference=((0.0, 0.0), (end, end)),
        is_line=False,
        description="Churn predicted and observed, by tenths of the tested customers",
    )


def gains_chart(curves: ChurnCurves) -> Spec | None:
    """Cumulative gains: the share of churners in a contact list of each length."""
    if not curves.cumulative_gains:
        return None
    noted = {curves.at(share) for share in _NOTED}
    points = [
        Point(
            point.contacted, point.found,
            {"Contacted": percent(point.contacted, 0), "Churners found": percent(point.found)},
            note=percent(point.found, 0) if point in noted else "",
        )
        for point in curves.cumulative_gains
    ]  # fmt: skip
    start = Point(0.0, 0.0, {"Contacted": percent(0.0, 0), "Churners found": percent(0.0)})
    return curve(
        [start, *points],
        axes=(_CONTACTED, Axis("churners found", "share", (0.0, 1.0))),
        reference=((0.0, 0.0), (1.0, 1.0)),
        description="Share of churners found by share of customers contacted",
    )


def lift_chart(curves: ChurnCurves) -> Spec | None:
    """How many times more churners a list of each length holds than a random one."""
    if not curves.cumulative_gains:
        return None
    first = curves.at(_NOTED[0])
    points = [
        Point(
            point.contacted, point.lift,
            {"Contacted": percent(point.contacted, 0), "Lift": f"{point.lift:.2f}×"},
            note=f"{point.lift:.2f}×" if point == first else "",
        )
        for point in curves.cumulative_gains
    ]  # fmt: skip
    highest = max(1.0, *(point.lift for point in curves.cumulative_gains))
    return curve(
        points,
        axes=(_CONTACTED, Axis("times the base rate", "times", (0.0, 1.12 * highest))),
        reference=((0.0, 1.0), (1.0, 1.0)),
        description="Lift by share of customers contacted",
    )


def profit_chart(curves: ChurnCurves, *, unit: Unit) -> Spec | None:
    """Expected profit of contacting the best so many scored customers, with its range."""
    money = curves.money
    if money is None or all(point.low == point.high for point in money.curve):
        return None  # no value was known on the test date, so every contact is only a cost
    points = [Point(0.0, 0.0, _profit(unit, 0, (0.0, 0.0, 0.0)), 0.0, 0.0)]
    points += [
        Point(
            float(point.contacts), point.profit,
            _profit(unit, point.contacts, (point.profit, point.low, point.high)),
            point.low, point.high,
        )
        for point in money.curve
    ]  # fmt: skip
    return curve(
        points,
        axes=(
            Axis("customers contacted, most profitable first", has_grid=False),
            Axis(_with_unit("expected profit", unit), unit=unit),
        ),
        description="Expected profit by number of customers contacted",
    )


def drivers_chart(drivers: Sequence[Driver]) -> Spec | None:
    """What moves churn scores: each group of inputs with its share of all movement."""
    if not drivers:
        return None
    rows = [
        Bar(
            driver.group[:1].upper() + driver.group[1:],
            driver.share,
            percent(driver.share, 0) + (" · actionable" if driver.actionable else ""),
            {"Group": driver.group, "Strongest features": "; ".join(driver.words[:4])},
        )
        for driver in drivers[:_DRIVERS]
    ]
    return bars(rows, description="What moves churn scores, by group of inputs")


def risk_chart(bins: Sequence[RiskBin], *, unit: Unit) -> Spec | None:
    """Scored customers by churn probability, coloured by it."""
    if not any(bin_.customers for bin_ in bins):
        return None
    rows = [
        Column(
            f"{100 * bin_.low:.0f}–{100 * bin_.high:.0f}",
            float(bin_.customers),
            {
                "Churn probability": f"{100 * bin_.low:.0f} to {100 * bin_.high:.0f} %",
                "Customers": count(bin_.customers),
                "Value if they stay": unit.short(bin_.value_if_stays),
            },
        )
        for bin_ in bins
    ]
    spec = columns(
        rows, y=Axis("customers"), description="Scored customers by churn probability in percent"
    )
    scale = {"domain": [row.at for row in rows], "range": _risk_steps(len(rows))}
    colour = {"field": "at", "type": "ordinal", "scale": scale, "legend": None}
    return {**spec, "encoding": {**spec["encoding"], "color": colour}}


def sensitivity_chart(rates: Sequence[RatePoint], *, unit: Unit) -> Spec | None:
    """Net profit by save rate, naive and weighted by churn probability."""
    if not rates:
        return None
    points = [
        Point(
            rate.save_rate, net,
            {"Save rate": percent(rate.save_rate, 0), "Model": name, "Net": unit.whole(net)},
            series=name,
        )
        for name, nets in (
            ("probability-weighted", [rate.honest_net for rate in rates]),
            ("naive", [rate.net for rate in rates]),
        )
        for rate, net in zip(rates, nets, strict=True)
        if net is not None
    ]  # fmt: skip
    return curve(
        points,
        axes=(
            Axis("save rate", "share", (rates[0].save_rate, rates[-1].save_rate), has_grid=False),
            Axis(_with_unit("net", unit), unit=unit),
        ),
        series={"probability-weighted": BLUE, "naive": ORANGE},
        reference=((rates[0].save_rate, 0.0), (rates[-1].save_rate, 0.0)),
        description="Net profit by save rate, naive and probability-weighted",
    )


def _risk_steps(number: int) -> list[str]:
    """Colours of the risk scale at the middle of each of so many equal parts of it."""
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in RISK_SCALE]
    steps = []
    for place in range(number):
        way = 2 * (place + 0.5) / number
        start = min(int(way), 1)
        mixed = [
            round(low + (high - low) * (way - start))
            for low, high in zip(ends[start], ends[start + 1], strict=True)
        ]
        steps.append("#" + "".join(f"{part:02x}" for part in mixed))
    return steps


def _profit(unit: Unit, contacts: int, amounts: tuple[float, float, float]) -> dict[str, str]:
    profit, low, high = amounts
    return {
        "Contacts": count(contacts),
        "Expected profit": _range(unit.whole(profit), unit.short(low), unit.short(high)),
    }


def _with_unit(title: str, unit: Unit) -> str:
    return title if unit.is_money else f"{title} ({unit.name})"


def _range(value: str, low: str, high: str) -> str:
    return f"{value} ({low} to {high})"
