"""The first page: the business in a few figures, what to do, and where the money sits."""

from __future__ import annotations

from functools import partial

import streamlit as st

from regulars.charts.activity_charts import sales_chart
from regulars.core.calendar import months_of_days
from regulars.insights.activity import activity
from regulars.insights.advice_words import advice_in_words, trust
from regulars.insights.amounts import NOTHING, count, month_words, percent, plain
from regulars.insights.audiences import audience_choices
from regulars.insights.business_overview import overview
from regulars.insights.customer_search import EVERYBODY
from regulars.insights.headings import attribute_heading, heading
from regulars.insights.portfolio import Portfolio, breakdown, portfolio
from regulars.insights.segment_figures import frequency_unit, recency_unit, segments
from regulars.insights.value_words import VALUE_AT_RISK, value_note
from regulars.serve.dashboard.choosing import WHERE
from regulars.serve.dashboard.frame import go_to
from regulars.serve.dashboard.parts import cards, clicked_part
from regulars.serve.dashboard.showing import show_chart
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly


def draw(view: View) -> None:
    """Cards, advice, sales by month, segments and the first attributes."""
    summary = view.ask(portfolio, EVERYBODY)
    if not summary.customers:
        st.info("There are no customers in this release.")
        return
    cards(portfolio_cards(view, summary))
    note = view.ask(value_note)
    if note:
        st.caption(plainly(note))
    if view.ask(activity):
        left, right = st.columns([3, 2], gap="large")
        with right:
            _sales(view)
    else:
        left = st.container()
    with left:
        _what_to_do(view)
    st.header("Who they are", anchor=False)
    _who(view)


def portfolio_cards(view: View, summary: Portfolio) -> list[tuple[str, str, str]]:
    """The figures of an audience as (name, value, what it means)."""
    unit, value_unit = view.unit, view.customer_value_unit
    figures = [
        ("Customers", count(summary.customers), "All known customers in this choice."),
        ("Past value", unit.short(summary.past_value), "Net spend of the last 12 months."),
        (
            "Predicted value",
            value_unit.short(summary.predicted_value),
            "Expected net spend of those whose value is predicted.",
        ),
        *(_leaving_cards(view, summary) if summary.scored or summary.left else []),
        (
            "Recency",
            _number_of(summary.recency, view.ask(recency_unit)),
            "Mean time since the last purchase, of those who ever bought.",
        ),
        (
            "Frequency",
            _number_of(summary.frequency, view.ask(frequency_unit)),
            "Mean number per customer who ever bought.",
        ),
        (
            "Monetary",
            unit.whole(summary.monetary),
            "Mean amount of sales of those who ever bought.",
        ),
        (
            "Tenure",
            _number_of(_months(summary.tenure_days), "months"),
            "Mean time since joining, or else since the first purchase.",
        ),
    ]
    return [figure for figure in figures if figure[1] != NOTHING]  # what nobody has is left out


def _leaving_cards(view: View, summary: Portfolio) -> list[tuple[str, str, str]]:
    about = view.ask(overview)
    cards = [
        (
            "Expected to churn",
            count(summary.expected_leavers),
            f"{percent(summary.mean_probability)} of the {count(summary.scored)} eligible. "
            f"{about.label}",
        ),
        (
            "Value at risk",
            view.customer_value_unit.short(summary.value_at_risk),
            f"{VALUE_AT_RISK}.",
        ),
    ]
    if summary.left:
        share = percent(summary.left_share)
        cards.insert(
            0,
            (
                "Have left",
                share,
                f"{count(summary.left)} have left already; {count(summary.scored)} are scored.",
            ),
        )
    return cards


def _number_of(number: float | None, nouns: str) -> str:
    """`1 month`, `8.4 months`, `143 orders`."""
    if number is None:
        return NOTHING
    shown = plain(round(number, 1 if number < 10 else 0))
    return f"{shown} {nouns.removesuffix('s') if shown == '1' else nouns}"


def _months(days: float | None) -> float | None:
    return None if days is None else round(months_of_days(days))


def _what_to_do(view: View) -> None:
    st.header("What to do", anchor=False)
    for number, action in enumerate(view.ask(advice_in_words), start=1):
        st.markdown(f"**{number}. {plainly(action.do)}** {plainly(action.because)}")
    trust_words = view.ask(trust)
    if trust_words:
        st.caption(f"Can the scores be trusted? {plainly(trust_words)}")


def _sales(view: View) -> None:
    st.header(f"{plainly(view.unit.noun)} by month", anchor=False)
    months = view.ask(activity)
    show_chart(sales_chart(months, unit=view.unit))
    for month in months:
        if not month.complete:
            st.caption(f"{month_words(month.month)} is incomplete: paler, with a dashed border.")


def _who(view: View) -> None:
    """By segment where there are any, and by an attribute, or else by risk."""
    left, right = st.columns(2, gap="large")
    with left:
        by = "segment" if view.ask(segments) else "risk_category"
        words = heading(by).lower()
        st.subheader(f"Customers by {words}", anchor=False)
        name = clicked_part(view, view.ask(breakdown, EVERYBODY, by=by), what=words, key="parts")
        _explore("risk" if by == "risk_category" else by, name)
    choices = view.ask(audience_choices, show_personal=view.show_personal)
    names = [name for name, values in choices.items() if len(values) > 1]
    with right:
        if names:
            _by_attribute(view, names)
        elif by == "segment":
            st.subheader("Customers by risk", anchor=False)
            risks = view.ask(breakdown, EVERYBODY, by="risk_category")
            _explore("risk", clicked_part(view, risks, what="risk", key="risks"))


def _by_attribute(view: View, names: list[str]) -> None:
    name = st.selectbox(
        "Customers by",
        names,
        format_func=partial(attribute_heading, view.reading),
        key="by",
        bind="query-params",
    )
    parts = view.ask(breakdown, EVERYBODY, by=name, show_personal=view.show_personal)
    what = attribute_heading(view.reading, name).lower()
    chosen = clicked_part(view, parts, what=what, key=f"parts_{name}")
    _explore(f"{WHERE}{name}", chosen)


def _explore(filter_name: str, value: str | None) -> None:
    """Open the explorer with the customers of the bar that was clicked."""
    if value is not None:
        go_to("explorer", **{filter_name: value})
