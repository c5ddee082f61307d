"""Which kind of churn and which horizon, on the terminal."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.flows.advising import ChurnAdvice
from regulars.insights.amounts import percent


def answer_advice(found: ChurnAdvice, *, as_json: bool) -> None:
    """The recommendation first, then what it rests on."""
    if as_json:
        print_json(found.to_json())
        return
    console = answer_console()
    say(console, found.recommendation, style="bold")
    say(console, found.cost)
    say(console, found.in_use, style="dim")
    say(console)
    table = answer_table(["kind", "fits", "why"])
    for kind in found.kinds:
        add_row(table, kind.kind, "yes" if kind.fits else "no", kind.because)
    print_table(console, table)
    if found.horizons:
        say(console)
        _horizons(found)
    if found.rhythm is not None and found.rhythm.ninetieth is not None:
        say(
            console,
            f"Half of all pauses between purchases are {found.rhythm.median:.0f} days or shorter, "
            f"80 % {found.rhythm.eightieth:.0f}, 90 % {found.rhythm.ninetieth:.0f}.",
        )
    if found.automated is not None and found.automated.customers:
        say(
            console,
            f"{found.automated.customers:,} of {found.automated.of_customers:,} customers with six "
            f"purchases and more pay the same at the same pace ({percent(found.automated.share)}): "
            "standing orders hide who has left.",
        )


def _horizons(found: ChurnAdvice) -> None:
    numbers = ["churned", "of them came back", "noticed after"]
    table = answer_table([f"horizon, {found.grain}s", *numbers, "seen from"], numbers)
    for one in found.horizons:
        late = None if one.noticed_after_days is None else f"{one.noticed_after_days:.0f} days"
        add_row(
            table,
            one.horizon,
            percent(one.churn_share),
            percent(one.came_back_share),
            late,
            one.cutoff or "the history is too short",
        )
    print_table(answer_console(), table)
