"""Charts of the evaluation: which model ranks best, and what each cutoff served for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from regulars.charts.channels import day_encoding, label_encoding, text_layer, tooltip
from regulars.charts.theme import BLUE, GREY, INK, ORANGE, SOFT, TEAL, UNUSED, Spec
from regulars.insights.amounts import decimal
from regulars.insights.churn_evaluation import ChurnScoreboard, ScoreLine
from regulars.insights.run_history import CutoffWindow

_KINDS = {"champion": BLUE, "optimistic": ORANGE}
_ROLES = {
    "train": ("train", BLUE), "validate": ("select", TEAL), "calibrate": ("calibrate", TEAL),
    "test": ("test", ORANGE), "": ("unused", UNUSED), "score": ("score now", GREY),
}  # fmt: skip


def scoreboard_chart(board: ChurnScoreboard) -> Spec | None:
    """ROC AUC of the score and of what it is compared with, with 95 % intervals."""
    values = [row for line in board.lines if (row := _auc_row(line)) is not None]
    if not values:
        return None
    low, high = min(0.5, *(row["low"] for row in values)), max(row["high"] for row in values)
    scale = {"domain": [low - 0.01, high + 0.01], "nice": False, "zero": False}
    across = {
        "type": "quantitative",
        "scale": scale,
        "title": [
            "ROC AUC: how often a churner ranks above",
            "a customer who stayed (0.5 is chance)",
        ],
        "axis": {"format": ".2f", "domain": False, "ticks": False, "tickCount": 6},
    }
    names = {"y": label_encoding("label", limit=300)}
    colour = {"color": {"field": "colour", "type": "nominal", "scale": None}}
    auc = {**names, **colour, "x": {**across, "field": "auc"}}
    interval = {**names, **colour, "x": {**across, "field": "low"}, "x2": {"field": "high"}}
    details = {
        "tooltip": tooltip({"label": "Model", "text": "ROC AUC"}),
        "description": {"field": "about", "type": "nominal"},
    }
    text = text_layer("text", dx=14, x="width")
    chance = {"type": "rule", "strokeDash": [4, 4], "color": SOFT, "aria": False}
    rule = {"type": "rule", "strokeWidth": 2.5, "aria": False}
    dot = {"type": "point", "filled": True, "size": 80, "opacity": 1}
    return {
        "description": "ROC AUC of each model with its 95 % interval",
        "data": {"values": values},
        "height": 30 * len(values),
        "layer": [
            {"mark": chance, "encoding": {"x": {**across, "datum": 0.5}}},
            {"mark": rule, "encoding": interval},
            {"mark": dot, "encoding": {**auc, **details}},
            {**text, "encoding": {**text["encoding"], **names}},
        ],
    }


def cutoffs_chart(
    windows: Sequence[CutoffWindow], roles: Mapping[str, Sequence[str]]
) -> Spec | None:
    """Every cutoff with its outcome window, and what it served for; `roles` lists dates by role."""
    values = []
    for window in windows:
        if window.outcome_to <= window.outcome_from:
            continue  # outcomes without dates have no window
        role, _ = _ROLES[_role(roles, window.as_of) if window.is_closed else "score"]
        span = f"{window.outcome_from} to {window.outcome_to}"
        values.append(
            {
                "label": str(window.as_of),
                "as_of": str(window.as_of),
                "opens": str(window.outcome_from),
                "closes": str(window.outcome_to),
                "role": role,
                "span": span,
                "about": f"Cutoff {window.as_of}, {role}; outcome from {span}",
            }
        )
    if not values:
        return None
    served = {row["role"] for row in values}
    used = {name: colour for name, colour in _ROLES.values() if name in served}
    scale = {"domain": list(used), "range": list(used.values())}
    days = day_encoding("opens")
    days["scale"] = {**days["scale"], "padding": 8}
    days["axis"] = {"format": "%Y-%m", "grid": True, "tickCount": 10}
    closes = {"field": "closes", "timeUnit": days["timeUnit"]}
    bar = {"type": "bar", "height": 11, "cornerRadius": 2}
    dot = {"type": "point", "filled": True, "size": 44, "color": INK, "opacity": 1, "aria": False}
    return {
        "description": "Cutoffs, their outcome windows, and what each served for",
        "data": {"values": values},
        "height": 21 * len(values),
        "encoding": {
            "y": label_encoding("label"),
            "tooltip": tooltip({"label": "Cutoff", "role": "Role", "span": "Outcome"}),
            "description": {"field": "about", "type": "nominal"},
        },
        "layer": [
            {
                "mark": bar,
                "encoding": {
                    "x": days,
                    "x2": closes,
                    "color": {"field": "role", "type": "nominal", "title": None, "scale": scale},
                },
            },
            {"mark": dot, "encoding": {"x": {**days, "field": "as_of"}}},
        ],
    }


def _auc_row(line: ScoreLine) -> dict[str, Any] | None:
    auc = line["roc_auc"]
    if auc.value is None or auc.low is None or auc.high is None:
        return None
    name = f"{line.words} – optimistic" if line.kind == "optimistic" else line.words
    text = _range(decimal(auc.value), decimal(auc.low), decimal(auc.high))
    return {"label": name, "auc": auc.value, "low": auc.low, "high": auc.high, "text": text,
            "about": f"{name}: {text}", "colour": _KINDS.get(line.kind, GREY)}  # fmt: skip


def _role(roles: Mapping[str, Sequence[str]], as_of: date) -> str:
    """What a cutoff served for; the latest of its roles, for validation dates train too."""
    served = [
        role
        for role in ("train", "validate", "calibrate", "test")
        if str(as_of) in roles.get(role, ())
    ]
    return served[-1] if served else ""


def _range(value: str, low: str, high: str) -> str:
    return f"{value} ({low} to {high})"
