"""Segments on the terminal."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import count, decimal, percent, plain, several, unit_of, worth_unit
from regulars.insights.reading import Reading
from regulars.insights.segments import (
    NO_SEGMENT,
    frequency_unit,
    recency_unit,
    segments,
    without_segment,
)


def answer_segments(reading: Reading, *, as_json: bool) -> None:
    """One row per segment, the most valuable first."""
    found = segments(reading)
    if as_json:
        print_json(found)
        return
    console, unit, worth = answer_console(), unit_of(reading), worth_unit(reading)
    if not found:
        say(console, "Nobody has bought anything, so there are no segments.")
        return
    amount = unit.noun.lower()
    numbers = ["customers", "share", amount, f"of {amount}", "recency", "frequency", "spend"]
    numbers += ["churn", "value at risk"]
    table = answer_table(["segment", *numbers], numbers)
    for one in found:
        add_row(
            table,
            one.name,
            count(one.customers),
            percent(one.share),
            unit.whole(one.amount),
            percent(one.amount_share),
            plain(one.recency),
            decimal(one.frequency, 1),
            unit.whole(one.spend),
            percent(one.churn),
            worth.whole(one.value_at_risk) if one.churn is not None else None,
        )
    print_table(console, table)
    without = without_segment(reading)
    if without:
        say(console, f"{NO_SEGMENT}: {several(without, 'known customer')}.", style="dim")
    say(
        console,
        f"recency: median {recency_unit(reading)} since the last purchase; frequency: mean "
        f"{frequency_unit(reading)}; "
        "spend: mean amount",
        style="dim",
    )
