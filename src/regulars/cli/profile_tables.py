"""Print where the time and the memory of a run went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from regulars.cli.console import add_row, answer_table, print_table, say

if TYPE_CHECKING:
    from regulars.flows.profiling import Cost, FunctionCost, RunProfile

_PARTS, _FUNCTIONS = 15, 20
_COSTS = ["CPU s", "wall s", "peak MB"]


def print_profile(console: Console, profile: RunProfile) -> None:
    """Three tables: steps in order, the slowest parts, the functions with the most CPU time."""
    say(console)
    _print_costs(console, profile.steps, profile)
    say(console)
    _print_costs(console, profile.parts[:_PARTS])
    say(console)
    _print_functions(console, profile.functions[:_FUNCTIONS])
    say(console, f"whole profile: .regulars/profiles/{profile.run_id}.json", style="dim")


def _print_costs(console: Console, costs: Sequence[Cost], whole: RunProfile | None = None) -> None:
    names = ["step"] if whole else ["step", "model, test or phase"]
    table = answer_table([*names, *_COSTS], _COSTS)
    for cost in costs:
        add_row(table, *[cost.step, cost.part][: len(names)], *_figures(cost))
    if whole is not None:
        add_row(table, "all", *_figures(whole))
    print_table(console, table)


def _print_functions(console: Console, functions: Sequence[FunctionCost]) -> None:
    numbers = ["CPU s", "of it own"]
    table = answer_table(["function", *numbers, "where"], numbers, drop=["where"])
    for function in functions:
        seconds = (f"{function.cpu_seconds:.2f}", f"{function.own_cpu_seconds:.2f}")
        add_row(table, function.function, *seconds, function.place)
    print_table(console, table)


def _figures(cost: Cost | RunProfile) -> tuple[str, str, str]:
    memory = "" if cost.peak_mb is None else f"{cost.peak_mb:,.0f}"
    return f"{cost.cpu_seconds:.2f}", f"{cost.wall_seconds:.2f}", memory
