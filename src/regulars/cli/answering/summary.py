"""Print the key figures at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from regulars.cli.console import say
from regulars.insights.advice_words import advice_in_words, trust
from regulars.insights.amounts import count, customer_value_unit, percent, unit_of
from regulars.insights.business_overview import Overview, overview
from regulars.insights.cautions import caution_sentences
from regulars.insights.release_reading import Reading
from regulars.insights.value_words import value_note

Line = tuple[str, str]  # a line and its style


def overview_lines(reading: Reading) -> list[Line]:
    """The key figures, the recommendations, and where to read on."""
    figures, unit = overview(reading), unit_of(reading)
    lines = [("", ""), (f"{figures.project} as of {figures.as_of}", "bold")]
    customers = f"{count(figures.customers)} customers"
    sales = f"{unit.short(figures.amount)} in {count(figures.orders)} orders"
    lines.append((f"  {customers}, {sales}" if figures.orders else f"  {customers}", ""))
    if figures.scored:
        money = ""
        if figures.value_at_risk is not None:
            money = f"; {customer_value_unit(reading).short(figures.value_at_risk)} at risk"
        lines.append((f"  {_churn(figures)}{money}", ""))
    lines.append((f"  {figures.population_words}", ""))
    lines += [(f"  {caution}", "bold yellow") for caution in caution_sentences(reading)]
    if note := value_note(reading):
        lines.append((f"  {note}", "dim"))
    for number, sentence in enumerate(advice_in_words(reading), start=1):
        lines.append((f"  {number}. {sentence.do} {sentence.because}", ""))
    if trusted := trust(reading):
        lines.append((f"  {trusted}", "dim"))
    lines += [("", ""), (f"report: {reading.folder / 'report.html'}", "")]
    return [*lines, ("next:   regulars segments | churn | top | explain ID", "dim")]


def print_lines(lines: Iterable[Line], console: Console) -> None:
    """Print lines in their styles."""
    for line, style in lines:
        say(console, line, style=style)


def _churn(figures: Overview) -> str:
    return (
        f"{count(figures.expected_leavers)} of {count(figures.scored)} eligible customers "
        f"({percent(figures.mean_probability)}) are expected to churn"
    )
