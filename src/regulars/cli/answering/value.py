"""What customers are worth, on the terminal."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import count, percent, unit_of
from regulars.insights.reading import Reading
from regulars.insights.value import ValueSummary, value_summary


def answer_value(reading: Reading, *, limit: int, as_json: bool) -> None:
    """Total, test, and the customers of highest value."""
    found = value_summary(reading, limit=limit)
    if as_json:
        print_json(found)
        return
    console, unit = answer_console(), unit_of(reading)
    if not found.count:
        say(console, f"Nobody is valued: {found.why_none or 'there are no values'}.")
        return
    say(
        console,
        f"{count(found.count)} customers are expected to bring {unit.short(found.total)} in the "
        f"next {found.horizon}, net of refunds ({found.method}).",
        style="bold",
    )
    say(console, found.tested)
    if found.little_history:
        say(
            console,
            f"{count(found.little_history)} of them have little history: theirs is mostly the "
            "estimate of everyone, and its width says how little that promises.",
        )
    say(console)
    _customers(found, reading)
    priorities = {"attribute": "the mapped attribute", "spend": "net spend so far"}
    rests = priorities.get(found.priority_from or "", "this prediction")
    say(console, f"Priorities rest on {rests} (value.from).", style="dim")


def _customers(found: ValueSummary, reading: Reading) -> None:
    unit = unit_of(reading)
    width = "" if found.interval_level is None else f", {percent(found.interval_level, 0)}"
    numbers = ["value", f"interval{width}"]
    table = answer_table(["customer", "segment", *numbers, ""], numbers)
    for one in found.customers:
        known = one.low is not None and one.high is not None
        add_row(
            table,
            one.customer_id,
            one.segment,
            unit.whole(one.value),
            f"{unit.whole(one.low or 0)} to {unit.whole(one.high or 0)}" if known else "",
            "little history" if one.little_history else "",
        )
    print_table(answer_console(), table)
