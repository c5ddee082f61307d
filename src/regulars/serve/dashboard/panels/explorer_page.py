"""The segment explorer: choose customers by anything known of them, look, and take the list."""

from __future__ import annotations

from functools import partial

import streamlit as st

from regulars.charts.customer_charts import amounts_chart, risk_parts_chart
from regulars.insights.amounts import count, several
from regulars.insights.audiences import Audience, audience_choices, export_batches
from regulars.insights.customer_search import PAGE_AT_MOST, Paging, search_customers
from regulars.insights.headings import attribute_heading
from regulars.insights.portfolio import Part, breakdown, portfolio
from regulars.insights.value_words import value_note
from regulars.serve.dashboard.choosing import choose_audience
from regulars.serve.dashboard.panels.overview_page import portfolio_cards
from regulars.serve.dashboard.parts import cards, show_parts
from regulars.serve.dashboard.showing import show_chart
from regulars.serve.dashboard.tables import customer_listing, export_button
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly


def draw(view: View) -> None:
    """Filters, cards, shares, risk, value, attributes, and the list with its export."""
    audience = choose_audience(view, consent="any", further_filters=("by", "and"))
    summary = view.ask(portfolio, audience, show_personal=view.show_personal)
    if not summary.customers:
        st.warning(
            "No customer matches these filters: take one away.", icon=":material/search_off:"
        )
        return
    cards(portfolio_cards(view, summary))
    parts = view.ask(breakdown, audience, by="segment", show_personal=view.show_personal)
    first, second, third = st.tabs(["Share and risk", "Value", "Attributes"])
    with first:
        _shares(view, audience, parts)
    with second:
        _values(view, parts)
    with third:
        _attributes(view, audience)
    _list(view, audience, customers=summary.customers)


def _shares(view: View, audience: Audience, parts: tuple[Part, ...]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Customers by segment", anchor=False)
        show_parts(view, parts, what="segment")
    with right:
        st.subheader("Customers by risk", anchor=False)
        risks = view.ask(breakdown, audience, by="risk_category", show_personal=view.show_personal)
        show_chart(risk_parts_chart(risks))
        st.caption("High is a churn probability of 70 % or more, Medium of 40 % or more.")


def _values(view: View, parts: tuple[Part, ...]) -> None:
    note = view.ask(value_note)
    if note:
        st.caption(plainly(note))
    left, right = st.columns(2, gap="large")
    for column, title, name in (
        (left, "Value if they stay, by segment", "value_if_stays"),
        (right, "Value at risk by segment", "value_at_risk"),
    ):
        amounts = {part.name: value for part in parts if (value := getattr(part, name)) is not None}
        if amounts:
            with column:
                st.subheader(title, anchor=False)
                unit = view.customer_value_unit
                show_chart(amounts_chart(amounts, unit=unit, description=title))


def _attributes(view: View, audience: Audience) -> None:
    choices = view.ask(audience_choices, show_personal=view.show_personal)
    names = [name for name, values in choices.items() if len(values) > 1]
    if not names:
        st.info("This project has no attributes to divide customers by.")
        return
    left, right = st.columns(2, gap="large")
    for column, key, start in ((left, "by", 0), (right, "and", min(1, len(names) - 1))):
        with column:
            name = st.selectbox(
                "Customers by",
                names,
                index=start,
                format_func=partial(attribute_heading, view.reading),
                key=key,
                bind="query-params",
                label_visibility="visible" if key == "by" else "hidden",
            )
            parts = view.ask(breakdown, audience, by=name, show_personal=view.show_personal)
            show_parts(view, parts, what=attribute_heading(view.reading, name).lower())


def _list(view: View, audience: Audience, *, customers: int) -> None:
    st.header("The list", anchor=False)
    shown = min(view.rows, PAGE_AT_MOST)
    page = view.ask(
        search_customers,
        "",
        audience=audience,
        page=Paging(limit=shown),
        show_personal=view.show_personal,
    )
    left, right = st.columns([3, 1], vertical_alignment="center")
    some = f"The first {count(shown)} of " if customers > shown else ""
    left.caption(
        f"{some}{several(customers, 'customer')}, the highest priority (risk × value) first. "
        "Choose a row to open the customer."
    )
    with right:
        export_button(
            f"Export {count(customers)} customers",
            lambda: export_batches(view.reading, audience, show_personal=view.show_personal)[1],
            file_name=f"customer_segment_{view.release_id}.csv",
            units=view.units,
            key="export_list",
        )
    customer_listing(view, page.customers, key="list")
