"""Print what moves the churn scores of all customers."""

from __future__ import annotations

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import percent
from regulars.insights.churn_drivers import GlobalExplanation, explain_globally
from regulars.insights.release_reading import Reading
from regulars.release.evaluation_facts import DependencePoint

_BARS, _WIDEST = "▁▂▃▄▅▆▇█", 6


def answer_global(reading: Reading, *, as_json: bool) -> None:
    """Print groups of features, the strongest features by value, and calibration by subgroup."""
    explanation = explain_globally(reading)
    if as_json:
        print_json(explanation)
        return
    console = answer_console()
    say(console, "What moves the score", style="bold")
    table = answer_table(["", "share", "made of"], ["share"])
    for driver in explanation.drivers:
        words = "; ".join(driver.words[:3])
        add_row(table, f"  {driver.group}", percent(driver.share), words)
    print_table(console, table)
    _curves(explanation)
    _subgroups(explanation)


def _curves(explanation: GlobalExplanation) -> None:
    console = answer_console()
    for curve in explanation.dependence[:_WIDEST]:
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


def _subgroups(explanation: GlobalExplanation) -> None:
    if not explanation.segments:
        return
    console = answer_console()
    say(console)
    say(console, "Predicted and observed churn in the test, by subgroup", style="bold")
    numbers = ["customers", "predicted", "observed"]
    table = answer_table(["", *numbers, "95 % interval", ""], numbers)
    for subgroup in explanation.segments:
        add_row(
            table,
            f"  {subgroup.by.replace('_', ' ')}: {subgroup.level}",
            f"{subgroup.n:,}",
            percent(subgroup.predicted),
            percent(subgroup.observed),
            f"{percent(subgroup.low)} to {percent(subgroup.high)}",
            "" if subgroup.is_within_interval else "off",
        )
    print_table(console, table)


def _where(point: DependencePoint) -> str:
    if point.low is None or point.high is None:
        return point.level
    first, last = f"{point.low:,.4g}", f"{point.high:,.4g}"
    return first if first == last else f"{first} to {last}"


def _bar(share: float) -> str:
    return _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)]
