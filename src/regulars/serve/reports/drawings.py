"""Which drawing shows which facts."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from regulars.insights.activity import Month
from regulars.insights.amounts import (
    count,
    decimal,
    month_label,
    month_words,
    percent,
    short_number,
)
from regulars.insights.churn import ScoreLine
from regulars.serve.reports.charts.bars import BarRow, bars
from regulars.serve.reports.charts.columns import Column, columns
from regulars.serve.reports.charts.intervals import IntervalRow, intervals
from regulars.serve.reports.charts.timeline import Window, timeline
from regulars.serve.reports.exam_plots import (
    calibration_plot,
    gain_plot,
    lift_plot,
    profit_plot,
)
from regulars.serve.reports.facts import Facts
from regulars.serve.reports.later_drawings import later_drawings

_KINDS = {"ours": "s1", "optimistic": "s2", "member": "s4", "baseline": "s4"}
_ROLE_WORDS = {"": "left out", "train": "learn", "validate": "choose", "score": "score now"}
_ROLES = {"train": "s1", "validate": "s3", "calibrate": "s3", "test": "s2", "score": "s4"}


def drawings(facts: Facts) -> dict[str, Markup]:
    """Every drawing that this release has facts for, by name."""
    found: dict[str, Markup | None] = {
        "sales": sales_drawing(facts),
        "buyers": buyers_drawing(facts),
        "members": members_drawing(facts),
        "segments": segments_drawing(facts),
        "scoreboard": scoreboard_drawing(facts),
        "cutoffs": cutoffs_drawing(facts),
        "calibration": calibration_plot(facts),
        "gain": gain_plot(facts),
        "lift": lift_plot(facts),
        "profit": profit_plot(facts),
        "drivers": drivers_drawing(facts),
        "risk": risk_drawing(facts),
        "steps": steps_drawing(facts),
        **later_drawings(facts),
    }
    return {name: drawing for name, drawing in found.items() if drawing is not None}


def sales_drawing(facts: Facts) -> Markup | None:
    """Amount per month; a month that the data do not fill is paler."""
    if not facts.activity:
        return None
    found = [
        _month_column(one, (one.amount,), f"{facts.unit.whole(one.amount)}", first=at == 0)
        for at, one in enumerate(facts.activity)
    ]
    return columns(found, ["s1"], label=f"{facts.unit.noun} per month", tick=facts.unit.short)


def buyers_drawing(facts: Facts) -> Markup | None:
    """Customers who bought, per month: returning below, new above."""
    if not facts.activity:
        return None
    found = [
        _month_column(
            one,
            (one.returning_customers, one.new_customers),
            f"{count(one.returning_customers)} returning, {count(one.new_customers)} new",
            first=at == 0,
        )
        for at, one in enumerate(facts.activity)
    ]
    label = "Customers who bought per month, returning and new"
    return columns(found, ["s1", "s3"], label=label, tick=short_number)


def members_drawing(facts: Facts) -> Markup | None:
    """Members at the end of each month, where joining is dated."""
    if not facts.membership:
        return None
    found = [
        Column(
            label=month_label(one.month),
            parts=(float(one.members),),
            tip=f"{month_words(one.month)}: {count(one.members)} members, "
            f"{count(one.joined)} joined, {count(one.left)} left",
            under=_year(one.month, first=at == 0),
        )
        for at, one in enumerate(facts.membership)
    ]
    return columns(found, ["s1"], label="Members per month", tick=short_number, size=(980, 230))


def segments_drawing(facts: Facts) -> Markup | None:
    """Per segment its share of customers and its share of sales."""
    if not facts.segments:
        return None
    rows = [
        BarRow(
            label=one.name,
            values=(one.share, one.amount_share or 0.0),
            texts=(percent(one.share), percent(one.amount_share)),
            tips=(
                f"{one.name}: {count(one.customers)} customers",
                f"{one.name}: {facts.unit.whole(one.amount)}",
            ),
        )
        for one in facts.segments
    ]
    return bars(rows, ["s4", "s1"], label="Share of customers and of sales per segment")


def scoreboard_drawing(facts: Facts) -> Markup | None:
    """ROC AUC of every way of scoring, with its interval."""
    if facts.churn is None:
        return None
    rows = [row for line in facts.churn.lines if (row := _interval(line)) is not None]
    if not rows:
        return None
    label = "ROC AUC of each way of scoring with 95 % interval"
    axis = "ROC AUC: how often the customer who left is ranked above one who stayed (0.5 is chance)"
    return intervals(rows, label=label, reference=0.5, axis=axis)


def cutoffs_drawing(facts: Facts) -> Markup | None:
    """Which past dates served for what; nothing where outcomes have no dates."""
    windows = [one for one in facts.cutoffs if one.outcome_to > one.outcome_from]
    if facts.churn is None or facts.churn.rung == "undated" or not windows:
        return None
    found = []
    for one in windows:
        role = _role(facts, one.as_of) if one.is_closed else "score"
        label = _ROLE_WORDS.get(role, role)
        tip = f"Looked back from {one.as_of}; outcome from {one.outcome_from} to {one.outcome_to}"
        kind = _ROLES.get(role, "unused")
        shown = Window(
            f"{one.as_of}  {label}", one.as_of, one.outcome_from, one.outcome_to, kind, tip
        )
        found.append(shown)
    return timeline(found, label="Cutoffs and their outcome windows")


def drivers_drawing(facts: Facts) -> Markup | None:
    """Groups of inputs by how much they move scores."""
    if not facts.drivers:
        return None
    rows = [
        BarRow(
            label=one.group,
            values=(one.share,),
            texts=(percent(one.share, 0) + (" · can be acted on" if one.actionable else ""),),
            tips=("; ".join(one.words),),
        )
        for one in facts.drivers[:12]
    ]
    return bars(rows, ["s1"], label="What moves churn scores")


def risk_drawing(facts: Facts) -> Markup | None:
    """How many customers lie in each tenth of churn probability."""
    if facts.churn is None or not any(one.customers for one in facts.risk):
        return None
    found = [
        Column(
            label=f"{100 * one.low:.0f}–{100 * one.high:.0f}",
            parts=(float(one.customers),),
            tip=f"{100 * one.low:.0f} to {100 * one.high:.0f} %: {count(one.customers)} customers "
            f"worth {facts.worth_unit.short(one.value)}",
        )
        for one in facts.risk
    ]
    label = "Scored customers by churn probability in percent"
    return columns(found, ["s1"], label=label, tick=short_number, size=(980, 210))


def steps_drawing(facts: Facts) -> Markup | None:
    """Seconds per step."""
    if not facts.steps:
        return None
    rows = [
        BarRow(
            label=one.name,
            values=(one.seconds,),
            texts=(f"{one.seconds:,.1f} s" + (" · unchanged, reused" if one.reused else ""),),
            tips=(one.note,),
        )
        for one in facts.steps
    ]
    return bars(rows, ["s1"], label="Seconds per step")


def _month_column(one: Month, parts: tuple[float, ...], said: str, *, first: bool) -> Column:
    ends = "" if one.complete else " (in part)"
    return Column(
        label=month_label(one.month),
        parts=parts,
        tip=f"{month_words(one.month)}{ends}: {said}",
        under=_year(one.month, first=first),
        faded=not one.complete,
    )


def _year(month: date, *, first: bool) -> str:
    return str(month.year) if first or month.month == 1 else ""


def _interval(line: ScoreLine) -> IntervalRow | None:
    auc = line["roc_auc"]
    if auc.value is None or auc.low is None or auc.high is None:
        return None
    words = f"{line.words} – optimistic" if line.kind == "optimistic" else line.words
    text = f"{decimal(auc.value)}  ({decimal(auc.low)} to {decimal(auc.high)})"
    kind = _KINDS.get(line.kind, "s4")
    return IntervalRow(words, auc.value, auc.low, auc.high, kind, text)


def _role(facts: Facts, as_of: date) -> str:
    """What a cutoff served for; the latest of its roles, for validation dates train too."""
    parts = facts.churn.cutoffs if facts.churn else {}
    found = [
        role
        for role in ("train", "validate", "calibrate", "test")
        if str(as_of) in parts.get(role, ())
    ]
    return found[-1] if found else ""
