"""Customer 360: find one customer, and see all that is known."""

from __future__ import annotations

import streamlit as st

from regulars.insights.amounts import NOTHING, cell, count, day_words, percent, plain, several
from regulars.insights.business_overview import overview
from regulars.insights.churn_evaluation import churn_scoreboard
from regulars.insights.customer_profiles import Customer
from regulars.insights.customer_search import (
    CustomerPage,
    Paging,
    search_customers,
    searched_columns,
)
from regulars.insights.customer_timeline import Spending, quarter_words, spending
from regulars.insights.headings import attribute_heading, heading
from regulars.insights.masking import MASK
from regulars.insights.not_yet_computed import why_not_scored
from regulars.insights.score_explanation import Explanation, explain
from regulars.insights.value_words import VALUE_AT_RISK
from regulars.serve.dashboard.customer_history import draw_history
from regulars.serve.dashboard.frame import saying_errors
from regulars.serve.dashboard.parts import Card, cards
from regulars.serve.dashboard.tables import card_table
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_HITS = 20
_FAR_ABOVE = 2.0
_BANNERS = {
    "High": (st.error, ":material/priority_high:", "High risk"),
    "Medium": (st.warning, ":material/warning:", "Medium risk"),
    "Low": (st.success, ":material/check_circle:", "Low risk"),
}


def draw(view: View) -> None:
    """The search, and the customer that it leads to."""
    customer_id = _find(view)
    if customer_id is None:
        return
    with saying_errors("customer"):
        explanation = view.ask(explain, customer_id, show_personal=view.show_personal)
        _head(view, explanation)
        _figures(view, customer_id, explanation.customer)
        history, reasons, profile = st.tabs(["Timeline", "Why this score", "Profile"])
        with reasons:
            _reasons(explanation)
        with profile:
            _profile(view, explanation.customer)
        with history:
            draw_history(view, customer_id)


def _find(view: View) -> str | None:
    """The id of the customer to show: from the address, the search, or the first of the list."""
    searched, left_out = searched_columns(view.reading, show_personal=view.show_personal)
    text = st.text_input(
        "Search",
        placeholder=_part_of_what(searched),
        key="search",
        bind="query-params",
        icon=":material/search:",
        help=_search_help(left_out),
    )
    if not text:
        return _from_address(view)
    hits: CustomerPage = view.ask(
        search_customers,
        text,
        page=Paging(limit=_HITS),
        show_personal=view.show_personal,
    )
    if not hits.total:
        st.warning(
            f"No customer matches '{plainly(text)}'. {_search_help(left_out)}",
            icon=":material/search_off:",
        )
        return None
    if hits.customers[0].customer_id == MASK:
        return text.strip()  # ids are personal: only a whole one is found, and it is the text
    if hits.total == 1:
        return hits.customers[0].customer_id
    return _choose(hits)


def _part_of_what(searched: tuple[str, ...]) -> str:
    """`Part of the customer ID, first name or email`."""
    names = [heading(name) for name in searched]
    if not names:
        return "The whole customer ID"
    *first, last = (name[:1].lower() + name[1:] for name in names)
    return f"Part of the {', '.join(first)} or {last}" if first else f"Part of the {last}"


def _from_address(view: View) -> str | None:
    customer_id = st.query_params.get("id")
    if customer_id:
        return customer_id
    first = view.ask(search_customers, "", page=Paging(limit=1)).customers
    if not first:
        st.info("There are no customers in this release.")
        return None
    if first[0].customer_id == MASK:
        st.info("Write a whole customer ID: ids are marked as personal data.")
        return None
    st.caption("Nobody was searched for, so this is the customer of highest priority.")
    return first[0].customer_id


def _choose(hits: CustomerPage) -> str:
    more = f", the first {_HITS} of them here" if hits.total > _HITS else ""
    by_id = {customer.customer_id: customer for customer in hits.customers}
    return st.selectbox(
        f"{several(hits.total, 'customer')} match{more}",
        list(by_id),
        format_func=lambda customer_id: _in_a_line(by_id[customer_id]),
        key="hit",
    )


def _in_a_line(customer: Customer) -> str:
    named = [
        str(value)
        for name, value in customer.attributes.items()
        if value not in (None, MASK) and any(part in name for part in ("name", "mail"))
    ]
    risk = f"{customer.risk_category} risk" if customer.risk_category in _BANNERS else ""
    return " · ".join(
        part for part in (customer.customer_id, *named, customer.segment or "", risk) if part
    )


def _search_help(left_out: tuple[str, ...]) -> str:
    if not left_out:
        return "Any part, in small or capital letters."
    words = ", ".join(heading(name).lower() for name in left_out)
    return (
        f"Not searched, because marked as personal data: {words}. "
        "`dashboard: {show_personal: true}` in regulars.yaml allows it."
    )


def _head(view: View, explanation: Explanation) -> None:
    customer = explanation.customer
    named = [
        str(customer.attributes[name])
        for name in ("full_name", "name", "first_name", "last_name")
        if customer.attributes.get(name) not in (None, MASK)
    ]
    title = f"{' '.join(named)} · {customer.customer_id}" if named else customer.customer_id
    st.subheader(plainly(title), anchor=False)
    since = f"customer since {day_words(customer.joined_at)}" if customer.joined_at else ""
    gone = "has left already" if customer.has_left else ""
    if customer.left_at:
        gone = f"left on {day_words(customer.left_at)}"
    agreed = {True: "may be contacted", False: "refused consent", None: ""}[customer.consent]
    line = " · ".join(part for part in (customer.segment or "", since, gone, agreed) if part)
    if line:
        st.caption(plainly(line))
    _banner(view, explanation)


def _banner(view: View, explanation: Explanation) -> None:
    customer = explanation.customer
    if customer.risk_category not in _BANNERS:
        st.info(plainly(view.ask(why_not_scored, has_left=customer.has_left)))
        return
    board = view.ask(churn_scoreboard)
    if board is not None and not board.ranks:
        everyone = percent(customer.churn_probability)
        st.info(f"Everyone gets the same probability, {everyone}: {plainly(board.verdict)}.")
        return
    box, icon, words = _BANNERS[customer.risk_category]
    sentence = f"**{words}: {percent(customer.churn_probability, 0)}** churn probability"
    sentence += _beside_others(customer, view.ask(overview).mean_probability)
    if customer.main_reason is not None:
        sentence += f". Raised most by: {plainly(customer.main_reason.words)}"
    if explanation.sure is not None:
        sentence += (
            f". Of {count(explanation.sure.n)} tested customers with a score like this, "
            f"{percent(explanation.sure.observed, 0)} did churn"
        )
    box(f"{sentence}.", icon=icon)


def _beside_others(customer: Customer, mean: float | None) -> str:
    """Where few leave, a low probability may be the highest of all: then that is said."""
    comparison = ""
    if mean and customer.churn_probability and customer.churn_probability / mean >= _FAR_ABOVE:
        comparison += f", {customer.churn_probability / mean:.0f} times the mean of {percent(mean)}"
    if customer.risk_percentile is None:
        return comparison
    if customer.risk_percentile > 99:
        return f"{comparison}, among the highest 1 %"
    return f"{comparison}, higher than {customer.risk_percentile:.0f} % of scored customers"


def _figures(view: View, customer_id: str, customer: Customer) -> None:
    unit, value_unit = view.unit, view.customer_value_unit
    spent = view.ask(spending, customer_id)
    figures = [
        Card("Past value", unit.whole(customer.past_value), "Net spend of the last 12 months."),
        Card(
            "Predicted value",
            value_unit.whole(customer.predicted_value),
            f"Expected net spend; {value_unit.whole(customer.value_if_stays)} if the customer "
            "stays.",
        ),
        Card("Value at risk", value_unit.whole(customer.value_at_risk), f"{VALUE_AT_RISK}."),
    ]
    if spent is not None:
        orders = several(spent.orders or 0, "order")
        each = unit.whole(spent.amount_per_order)
        figures += [
            Card("All purchases", unit.whole(spent.lifetime_amount), f"{orders}, {each} each."),
            Card("Last purchase", f"{plain(spent.recency_days)} days ago",
                 f"{spent.recency_status or ''}"),
            _quarter(view, spent),
        ]  # fmt: skip
    figures = [card for card in figures if card.value != NOTHING]
    cards(figures, in_a_row=None if spent is not None else 4)


def _quarter(view: View, spent: Spending) -> Card:
    """The last quarter's amount, up or down in words and with an arrow."""
    quarter, change = quarter_words(view.reading), spent.quarter_change_share
    prior = view.unit.whole(spent.amount_prior_quarter)
    month = view.unit.whole(spent.average_monthly_amount)
    return Card(
        f"Last {quarter}",
        view.unit.whole(spent.amount_last_quarter),
        f"{prior} in the {quarter} before; {month} a month now.",
        None if change is None else f"{100 * change:+,.0f} % against before",
    )


def _reasons(explanation: Explanation) -> None:
    if explanation.customer.reasons is None:
        st.info("No reasons were written for this customer.")
    elif not explanation.customer.reasons:
        st.info("Nothing stands out: this customer is like most.")
    else:
        card_table(
            [
                {
                    "What": reason.words,
                    "Here": reason.value,
                    "Usual in training": reason.ordinary,
                    "Moves the score by": f"{reason.points:+.0f} of 100",
                    "Actionable": "yes" if reason.actionable else "no",
                }
                for reason in explanation.customer.reasons
            ]
        )
    st.subheader("Beside the median customer", anchor=False)
    card_table(
        [
            {
                "What": comparison.words,
                "Here": cell(comparison.value),
                "Median of those scored now": cell(comparison.median),
                "Have no more than that": percent(comparison.at_or_below, 0),
            }
            for comparison in explanation.comparisons
        ]
    )


def _profile(view: View, customer: Customer) -> None:
    facts = [
        ("Segment", customer.segment),
        ("RFM score", customer.rfm_score),
        ("Recency", customer.recency),
        ("Frequency", customer.frequency),
        (
            "Refunded share",
            percent(customer.refund_share) if customer.refund_share is not None else None,
        ),
        ("Contacting pays off", customer.worth_contacting),
    ]
    rows = [{"What": name, "Known": cell(value)} for name, value in facts]
    rows += [
        {"What": attribute_heading(view.reading, name), "Known": cell(value)}
        for name, value in customer.attributes.items()
    ]
    half = (len(rows) + 1) // 2
    left, right = st.columns(2, gap="large")
    with left:
        card_table(rows[:half])
    with right:
        card_table(rows[half:])
