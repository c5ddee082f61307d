"""A simulated campaign on the terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import NOTHING, Unit, count, decimal, percent, several, worth_unit
from regulars.insights.audiences import Audience
from regulars.insights.campaigns import Campaign, campaign
from regulars.insights.exports import write_target_list
from regulars.insights.reading import Reading
from regulars.insights.simulation import Assumptions, Simulation


def answer_campaign(
    reading: Reading,
    audience: Audience,
    *,
    assumptions: Assumptions,
    budget: float | None,
    export: Path | None,
    show_personal: bool,
    as_json: bool,
) -> None:
    """Audience, both formulas, sensitivity and what to do; writes the list where asked."""
    found = campaign(
        reading, audience, assumptions=assumptions, budget=budget, show_personal=show_personal
    )
    written = None
    if export is not None:
        written = write_target_list(
            reading, found.audience, path=export, show_personal=show_personal
        )
    if as_json:
        print_json(found)
        return
    console, unit = answer_console(), worth_unit(reading)
    _print_audience(console, found, unit)
    _print_outcomes(console, found.simulation, unit)
    _print_sensitivity(console, found.simulation, unit)
    for one in found.recommendations:
        say(console, f"- {one}")
    if written is not None:
        say(console, f"{several(written, 'customer')} written to {export}.")


def _print_audience(console: Console, found: Campaign, unit: Unit) -> None:
    totals = found.totals
    say(
        console,
        f"{several(totals.customers, 'customer')} of {count(totals.everybody)}, worth "
        f"{unit.short(totals.value)}; expected leavers: {decimal(totals.expected_leavers, 1)}.",
        style="bold",
    )
    said = found.simulation.assumptions
    say(
        console,
        f"Assumed: an incentive of {unit.exact(said.incentive)} and {unit.exact(said.contact_cost)}"
        f" a contact; {percent(said.save_rate, 0)} of leavers are kept.",
        style="dim",
    )
    say(console)


def _print_outcomes(console: Console, found: Simulation, unit: Unit) -> None:
    """Both formulas beside each other."""
    plain, honest = found.plain, found.honest
    table = answer_table(["", "plain formula", "only leavers"], ["plain formula", "only leavers"])
    real = honest.outcome if honest else None
    kept = percent(found.assumptions.kept_share, 0)
    lines = [
        ("cost", unit.whole(plain.cost), unit.whole(real.cost) if real else NOTHING),
        ("customers kept", count(plain.retained), decimal(real.retained, 1) if real else NOTHING),
        ("value kept", unit.whole(plain.value), unit.whole(real.value) if real else NOTHING),
        ("net", unit.whole(plain.net), unit.whole(real.net) if real else NOTHING),
        ("  range", "", f"{unit.whole(honest.low)} to {unit.whole(honest.high)}" if honest else ""),
        ("return on cost", percent(plain.roi), percent(real.roi) if real else NOTHING),
        (
            "breaks even at",
            percent(plain.break_even, 0),
            percent(real.break_even) if real else NOTHING,
        ),
    ]
    for line in lines:
        add_row(table, *line)
    print_table(console, table)
    say(
        console,
        f"plain: everybody in the audience is a leaver, and {kept} of the value of the kept "
        "counts; only leavers: by probability and value of each, stayers take the offer too",
        style="dim",
    )
    if honest is None:
        say(console, found.why_not_honest)
    say(console)


def _print_sensitivity(console: Console, found: Simulation, unit: Unit) -> None:
    numbers = ["net, plain", "return", "net, only leavers"]
    table = answer_table(["save rate", *numbers], numbers)
    for one in found.sensitivity:
        add_row(
            table,
            percent(one.save_rate, 0),
            unit.whole(one.net),
            percent(one.roi),
            unit.whole(one.honest_net),
        )
    print_table(console, table)
    say(console)
