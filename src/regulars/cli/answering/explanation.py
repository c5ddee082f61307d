"""Print why a customer has this score."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import (
    Unit,
    cell,
    count,
    customer_value_unit,
    percent,
    plain,
    unit_of,
)
from regulars.insights.customer_profiles import Customer
from regulars.insights.not_yet_computed import why_not_scored
from regulars.insights.release_reading import Reading
from regulars.insights.score_explanation import Comparison, Explanation, explain
from regulars.insights.segment_figures import frequency_unit, recency_unit


def answer_explanation(
    reading: Reading, customer_id: str, *, as_json: bool, show_personal: bool = False
) -> None:
    """Print the profile, the reasons, the uncertainty and unusual values of a customer."""
    explanation = explain(reading, customer_id, show_personal=show_personal)
    if as_json:
        print_json(explanation)
        return
    console = answer_console()
    _who(
        console,
        explanation.customer,
        unit_of(reading),
        risk=_risk(explanation.customer, reading),
        value_unit=customer_value_unit(reading),
        units=frequency_unit(reading),
        recency=recency_unit(reading),
    )
    _why(console, explanation.customer)
    _uncertainty(console, explanation)
    _compared(console, explanation.comparisons)


def _who(
    console: Console,
    customer: Customer,
    unit: Unit,
    *,
    risk: str,
    value_unit: Unit,
    units: str,
    recency: str,
) -> None:
    say(console, f"Customer {customer.customer_id}", style="bold")
    facts = {
        "segment": _segment(customer),
        "joined": customer.joined_at and customer.joined_at.date(),
        "left": customer.left_at.date() if customer.left_at else _yes(customer.has_left or None),
        "consent": _yes(customer.consent),
        **customer.attributes,
        "bought": _bought(customer, unit, units=units, recency=recency),
        "risk": risk,
        "past value": _amount(customer.past_value, unit),
        "predicted value": _amount(customer.predicted_value, value_unit),
        "value if stays": _amount(customer.value_if_stays, value_unit),
        "value at risk": _amount(customer.value_at_risk, value_unit),
        "contacting pays off": _yes(customer.worth_contacting),
    }
    table = answer_table(["", ""])
    table.has_header = False
    for name, value in facts.items():
        if value is not None:
            add_row(table, f"  {name.replace('_', ' ')}", cell(value))
    print_table(console, table)


def _why(console: Console, customer: Customer) -> None:
    if customer.churn_probability is None:
        return
    say(console)
    if not customer.reasons:
        none = "The release holds no reasons for this customer." if customer.reasons is None else ""
        say(console, none or "No feature of this customer moves the risk noticeably.")
        return
    say(console, "Why", style="bold")
    for reason in customer.reasons:
        does = "raises" if reason.points > 0 else "lowers"
        mark = " (actionable)" if reason.actionable else ""
        say(
            console,
            f"  {reason.words} is {reason.value} (usual in training: {reason.ordinary}): "
            f"{does} the risk by {abs(reason.points):.0f} points{mark}.",
        )


def _uncertainty(console: Console, explanation: Explanation) -> None:
    point = explanation.sure
    if point is None:
        return
    say(console)
    say(console, "How certain", style="bold")
    say(
        console,
        f"  {count(point.n)} tested customers had a similar score: predicted churn "
        f"{percent(point.predicted, 0)} on average, observed {percent(point.observed, 0)} "
        f"(95 % interval {percent(point.low, 0)} to {percent(point.high, 0)}).",
    )


def _compared(console: Console, comparisons: tuple[Comparison, ...]) -> None:
    if not comparisons:
        return
    numbers = ["this customer", "median", "percentile"]
    table = answer_table(["compared with scored customers", *numbers], numbers)
    for comparison in comparisons:
        add_row(
            table,
            comparison.words,
            cell(comparison.value),
            cell(comparison.median),
            percent(comparison.at_or_below),
        )
    console.print()
    print_table(console, table)


def _segment(customer: Customer) -> str | None:
    if customer.segment is None:
        return None
    return (
        f"{customer.segment} (RFM {customer.rfm_score})" if customer.rfm_score else customer.segment
    )


def _bought(customer: Customer, unit: Unit, *, units: str, recency: str) -> str | None:
    if customer.monetary is None:
        return None
    refunded = ""
    if customer.refund_share:
        refunded = f", {percent(customer.refund_share, 0)} of it refunded"
    return (
        f"{unit.exact(customer.monetary)} in {plain(customer.frequency)} {units}, last "
        f"{plain(customer.recency)} {recency} ago{refunded}"
    )


def _risk(customer: Customer, reading: Reading) -> str:
    if customer.risk_score is None or customer.risk_percentile is None:
        why = why_not_scored(reading, has_left=customer.has_left)
        return f"{why[0].lower()}{why[1:]}"
    return (
        f"{customer.risk_score:.0f} of 100, {customer.risk_category}; "
        f"at or above that of {customer.risk_percentile:.0f} % of scored customers"
    )


def _amount(amount: float | None, unit: Unit) -> str | None:
    return None if amount is None else unit.whole(amount)


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
