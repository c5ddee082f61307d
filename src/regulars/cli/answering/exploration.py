"""Print the exploration: distributions, what correlates with churn, redundant features."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import count, decimal, percent, plain
from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.categories import category_words
from regulars.insights.exploration.sections import sections

_SHOWN = 10
_NAMED = 6


def answer_exploration(exploration: Exploration, *, as_json: bool) -> None:
    """Print the sections: overview, tests, segments, categories, correlations."""
    if as_json:
        print_json(sections(exploration))
        return
    console = answer_console()
    _overview(console, exploration)
    _tests(console, exploration)
    _segments(console, exploration)
    _categories(console, exploration)
    _groups(console, exploration)


def _overview(console: Console, exploration: Exploration) -> None:
    population, data = exploration.seen, exploration.overview
    sample = f" (a sample of {count(population.of_customers)})" if population.is_sample else ""
    say(
        console,
        f"{count(population.customers)} customers{sample} as of {population.as_of}: "
        f"{count(data.numbers)} numeric and {count(data.categories)} categorical features; "
        f"{percent(data.missing_share)} of values are missing.",
        style="bold",
    )
    target = exploration.target
    if target.why_none:
        say(console, f"No outcome to compare with: {target.why_none}.")
    else:
        say(console, target.label)
        say(
            console,
            f"{count(target.churned)} churned ({percent(target.churned_share)}) and "
            f"{count(target.stayed)} stayed.",
        )
    if data.constant:
        names = ", ".join(data.constant[:_NAMED])
        more = f" and {len(data.constant) - _NAMED} more" if len(data.constant) > _NAMED else ""
        say(console, f"Constant features: {names}{more}.", style="dim")


def _tests(console: Console, exploration: Exploration) -> None:
    significance = exploration.significance
    if not significance.tests:
        return
    say(console)
    say(
        console,
        f"{count(len(significance.significant))} of {count(len(significance.tests))} features "
        "differ between churned and stayed customers by more than chance."
        + (" The strongest, one of each redundant group:" if exploration.telling_numbers else ""),
    )
    if not exploration.telling_numbers:
        return
    by_name = {test.name: test for test in significance.tests}
    numbers = ["churned", "stayed", "effect", "q"]
    table = answer_table(["feature", *numbers, "size"], numbers, drop=["q", "size"])
    for number in exploration.telling_numbers[:_SHOWN]:
        test = by_name[number.name]
        add_row(
            table,
            number.name,
            plain(number.churned.mean),
            plain(number.stayed.mean),
            f"{test.effect:+.2f}",
            small(test.q),
            test.strength,
        )
    print_table(console, table)


def _segments(console: Console, exploration: Exploration) -> None:
    if not exploration.segment_outcomes:
        return
    say(console)
    table = answer_table(
        ["segment at the cutoff", "customers", "churned"], ["customers", "churned"]
    )
    for outcome in exploration.segment_outcomes:
        name = outcome.segment or "none"
        add_row(table, name, count(outcome.customers), percent(outcome.churned_share))
    print_table(console, table)


def _categories(console: Console, exploration: Exploration) -> None:
    by_name = {test.name: test for test in exploration.significance.tests}
    for category in exploration.telling_categories[:_NAMED]:
        shares = [level for level in category.levels if level.churned_share is not None][:_NAMED]
        shares.sort(key=lambda level: -(level.churned_share or 0.0))
        words = ", ".join(
            f"{category_words(level.value)} {percent(level.churned_share)}" for level in shares
        )
        test = by_name[category.name]
        say(console, f"{category.name} (V {decimal(test.effect, 2)}, {test.strength}): {words}")


def _groups(console: Console, exploration: Exploration) -> None:
    correlations = exploration.correlations
    if not correlations.numbers:
        return
    say(console)
    say(
        console,
        f"{count(len(correlations.strong))} of {count(correlations.pairs)} pairs of numeric "
        f"features have a correlation above 0.8 or below -0.8, in "
        f"{count(len(correlations.groups))} redundant groups.",
    )
    for group in correlations.groups[:_NAMED]:
        more = f" and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
        say(console, f"  {', '.join(group[:_NAMED])}{more}", style="dim")


def small(p: float) -> str:
    """A p value as people read it: `0.031`, `under 0.001`."""
    return "under 0.001" if p < 0.001 else f"{p:.3f}"
