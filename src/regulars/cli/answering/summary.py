"""Print the key figures at the end of a run."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import say
from regulars.insights.advice_words import advice_in_words, trust
from regulars.insights.amounts import count, customer_value_unit, percent, unit_of
from regulars.insights.business_overview import Overview, overview
from regulars.insights.cautions import caution_sentences
from regulars.insights.release_reading import Reading
from regulars.insights.value_words import value_note


def print_overview(reading: Reading, console: Console) -> None:
    """Print the key figures, the recommendations, and where to read on."""
    figures, unit = overview(reading), unit_of(reading)
    say(console)
    say(console, f"{figures.project} as of {figures.as_of}", style="bold")
    parts = [f"{count(figures.customers)} customers"]
    if figures.orders:
        parts.append(f"{unit.short(figures.amount)} in {count(figures.orders)} orders")
    say(console, "  ", ", ".join(parts))
    if figures.scored:
        money = ""
        if figures.value_at_risk is not None:
            money = f"; {customer_value_unit(reading).short(figures.value_at_risk)} at risk"
        say(console, "  ", _churn(figures), money)
    say(console, "  ", figures.population_words)
    for caution in caution_sentences(reading):
        say(console, "  ", caution, style="bold yellow")
    note = value_note(reading)
    if note:
        say(console, "  ", note, style="dim")
    for number, sentence in enumerate(advice_in_words(reading), start=1):
        say(console, f"  {number}. {sentence.do} {sentence.because}")
    trusted = trust(reading)
    if trusted:
        say(console, "  ", trusted, style="dim")
    say(console)
    say(console, "report: ", str(reading.folder / "report.html"))
    say(console, "next:   regulars segments | churn | top | explain ID", style="dim")


def _churn(figures: Overview) -> str:
    return (
        f"{count(figures.expected_leavers)} of {count(figures.scored)} eligible customers "
        f"({percent(figures.mean_probability)}) are expected to churn"
    )
