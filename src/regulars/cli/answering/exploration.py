"""The exploration on the terminal: what there is, what goes with churn, what says the same."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import count, decimal, percent, plain
from regulars.insights.exploration.answer import Exploration
from regulars.insights.exploration.categories import category_words
from regulars.insights.exploration.sections import sections

_SHOWN = 10
_NAMED = 6


def answer_exploration(found: Exploration, *, as_json: bool) -> None:
    """Sections in the order of a first look at data."""
    if as_json:
        print_json(sections(found))
        return
    console = answer_console()
    _overview(console, found)
    _tests(console, found)
    _segments(console, found)
    _categories(console, found)
    _groups(console, found)


def _overview(console: Console, found: Exploration) -> None:
    seen, data = found.seen, found.overview
    part = f", a sample of {count(seen.of_customers)}" if seen.is_sample else ""
    say(
        console,
        f"{count(seen.customers)} customers{part} as they were on {seen.as_of}, "
        f"{count(data.numbers)} numbers and {count(data.categories)} categories; "
        f"{percent(data.missing_share)} of cells are empty.",
        style="bold",
    )
    target = found.target
    if target.why_none:
        say(console, f"Nothing to compare with: {target.why_none}.")
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
        say(console, f"Of one value only: {names}{more}.", style="dim")


def _tests(console: Console, found: Exploration) -> None:
    made = found.significance
    if not made.tests:
        return
    say(console)
    say(
        console,
        f"{count(len(made.significant))} of {count(len(made.tests))} inputs differ between those "
        "who churned and those who stayed by more than chance."
        + (" The clearest, one of each group that says the same:" if found.telling_numbers else ""),
    )
    if not found.telling_numbers:
        return
    by_name = {one.name: one for one in made.tests}
    numbers = ["churned", "stayed", "effect", "q"]
    table = answer_table(["number", *numbers, "size"], numbers)
    for one in found.telling_numbers[:_SHOWN]:
        test = by_name[one.name]
        add_row(
            table,
            one.name,
            plain(one.churned.mean),
            plain(one.stayed.mean),
            f"{test.effect:+.2f}",
            small(test.q),
            test.strength,
        )
    print_table(console, table)


def _segments(console: Console, found: Exploration) -> None:
    if not found.segment_outcomes:
        return
    say(console)
    table = answer_table(["segment then", "customers", "churned"], ["customers", "churned"])
    for one in found.segment_outcomes:
        add_row(table, one.segment or "none", count(one.customers), percent(one.churned_share))
    print_table(console, table)


def _categories(console: Console, found: Exploration) -> None:
    by_name = {one.name: one for one in found.significance.tests}
    for one in found.telling_categories[:_NAMED]:
        shares = [level for level in one.levels if level.churned_share is not None][:_NAMED]
        shares.sort(key=lambda level: -(level.churned_share or 0.0))
        said = ", ".join(
            f"{category_words(level.value)} {percent(level.churned_share)}" for level in shares
        )
        test = by_name[one.name]
        say(console, f"{one.name} (V {decimal(test.effect, 2)}, {test.strength}): {said}")


def _groups(console: Console, found: Exploration) -> None:
    seen = found.correlations
    if not seen.numbers:
        return
    say(console)
    say(
        console,
        f"{count(len(seen.strong))} of {count(seen.pairs)} pairs of numbers have a correlation "
        f"above 0.8 or below -0.8, in {count(len(seen.groups))} groups.",
    )
    for group in seen.groups[:_NAMED]:
        more = f" and {len(group) - _NAMED} more" if len(group) > _NAMED else ""
        say(console, f"  {', '.join(group[:_NAMED])}{more}", style="dim")


def small(p: float) -> str:
    """A p value as people read it: `0.031`, `under 0.001`."""
    return "under 0.001" if p < 0.001 else f"{p:.3f}"
