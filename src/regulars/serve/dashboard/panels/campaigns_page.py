"""Campaigns: build an audience, say what a contact costs and saves, and see what follows."""

from __future__ import annotations

import streamlit as st

from regulars.charts.score_charts import sensitivity_chart
from regulars.insights.amounts import Unit, costs_words, count, percent
from regulars.insights.audiences import Audience, audience_parts, export_batches
from regulars.insights.campaign_assumptions import Assumptions
from regulars.insights.campaign_results import Campaign, campaign, project_assumptions, value_days
from regulars.insights.customer_search import Paging, search_customers
from regulars.insights.simulation import HonestOutcome, Outcome
from regulars.insights.value_words import VALUE_AT_RISK
from regulars.release.contact_costs import ContactCosts
from regulars.serve.dashboard.choosing import choose_audience
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.showing import show_chart
from regulars.serve.dashboard.tables import card_table, customer_listing, export_button
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_SHOWN = 10
_ASSUMPTIONS = (
    "offer_cost", "contact_cost", "save_rate", "budget", "horizon", "kept_share", "take_up",
)  # fmt: skip


def draw(view: View) -> None:
    """Audience, assumptions, outcome, sensitivity, list, advice."""
    st.header("1. Whom do you want to reach?", anchor=False)
    audience = choose_audience(view, further_filters=_ASSUMPTIONS)
    st.header("2. What does it cost, and whom does it keep?", anchor=False)
    assumptions, budget = _assumptions(view)
    plan = view.ask(
        campaign,
        audience,
        assumptions=assumptions,
        budget=budget,
        show_personal=view.show_personal,
    )
    if not plan.totals.customers:
        st.warning("Nobody is in this audience: take a filter away.", icon=":material/search_off:")
        return
    st.header("3. What would come of it?", anchor=False)
    _audience_cards(view, plan)
    _outcomes(view, plan)
    _recommendations(plan)
    _sensitivity(view, plan)
    st.header("The list", anchor=False)
    _list(view, plan)


def _assumptions(view: View) -> tuple[Assumptions, float | None]:
    usual, unit = view.ask(project_assumptions), view.customer_value_unit.name
    with st.container(border=True):
        first = st.columns(4)
        offer = first[0].number_input(
            f"Offer cost ({unit})", 0.0, None, usual.costs.offer_cost, 5.0, key="offer_cost",
            bind="query-params", help="What a customer gets who takes the offer.",
        )  # fmt: skip
        contact = first[1].number_input(
            f"Contact cost ({unit})", 0.0, None, usual.costs.contact_cost, 1.0, key="contact_cost",
            bind="query-params", help="What reaching one customer costs.",
        )  # fmt: skip
        save = first[2].slider(
            "Save rate (%)", 0, 100, round(100 * usual.costs.save_rate), 1, key="save_rate",
            bind="query-params", help="Of those who would have left, the share that stays.",
        )  # fmt: skip
        budget = first[3].number_input(
            f"Budget ({unit})", 0.0, None, None, 500.0, key="budget", bind="query-params",
            placeholder="No limit", help="Contacts as many as it pays for, the best first.",
        )  # fmt: skip
        kept, take_up, horizon = _further(usual, view.ask(value_days))
    return (
        Assumptions(
            costs=_stated(usual.costs, offer=offer, contact=contact, percent=save),
            kept_share=kept / 100,
            stayer_take_up=take_up / 100,
            horizon_days=horizon,
        ),
        budget,
    )


def _stated(costs: ContactCosts, *, offer: float, contact: float, percent: int) -> ContactCosts:
    """The project's costs, with what was changed here as stated; the slider has whole percents."""
    return costs.stating(
        offer_cost=None if offer == costs.offer_cost else offer,
        contact_cost=None if contact == costs.contact_cost else contact,
        save_rate=None if percent == round(100 * costs.save_rate) else percent / 100,
    )


def _further(usual: Assumptions, stated_for: int | None) -> tuple[int, int, int | None]:
    """Shares in percent, and the days of a kept customer's value that count."""
    horizon = None
    with st.expander("Further assumptions"):
        first, second, third = st.columns(3)
        if stated_for is not None:
            horizon = third.number_input(
                "Days of a kept customer that count", 1, stated_for, None, 30, key="horizon",
                bind="query-params", placeholder=f"{stated_for}, as the value is stated for",
            )  # fmt: skip
        kept = first.slider(
            "Share of a customer's value that counts as kept (%), naive model",
            0, 100, round(100 * usual.kept_share), 5, key="kept_share", bind="query-params",
        )  # fmt: skip
        take_up = second.slider(
            "Stayers who take the offer anyway (%), weighted model",
            0, 100, round(100 * usual.stayer_take_up), 5, key="take_up", bind="query-params",
        )  # fmt: skip
    return kept, take_up, horizon


def _audience_cards(view: View, plan: Campaign) -> None:
    unit, totals = view.customer_value_unit, plan.totals
    costs = costs_words(plan.simulation.assumptions.costs, unit)
    st.caption(plainly(f"Costs and save rate: {costs}."))
    cards(
        [
            ("In the audience", count(totals.customers), f"Of {count(totals.everybody)}."),
            ("Expected to churn", count(totals.expected_leavers),
             f"{percent(totals.mean_probability)} of the {count(totals.scored)} scored."),
            ("Mean value if they stay", unit.whole(totals.mean_value),
             f"Of the {count(totals.valued)} whose value is known."),
            ("Value at risk", unit.short(totals.value_at_risk), f"{VALUE_AT_RISK}."),
            ("Cost", unit.whole(plan.simulation.cost),
             "Offer and contact for everybody in the audience."),
        ]
    )  # fmt: skip


def _outcomes(view: View, plan: Campaign) -> None:
    unit, honest, plain = view.customer_value_unit, plan.simulation.honest, plan.simulation.plain
    if plain is None:
        return
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.subheader("Probability-weighted: only churners can be kept", anchor=False)
        if honest is None:
            st.info(plainly(plan.simulation.why_not_honest))
        else:
            _careful(unit, honest)
    with right, st.container(border=True):
        st.subheader("Naive: everybody counts as a churner", anchor=False)
        _figures(unit, plain)
        st.caption(
            "cost = n × (offer + contact), kept = n × save rate, "
            "value = kept × mean value × kept share. What marketing usually calculates with: "
            "it takes everybody for a churner."
        )


def _careful(unit: Unit, honest: HonestOutcome) -> None:
    _figures(unit, honest.outcome, width=f"{unit.short(honest.low)} to {unit.short(honest.high)}")
    st.caption(
        f"By each customer's churn probability and value; the range is for save rates of half to "
        f"one and a half times yours. {unit.whole(honest.incentives_to_stayers)} of offers go "
        f"to customers who would have stayed. Contacting pays off for {count(honest.pays_for)}: "
        f"{unit.short(honest.best_net)} net."
    )


def _figures(unit: Unit, outcome: Outcome, *, width: str = "") -> None:
    first, second = st.columns(2)
    first.metric("Net", unit.whole(outcome.net), help=width or None)
    second.metric("ROI", percent(outcome.roi))
    first.metric("Customers kept", count(outcome.retained))
    second.metric("Value kept", unit.whole(outcome.value))
    first.metric("Cost of each kept", unit.whole(outcome.cost_per_retained))
    even = "never" if outcome.break_even is None else percent(outcome.break_even)
    second.metric("Break-even save rate", even)
    if width:
        st.markdown(f"Net between **{plainly(width)}**.")


def _recommendations(plan: Campaign) -> None:
    st.subheader("What to do", anchor=False)
    for number, recommendation in enumerate(plan.recommendations, start=1):
        st.markdown(f"{number}\\. {plainly(recommendation)}")


def _sensitivity(view: View, plan: Campaign) -> None:
    unit = view.customer_value_unit
    if not plan.simulation.sensitivity:
        return
    st.header("What if it keeps fewer, or more?", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_chart(sensitivity_chart(plan.simulation.sensitivity, unit=unit))
    with right:
        card_table(
            [
                {
                    "Save rate": percent(point.save_rate, 0),
                    "Weighted net": unit.short(point.honest_net),
                    "Naive net": unit.short(point.net),
                    "Naive ROI": percent(point.roi, 0),
                }
                for point in plan.simulation.sensitivity
            ]
        )


def _list(view: View, plan: Campaign) -> None:
    audience: Audience = plan.audience
    parts = view.ask(audience_parts, audience, by="risk_category", show_personal=view.show_personal)
    words = ", ".join(f"{count(part.customers)} {part.name}" for part in parts)
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption(f"By risk: {plainly(words)}. The {_SHOWN} of highest priority:")
    with right:
        export_button(
            f"Export {count(plan.totals.customers)} targets",
            lambda: export_batches(view.reading, audience, show_personal=view.show_personal)[1],
            file_name=f"campaign_targets_{view.release_id}.csv",
            units=view.units,
            key="export_targets",
            kind="primary",
        )
    page = view.ask(
        search_customers,
        "",
        audience=audience,
        page=Paging(limit=_SHOWN),
        show_personal=view.show_personal,
    )
    customer_listing(view, page.customers, key="targets")
