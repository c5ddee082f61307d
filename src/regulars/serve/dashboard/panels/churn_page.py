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
from regulars.insights.advice_words import trust
from regulars.insights.amounts import Unit, costs_words, count, day_words, decimal, percent
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
from regulars.insights.value_words import VALUE_AT_RISK, value_note
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
    totals, line = view.ask(overview), board.shipping
    auc = line["roc_auc"] if line else None
    lift = line["lift_at_10"].value if line else None
    st.markdown(plainly(board.label))
    cards(
        [
            ("Eligible", count(totals.scored), totals.population_words),
            ("Expected to churn", count(totals.expected_leavers), percent(totals.mean_probability)),
            ("Value at risk", view.customer_value_unit.short(totals.value_at_risk),
             f"{VALUE_AT_RISK}."),
            ("High risk", count(totals.high_risk), "Churn probability of 70 % or more."),
            ("ROC AUC", decimal(auc.value if auc else None),
             "How often the customer who churned is ranked above one who stayed; 0.5 is chance."),
            ("Lift at 10 %", "–" if lift is None else f"{lift:.1f}×",
             "Churners in the riskiest tenth, against a tenth drawn by chance."),
        ]
    )  # fmt: skip
    trust_words = view.ask(trust)
    if trust_words:
        st.caption(plainly(trust_words))


def _top(view: View) -> None:
    customers = view.ask(top_customers, limit=_TOP, show_personal=view.show_personal)
    by = "churn probability" if view.ask(overview).value_at_risk is None else VALUE_AT_RISK
    words = f"The {_TOP} customers of highest priority: {by}. {view.ask(value_note)}"
    st.caption(plainly(f"{words.strip()} Choose a row to open the customer."))
    customer_listing(view, customers, key="top")
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
            costs = costs_words(view.ask(overview).costs, view.customer_value_unit)
            best = _best_contacts(curves.money, view.customer_value_unit)
            st.caption(plainly(f"{best} {costs.capitalize()}."))
    st.caption(plainly(" ".join(filter(None, (board.plan, board.choice, board.calibration)))))


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
    churn_drivers = view.ask(drivers)
    if not churn_drivers:
        st.info("No drivers were written for this release.")
        return
    show_chart(drivers_chart(churn_drivers))
    card_table(
        [
            {"Group": driver.group.capitalize(), "Strongest features": "; ".join(driver.words[:3])}
            for driver in churn_drivers[:8]
        ]
    )


def _value(view: View) -> None:
    summary = view.ask(value_summary, limit=_TOP)
    if summary.why_none and not summary.count:
        st.info(plainly(summary.why_none))
        return
    unit = view.customer_value_unit
    level = summary.interval_level
    around = (
        ""
        if level is None or summary.total_low is None
        else f" {percent(level, 0)} interval: {unit.short(summary.total_low)} to "
        f"{unit.short(summary.total_high)}."
    )
    cards(
        [
            ("Predicted value", unit.short(summary.total),
             f"Expected spend in {summary.horizon}.{around}"),
            ("Customers valued", count(summary.count), f"By {summary.method}."),
            ("With little history", count(summary.little_history),
             "Estimates close to the average, and very uncertain."),
        ],
        in_a_row=4,
    )  # fmt: skip
    if summary.tested:
        st.caption(plainly(summary.tested))
    width = "" if level is None else f" ({percent(level, 0)} interval)"
    card_table(
        [
            {
                "Customer": customer.customer_id,
                "Segment": customer.segment or "–",
                f"Expected spend in {summary.horizon}": unit.whole(customer.value),
                f"From{width}": unit.whole(customer.low),
                f"To{width}": unit.whole(customer.high),
                "Little history": "yes" if customer.little_history else "",
            }
            for customer in summary.customers[:25]
        ]
    )


def _runs(view: View) -> None:
    input_drift = view.ask(drift)
    if input_drift is not None and input_drift.warning:
        st.warning(f"Drift: {plainly(input_drift.warning)}", icon=":material/warning:")
    past_trainings = view.ask(trainings)
    st.subheader("Trainings", anchor=False)
    card_table(
        [
            {
                "Trained at": training.trained_at[:16].replace("T", " "),
                "As of": training.as_of,
                "Ships": training.shipped,
                "Status": training.status,
                "Why": training.because,
                "ROC AUC": decimal(training.metrics.get("roc_auc")),
                "Log loss": decimal(training.metrics.get("log_loss")),
                "Calibration error": decimal(training.metrics.get("calibration_error")),
            }
            for training in past_trainings
        ]
    )
    backtests = view.ask(backtested_scores)
    st.subheader("Earlier scores, backtested against outcomes", anchor=False)
    if not backtests:
        as_of = day_words(view.ask(overview).as_of)
        st.info(f"No earlier score can be verified yet; the newest are as of {as_of}.")
        return
    card_table(
        [
            {
                "Scored as of": str(backtest.as_of),
                "Known since": str(backtest.outcome_to),
                "Customers": count(backtest.customers),
                "Predicted": percent(backtest.predicted),
                "Observed": percent(backtest.observed),
                "ROC AUC": decimal(backtest.roc_auc.value),
            }
            for backtest in backtests
        ]
    )
