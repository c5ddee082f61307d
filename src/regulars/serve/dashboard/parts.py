"""Pieces that several pages share: figures as cards, and customers by segment or attribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from regulars.charts.customer_charts import parts_chart
from regulars.charts.theme import Spec
from regulars.insights.customer_search import EVERYBODY
from regulars.insights.portfolio import Part, breakdown
from regulars.serve.dashboard.showing import clicked_label, show_chart
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_CARDS_IN_A_ROW = 5  # with names in full at 1366 pixels


class Card(NamedTuple):
    """One figure: its name, its value, what it means, and how it has changed."""

    name: str
    value: str
    meaning: str = ""
    delta: str | None = None


def cards(figures: Sequence[Card | tuple[str, str, str]], *, in_a_row: int | None = None) -> None:
    """Figures in rows of like length; what each means shows when it is pointed at."""
    rows = -(-len(figures) // _CARDS_IN_A_ROW) or 1
    length = in_a_row or -(-len(figures) // rows)
    for start in range(0, len(figures), length):
        for column, figure in zip(
            st.columns(length), figures[start : start + length], strict=False
        ):
            card = Card(*figure)
            column.metric(
                card.name,
                card.value,
                delta=card.delta,
                help=plainly(card.meaning) if card.meaning else None,
                border=True,
                height="stretch",
            )


def show_parts(view: View, parts: Sequence[Part], *, what: str) -> None:
    """Customers per part, coloured by churn probability."""
    if not parts:
        st.info("Nobody is in this choice.")
        return
    show_chart(_parts_chart(view, parts, what))


def clicked_part(view: View, parts: Sequence[Part], *, what: str, key: str) -> str | None:
    """The same with bars that can be clicked; the name of the part that was."""
    if not parts:
        st.info("Nobody is in this choice.")
        return None
    return clicked_label(_parts_chart(view, parts, what), key=key)


def _parts_chart(view: View, parts: Sequence[Part], what: str) -> Spec:
    """On one scale with all charts of risk: its end is the segment of highest risk."""
    segments = view.ask(breakdown, EVERYBODY, by="segment")
    riskiest = max((segment.mean_probability or 0.0 for segment in segments), default=None)
    return parts_chart(parts, what=what, unit=view.customer_value_unit, riskiest=riskiest)
