"""Print which churn definition fits, and horizons beside one another."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import percent
from regulars.release.advice_report import ChurnAdvice


def answer_advice(advice: ChurnAdvice, *, as_json: bool) -> None:
    """Print the recommendation, then the figures behind it."""
    if as_json:
        print_json(advice.model_dump(mode="json"))
        return
    console = answer_console()
    say(console, advice.recommendation, style="bold")
    say(console, advice.cost)
    say(console, advice.in_use, style="dim")
    say(console)
    table = answer_table(["kind", "fits", "why"])
    for kind in advice.kinds:
        add_row(table, kind.kind, "yes" if kind.fits else "no", kind.because)
    print_table(console, table)
    if advice.horizons:
        say(console)
        _horizons(advice)
    gaps = advice.purchase_gaps
    if gaps is not None and gaps.percentile_90 is not None:
        say(
            console,
            f"Half of all pauses between purchases are {gaps.median:.0f} days or shorter, "
            f"80 % {gaps.percentile_80:.0f}, 90 % {gaps.percentile_90:.0f}.",
        )
    automated = advice.automated
    if automated is not None and automated.customers:
        say(
            console,
            f"{automated.customers:,} of {automated.of_customers:,} customers with six purchases "
            f"or more pay the same amount at the same pace ({percent(automated.share)}): standing "
            "orders hide who has left.",
        )


def _horizons(advice: ChurnAdvice) -> None:
    numbers = ["churned", "of them came back", "detected after"]
    table = answer_table(
        [f"horizon, {advice.grain}s", *numbers, "measured from"], numbers, drop=["measured from"]
    )
    for horizon in advice.horizons:
        delay = (
            None if horizon.noticed_after_days is None else f"{horizon.noticed_after_days:.0f} days"
        )
        add_row(
            table,
            horizon.horizon,
            percent(horizon.churn_share),
            percent(horizon.came_back_share),
            delay,
            horizon.cutoff or "the history is too short",
        )
    print_table(answer_console(), table)
