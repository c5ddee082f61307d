"""What moves the churn score as a whole, on the terminal."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import percent
from regulars.insights.churn_drivers import GlobalExplanation, explain_globally
from regulars.insights.reading import Reading
from regulars.release.evaluation_facts import DependencePoint

_BARS, _WIDEST = "▁▂▃▄▅▆▇█", 6


def answer_global(reading: Reading, *, as_json: bool) -> None:
    """Groups by strength, the strongest inputs along their values, and kept promises."""
    found = explain_globally(reading)
    if as_json:
        print_json(found)
        return
    console = answer_console()
    say(console, "What moves the score", style="bold")
    table = answer_table(["", "share", "made of"], ["share"])
    for one in found.drivers:
        words = "; ".join(one.words[:3])
        add_row(table, f"  {one.group}", percent(one.share), words)
    print_table(console, table)
    _curves(found)
    _segments(found)


def _curves(found: GlobalExplanation) -> None:
    console = answer_console()
    for curve in found.dependence[:_WIDEST]:
        say(console)
        say(console, f"{curve.words} ({curve.input})", style="bold")
        table = answer_table(["", "customers", "log-odds", "mean score"], ["customers", "log-odds"])
        for point in curve.points:
            add_row(
                table,
                f"  {_where(point)}",
                f"{point.n:,}",
                f"{point.effect:+.2f}",
                f"{percent(point.score)} {_bar(point.score)}",
            )
        print_table(console, table)


def _segments(found: GlobalExplanation) -> None:
    if not found.segments:
        return
    console = answer_console()
    say(console)
    say(console, "Predicted and observed in the test, by segment", style="bold")
    numbers = ["customers", "predicted", "observed"]
    table = answer_table(["", *numbers, "95 % interval", ""], numbers)
    for one in found.segments:
        add_row(
            table,
            f"  {one.by.replace('_', ' ')}: {one.level}",
            f"{one.n:,}",
            percent(one.predicted),
            percent(one.observed),
            f"{percent(one.low)} to {percent(one.high)}",
            "" if one.is_within_interval else "off",
        )
    print_table(console, table)


def _where(point: DependencePoint) -> str:
    if point.low is None or point.high is None:
        return point.level
    first, last = f"{point.low:,.4g}", f"{point.high:,.4g}"
    return first if first == last else f"{first} to {last}"


def _bar(share: float) -> str:
    return _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)]
