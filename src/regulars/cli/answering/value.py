"""Print the predicted values of customers."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import count, customer_value_unit, percent, unit_of
from regulars.insights.business_overview import overview
from regulars.insights.customer_values import ValueSummary, value_summary
from regulars.insights.release_reading import Reading
from regulars.insights.value_words import value_note


def answer_value(reading: Reading, *, limit: int, as_json: bool) -> None:
    """Print the total, the test and the customers of highest predicted value."""
    summary = value_summary(reading, limit=limit)
    if as_json:
        print_json(summary)
        return
    console, unit = answer_console(), customer_value_unit(reading)
    if not summary.count:
        say(
            console,
            "No customer has a predicted value: "
            f"{(summary.why_none or 'there are no values').rstrip('.')}.",
        )
        return
    say(
        console,
        f"{count(summary.count)} customers are expected to spend {unit.short(summary.total)} "
        f"in the next {summary.horizon}, net of refunds ({summary.method}).",
        style="bold",
    )
    if summary.total_low is not None and summary.interval_level is not None:
        say(
            console,
            f"With a probability of {percent(summary.interval_level, 0)} the total is between "
            f"{unit.short(summary.total_low)} and {unit.short(summary.total_high)}.",
        )
    say(console, summary.tested)
    if summary.little_history:
        say(
            console,
            f"{count(summary.little_history)} of them have little history. These estimates are "
            "close to the average and very uncertain.",
        )
    say(console)
    _customers(summary, reading)
    past = overview(reading).past_value
    if past is not None:
        say(
            console,
            f"Past value (net spend of the last 12 months): {unit_of(reading).short(past)}.",
        )
    note = value_note(reading)
    if note:
        say(console, note, style="dim")


def _customers(summary: ValueSummary, reading: Reading) -> None:
    unit = customer_value_unit(reading)
    width = "" if summary.interval_level is None else f", {percent(summary.interval_level, 0)}"
    numbers = ["predicted value", f"interval{width}"]
    table = answer_table(["customer", "segment", *numbers, ""], numbers)
    for customer in summary.customers:
        known = customer.low is not None and customer.high is not None
        add_row(
            table,
            customer.customer_id,
            customer.segment,
            unit.whole(customer.value),
            f"{unit.whole(customer.low or 0)} to {unit.whole(customer.high or 0)}" if known else "",
            "little history" if customer.little_history else "",
        )
    print_table(answer_console(), table)
