"""Pieces that several pages share: figures as cards, and customers by segment or attribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from regulars.insights.amounts import count, percent
from regulars.insights.customer_search import EVERYBODY
from regulars.insights.portfolio import Part, breakdown
from regulars.serve.dashboard import charts
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_CARDS_IN_A_ROW = 5  # with names in full at 1366 pixels
RISK_TITLE = "Mean churn probability"


class Card(NamedTuple):
    """One figure: its name, its value, what it means, and how it has changed."""

    name: str
    value: str
    meaning: str = ""
    delta: str | None = None


def cards(found: Sequence[Card | tuple[str, str, str]], *, in_a_row: int | None = None) -> None:
    """Figures in rows of like length; what each means shows when it is pointed at."""
    rows = -(-len(found) // _CARDS_IN_A_ROW) or 1
    length = in_a_row or -(-len(found) // rows)
    for start in range(0, len(found), length):
        for column, one in zip(st.columns(length), found[start : start + length], strict=False):
            card = Card(*one)
            column.metric(
                card.name,
                card.value,
                delta=card.delta,
                help=plainly(card.meaning) if card.meaning else None,
                border=True,
                height="stretch",
            )


def parts_chart(view: View, parts: Sequence[Part], *, what: str) -> None:
    """Customers per part, darker where more are expected to churn."""
    if not parts:
        st.info("Nobody is in this choice.")
        return
    found = [
        charts.Bar(
            one.name,
            one.customers,
            f"{count(one.customers)} ({percent(one.share)})",
            tips={
                what.capitalize(): one.name,
                "Customers": f"{count(one.customers)} ({percent(one.share)})",
                "Mean churn probability": percent(one.mean_probability),
                "Customer value": view.worth_unit.short(one.value),
                "Value of each": view.worth_unit.whole(one.mean_value),
                "Value at risk": view.worth_unit.short(one.value_at_risk),
                "Have left": count(one.left),
            },
            shade=one.mean_probability,
        )
        for one in parts
    ]
    said = ", ".join(f"{one.label} {one.text}" for one in found)
    charts.bars(
        found,
        alt_text=f"Customers by {what}: {said}",
        shade_title=RISK_TITLE,
        darkest=_riskiest_segment(view),
    )


def _riskiest_segment(view: View) -> float | None:
    """One scale for all charts of risk: its end is the segment that leaves most."""
    parts = view.ask(breakdown, EVERYBODY, by="segment")
    return max((one.mean_probability or 0.0 for one in parts), default=None)
