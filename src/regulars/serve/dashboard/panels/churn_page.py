"""Churn and value: can the score be trusted, what drives it, whom does it name?"""

from __future__ import annotations

import streamlit as st

from regulars.charts.evaluation_charts import scoreboard_chart
from regulars.charts.score_charts import (
    calibration_chart,
    drivers_chart,
    gains_chart,
    lift_chart,
    profit_chart,
    risk_chart,
)
from regulars.charts.theme import Spec
from regulars.insights.advice import trust
from regulars.insights.amounts import Unit, count, day_words, decimal, percent
from regulars.insights.business_overview import overview
from regulars.insights.churn_drivers import drivers
from regulars.insights.churn_evaluation import (
    ChurnScoreboard,
    churn_curves,
    churn_scoreboard,
    why_no_churn,
)
from regulars.insights.customer_profiles import risk_bins, top_customers
from regulars.insights.customer_values import value_summary
from regulars.insights.score_monitoring import backtested_scores, drift, trainings
from regulars.release.evaluation_facts import ContactProfit
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.showing import show_chart
from regulars.serve.dashboard.tables import card_table, customer_listing
from regulars.serve.dashboard.view import View
from regulars.serve.dashboard.words import plainly

_TOP = 50


def draw(view: View) -> None:
    """Four tabs: the list, the test, drivers, value; runs at the end."""
    board = view.ask(churn_scoreboard)
    if board is None:
        st.info(plainly(view.ask(why_no_churn)))
        _value(view)
        return
    _head(view, board)
    names = ["Who to look at first", "How good is the score", "What drives it", "Value", "Runs"]
    first, test, driving, value, runs = st.tabs(names)
    with first:
        _top(view)
    with test:
        _test(view, board)
    with driving:
        _drivers(view)
    with value:
        _value(view)
    with runs:
        _runs(view)


def _head(view: View, board: ChurnScoreboard) -> None:
    found, line = view.ask(overview), board.shipping
    auc = line["roc_auc"] if line else None
    lift = line["lift_at_10"].value if line else None
    st.markdown(plainly(board.label))
    cards(
        [
            ("Eligible", count(found.scored), "Customers who are scored now."),
            ("Expected to churn", count(found.expected_leavers), percent(found.mean_probability)),
            ("High risk", count(found.high_risk), "Churn probability of 70 % or more."),
            ("ROC AUC", decimal(auc.value if auc else None),
             "How often the customer who left is ranked above one who stayed; 0.5 is chance."),
            ("Lift at 10 %", "–" if lift is None else f"{lift:.1f}×",
             "Churners in the riskiest tenth, against a tenth drawn by chance."),
        ]
    )  # fmt: skip
    said = view.ask(trust)
    if said:
        st.caption(plainly(said))


def _top(view: View) -> None:
    found = view.ask(top_customers, limit=_TOP, show_personal=view.show_personal)
    st.caption(
        f"The {_TOP} customers of highest priority: churn probability × customer value. "
        "Choose a row to open the customer."
    )
    customer_listing(view, found, key="top")
    bins = view.ask(risk_bins)
    st.subheader("Customers by churn probability", anchor=False)
    show_chart(risk_chart(bins, unit=view.customer_value_unit))


def _test(view: View, board: ChurnScoreboard) -> None:
    st.markdown(f"**{plainly(board.verdict)}** {plainly(board.how_tested)}")
    show_chart(scoreboard_chart(board))
    card_table(
        [
            {
                "Model": line.words + (" (in use)" if line.ships else ""),
                "On": line.rows,
                "Customers": count(line.n),
                "ROC AUC": decimal(line["roc_auc"].value),
                "PR AUC": decimal(line["pr_auc"].value),
                "Lift at 10 %": decimal(line["lift_at_10"].value, 2),
                "Log loss": decimal(line["log_loss"].value),
                "Calibration error": decimal(line["calibration_error"].value),
            }
            for line in board.lines
        ]
    )
    curves = view.ask(churn_curves)
    left, right = st.columns(2, gap="large")
    with left:
        _titled("Predicted and observed churn", calibration_chart(curves))
        _titled("Lift", lift_chart(curves))
    with right:
        _titled("Cumulative gains", gains_chart(curves))
        profit = profit_chart(curves, unit=view.customer_value_unit)
        _titled("Expected profit by number of contacts", profit)
        if profit is not None and curves.money is not None:
            st.caption(_best_contacts(curves.money, view.customer_value_unit))
    st.caption(plainly(f"{board.plan} {board.calibration}"))


def _titled(title: str, spec: Spec | None) -> None:
    if spec is not None:
        st.subheader(title, anchor=False)
        show_chart(spec)


def _best_contacts(money: ContactProfit, unit: Unit) -> str:
    return (
        f"Best: {count(money.contacts)} contacts, {unit.whole(money.profit)} expected "
        f"({unit.short(money.low)} to {unit.short(money.high)})."
    )


def _drivers(view: View) -> None:
    found = view.ask(drivers)
    if not found:
        st.info("No drivers were written for this release.")
        return
    show_chart(drivers_chart(found))
    card_table(
        [
            {"Group": one.group.capitalize(), "Strongest inputs": "; ".join(one.words[:3])}
            for one in found[:8]
        ]
    )


def _value(view: View) -> None:
    found = view.ask(value_summary, limit=_TOP)
    if found.why_none and not found.count:
        st.info(plainly(found.why_none))
        return
    unit = view.unit
    cards(
        [
            ("Predicted value", unit.short(found.total), f"Expected spend in {found.horizon}."),
            ("Customers valued", count(found.count), f"By {found.method}."),
            ("With little history", count(found.little_history),
             "Estimates close to the average, and very uncertain."),
        ],
        in_a_row=4,
    )  # fmt: skip
    if found.tested:
        st.caption(plainly(found.tested))
    level = found.interval_level
    width = "" if level is None else f" ({percent(level, 0)} interval)"
    card_table(
        [
            {
                "Customer": one.customer_id,
                "Segment": one.segment or "–",
                f"Expected spend in {found.horizon}": unit.whole(one.value),
                f"From{width}": unit.whole(one.low),
                f"To{width}": unit.whole(one.high),
                "Little history": "yes" if one.little_history else "",
            }
            for one in found.customers[:25]
        ]
    )


def _runs(view: View) -> None:
    moved = view.ask(drift)
    if moved is not None and moved.warning:
        st.warning(f"Drift: {plainly(moved.warning)}", icon=":material/warning:")
    found = view.ask(trainings)
    st.subheader("Trainings", anchor=False)
    card_table(
        [
            {
                "Trained at": one.trained_at[:16].replace("T", " "),
                "As of": one.as_of,
                "Ships": one.shipped,
                "Status": one.status,
                "Why": one.because,
                "ROC AUC": decimal(one.metrics.get("roc_auc")),
                "Log loss": decimal(one.metrics.get("log_loss")),
                "Calibration error": decimal(one.metrics.get("calibration_error")),
            }
            for one in found
        ]
    )
    past = view.ask(backtested_scores)
    st.subheader("Earlier scores, backtested against outcomes", anchor=False)
    if not past:
        as_of = day_words(view.ask(overview).as_of)
        st.info(f"No earlier score can be verified yet; the newest are as of {as_of}.")
        return
    card_table(
        [
            {
                "Scored as of": str(one.as_of),
                "Known since": str(one.outcome_to),
                "Customers": count(one.customers),
                "Predicted": percent(one.predicted),
                "Observed": percent(one.observed),
                "ROC AUC": decimal(one.roc_auc.value),
            }
            for one in past
        ]
    )
