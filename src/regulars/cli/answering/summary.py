"""The end of a run in a few lines."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import say
from regulars.insights.advice import advice, trust
from regulars.insights.amounts import count, percent, unit_of, worth_unit
from regulars.insights.overview import Overview, overview
from regulars.insights.reading import Reading


def print_overview(reading: Reading, console: Console) -> None:
    """The numbers, what to do, and where to read on."""
    seen, unit = overview(reading), unit_of(reading)
    say(console)
    say(console, f"{seen.project} as of {seen.as_of}", style="bold")
    parts = [f"{count(seen.customers)} customers"]
    if seen.orders:
        parts.append(f"{unit.short(seen.amount)} in {count(seen.orders)} orders")
    say(console, "  ", ", ".join(parts))
    if seen.scored:
        say(
            console,
            "  ",
            _churn(seen),
            f"; {worth_unit(reading).short(seen.value_at_risk)} at risk",
        )
    for number, one in enumerate(advice(reading), start=1):
        say(console, f"  {number}. {one.do} {one.because}")
    trusted = trust(reading)
    if trusted:
        say(console, "  ", trusted, style="dim")
    say(console)
    say(console, "report: ", str(reading.folder / "report.html"))
    say(console, "next:   regulars segments | churn | top | explain ID", style="dim")


def _churn(seen: Overview) -> str:
    return (
        f"{count(seen.expected_leavers)} of {count(seen.scored)} customers in question "
        f"({percent(seen.mean_probability)}) are expected to churn"
    )
