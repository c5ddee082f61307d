"""Why a customer has this score, on the terminal."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import Unit, cell, count, percent, plain, unit_of, worth_unit
from regulars.insights.customers import Customer
from regulars.insights.explanation import Comparison, Explanation, explain
from regulars.insights.reading import Reading
from regulars.insights.segments import frequency_unit, recency_unit


def answer_explanation(
    reading: Reading, customer_id: str, *, as_json: bool, show_personal: bool = False
) -> None:
    """Who, segment, risk, value, reasons, how sure, and what is unusual."""
    found = explain(reading, customer_id, show_personal=show_personal)
    if as_json:
        print_json(found)
        return
    console = answer_console()
    _who(
        console,
        found.customer,
        unit_of(reading),
        worth=worth_unit(reading),
        units=frequency_unit(reading),
        recency=recency_unit(reading),
    )
    _why(console, found.customer)
    _how_sure(console, found)
    _compared(console, found.comparisons)


def _who(
    console: Console, one: Customer, unit: Unit, *, worth: Unit, units: str, recency: str
) -> None:
    say(console, f"Customer {one.customer_id}", style="bold")
    facts = {
        "segment": _segment(one),
        "joined": one.joined_at and one.joined_at.date(),
        "left": one.left_at and one.left_at.date(),
        "consent": _yes(one.consent),
        **one.attributes,
        "bought": _bought(one, unit, units=units, recency=recency),
        "risk": _risk(one),
        "value": None if one.customer_value is None else worth.whole(one.customer_value),
        "priority": None if one.priority is None else worth.whole(one.priority),
        "worth contacting": _yes(one.worth_contacting),
    }
    table = answer_table(["", ""])
    table.show_header = False
    for name, value in facts.items():
        if value is not None:
            add_row(table, f"  {name.replace('_', ' ')}", cell(value))
    print_table(console, table)


def _why(console: Console, one: Customer) -> None:
    if one.churn_probability is None:
        return
    say(console)
    if not one.reasons:
        none = "No reasons were written for this customer." if one.reasons is None else ""
        say(console, none or "Nothing stands out: this customer is ordinary in all that counts.")
        return
    say(console, "Why", style="bold")
    for reason in one.reasons:
        does = "raises" if reason.points > 0 else "lowers"
        acted = " (can be acted on)" if reason.actionable else ""
        say(
            console,
            f"  {reason.words} is {reason.value}, usually {reason.ordinary}: "
            f"{does} the risk by {abs(reason.points):.0f} points{acted}.",
        )


def _how_sure(console: Console, found: Explanation) -> None:
    point = found.sure
    if point is None:
        return
    say(console)
    say(console, "How sure", style="bold")
    say(
        console,
        f"  Of the {count(point.n)} tested customers with the nearest risk "
        f"({percent(point.predicted, 0)} on average), {percent(point.observed, 0)} did churn "
        f"(95 % interval {percent(point.low, 0)} to {percent(point.high, 0)}).",
    )


def _compared(console: Console, comparisons: tuple[Comparison, ...]) -> None:
    if not comparisons:
        return
    numbers = ["this customer", "usual", "as high or higher than"]
    table = answer_table(["beside the middle customer", *numbers], numbers)
    for one in comparisons:
        add_row(
            table,
            one.words,
            cell(one.value),
            cell(one.usual),
            percent(one.at_or_below),
        )
    console.print()
    print_table(console, table)


def _segment(one: Customer) -> str | None:
    if one.segment is None:
        return None
    return f"{one.segment} (RFM {one.rfm_score})" if one.rfm_score else one.segment


def _bought(one: Customer, unit: Unit, *, units: str, recency: str) -> str | None:
    if one.monetary is None:
        return None
    refunded = ""
    if one.refund_share:
        refunded = f", {percent(one.refund_share, 0)} of it refunded"
    return (
        f"{unit.exact(one.monetary)} in {plain(one.frequency)} {units}, last "
        f"{plain(one.recency)} {recency} ago{refunded}"
    )


def _risk(one: Customer) -> str:
    if one.risk_score is None or one.risk_percentile is None:
        return "not scored: outside of those that churn is asked about"
    return (
        f"{one.risk_score:.0f} of 100, {one.risk_category}; "
        f"as high as or higher than that of {one.risk_percentile:.0f} % of customers"
    )


def _yes(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
