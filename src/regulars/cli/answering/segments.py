"""Print the segments."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import (
    count,
    customer_value_unit,
    decimal,
    percent,
    plain,
    several,
    unit_of,
)
from regulars.insights.release_reading import Reading
from regulars.insights.segment_figures import (
    NO_SEGMENT,
    frequency_unit,
    recency_unit,
    segments,
    without_segment,
)
from regulars.insights.value_words import value_note


def answer_segments(reading: Reading, *, as_json: bool) -> None:
    """Print one row per segment, the segment of highest value first."""
    summaries = segments(reading)
    if as_json:
        print_json(summaries)
        return
    console, unit, value_unit = answer_console(), unit_of(reading), customer_value_unit(reading)
    if not summaries:
        say(console, "No customer has bought anything, so there are no segments.")
        return
    amount = unit.noun.lower()
    numbers = ["customers", "share", amount, f"of {amount}", "recency", "frequency", "spend"]
    has_money = any(segment.value_at_risk is not None for segment in summaries)
    numbers += ["churn", "expected to churn", *(["value at risk"] if has_money else [])]
    table = answer_table(
        ["segment", *numbers],
        numbers,
        drop=["frequency", "spend", "share", "expected to churn", f"of {amount}", "recency"]
        if has_money
        else ["frequency", "spend", "share", f"of {amount}", "recency"],
    )
    for segment in summaries:
        add_row(
            table,
            segment.name,
            count(segment.customers),
            percent(segment.share),
            unit.whole(segment.amount),
            percent(segment.amount_share),
            plain(segment.recency),
            decimal(segment.frequency, 1),
            unit.whole(segment.spend),
            percent(segment.churn),
            count(segment.expected_leavers),
            *([value_unit.whole(segment.value_at_risk)] if has_money else []),
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
    note = value_note(reading)
    if note:
        say(console, note, style="dim")
