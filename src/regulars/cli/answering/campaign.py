"""Print a simulated campaign."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import (
    NOTHING,
    Unit,
    costs_words,
    count,
    customer_value_unit,
    decimal,
    percent,
    several,
)
from regulars.insights.audiences import Audience, AudienceTotals
from regulars.insights.campaign_assumptions import Assumptions
from regulars.insights.campaign_results import Campaign, campaign
from regulars.insights.exports import write_target_list
from regulars.insights.release_reading import Reading
from regulars.insights.simulation import Outcome, Simulation

_MODELS = ("naive model", "weighted model")


def answer_campaign(
    reading: Reading,
    audience: Audience,
    *,
    assumptions: Assumptions,
    budget: float | None,
    export: Path | None,
    show_personal: bool,
    as_json: bool,
) -> int | None:
    """Print audience, both models, sensitivity and advice; write the contact list to `export`.

    Gives the customers written, None where no list was asked for.
    """
    answer = campaign(
        reading, audience, assumptions=assumptions, budget=budget, show_personal=show_personal
    )
    written = None
    if export is not None:
        written = write_target_list(
            reading, answer.audience, path=export, show_personal=show_personal
        )
    if as_json:
        print_json(answer)
        return written
    console, unit = answer_console(), customer_value_unit(reading)
    _print_audience(console, answer, unit)
    if answer.simulation.plain is not None:
        _print_outcomes(console, answer.simulation, answer.simulation.plain, unit)
        _print_sensitivity(console, answer.simulation, unit)
    for recommendation in answer.recommendations:
        say(console, f"- {recommendation}")
    if written is not None:
        say(console, f"{several(written, 'customer')} written to {export}.")
    return written


def _print_audience(console: Console, answer: Campaign, unit: Unit) -> None:
    totals = answer.totals
    say(
        console,
        f"{several(totals.customers, 'customer')} of {count(totals.everybody)}"
        f"{_value_at_risk(totals, unit)}; expected to churn: "
        f"{decimal(totals.expected_leavers, 1)}.",
        style="bold",
    )
    assumed = answer.simulation.assumptions
    say(
        console,
        f"Costs and save rate: {costs_words(assumed.costs, unit)}.",
        style="dim",
    )
    say(console)


def _value_at_risk(totals: AudienceTotals, unit: Unit) -> str:
    if totals.value_at_risk is None:
        return ""
    return f", value at risk {unit.short(totals.value_at_risk)}"


def _print_outcomes(console: Console, simulation: Simulation, naive: Outcome, unit: Unit) -> None:
    """Print both models side by side."""
    weighted = simulation.honest
    table = answer_table(["", *_MODELS], list(_MODELS))
    expected = weighted.outcome if weighted else None
    kept = percent(simulation.assumptions.kept_share, 0)
    lines = [
        ("cost", unit.whole(naive.cost), unit.whole(expected.cost) if expected else NOTHING),
        (
            "customers kept",
            count(naive.retained),
            decimal(expected.retained, 1) if expected else NOTHING,
        ),
        (
            "value kept",
            unit.whole(naive.value),
            unit.whole(expected.value) if expected else NOTHING,
        ),
        ("net", unit.whole(naive.net), unit.whole(expected.net) if expected else NOTHING),
        (
            "  range",
            "",
            f"{unit.whole(weighted.low)} to {unit.whole(weighted.high)}" if weighted else "",
        ),
        ("return on cost", percent(naive.roi), percent(expected.roi) if expected else NOTHING),
        (
            "breaks even at",
            percent(naive.break_even, 0),
            percent(expected.break_even) if expected else NOTHING,
        ),
    ]
    for line in lines:
        add_row(table, *line)
    print_table(console, table)
    say(
        console,
        f"Naive model: every customer of the audience churns without the offer, and {kept} of a "
        "kept customer's value counts. Weighted model: each customer counts by churn probability "
        "and customer value, and staying customers accept the offer too.",
        style="dim",
    )
    if weighted is None:
        say(console, simulation.why_not_honest)
    say(console)


def _print_sensitivity(console: Console, simulation: Simulation, unit: Unit) -> None:
    numbers = ["net, naive", "return", "net, weighted"]
    table = answer_table(["save rate", *numbers], ["save rate", *numbers], drop=["return"])
    for point in simulation.sensitivity:
        add_row(
            table,
            percent(point.save_rate, 0),
            unit.whole(point.net),
            percent(point.roi),
            unit.whole(point.honest_net),
        )
    print_table(console, table)
    say(console)
