"""Print the churn definition, the expected churn, the test of the score and its drivers."""

from __future__ import annotations

from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.advice_words import trust
from regulars.insights.amounts import (
    Unit,
    costs_words,
    count,
    customer_value_unit,
    decimal,
    percent,
)
from regulars.insights.business_overview import Overview, overview
from regulars.insights.cautions import caution_sentences, score_cautions
from regulars.insights.churn_drivers import drivers, leakage_audit
from regulars.insights.churn_evaluation import (
    ChurnScoreboard,
    ScoreLine,
    churn_curves,
    churn_scoreboard,
    why_no_churn,
)
from regulars.insights.release_reading import Reading
from regulars.insights.score_monitoring import backtested_scores, drift
from regulars.insights.value_words import value_note
from regulars.release.evaluation_facts import Figure
from regulars.release.value_report import Lifetimes

_MARKS = {"champion": "champion", "optimistic": "optimistic"}
_NUMBERS = ["customers", "ROC AUC", "interval", "PR AUC", "lift at 10 %", "log loss", "calibration"]
_DROP = ["PR AUC", "log loss", "calibration", "customers"]


def answer_churn(reading: Reading, *, as_json: bool) -> None:
    """Print definition, expected churn, the test beside its baselines, drivers and warnings."""
    board = churn_scoreboard(reading)
    if as_json:
        _print_json(reading, board)
        return
    console = answer_console()
    if board is None:
        say(console, why_no_churn(reading))
        return
    say(console, board.label, style="bold")
    for caution in caution_sentences(reading):
        say(console, caution, style="bold yellow")
    _expected(reading, console)
    say(console)
    say(console, board.verdict)
    say(console, board.how_tested)
    _scores(console, board)
    say(console, " ".join(filter(None, (board.plan, board.choice, board.calibration))), style="dim")
    say(console, trust(reading))
    _drivers(reading, console)
    _warnings(reading, console)


def _warnings(reading: Reading, console: Console) -> None:
    """Print drift since training, and the remaining lifetimes of members."""
    lives = reading.value.lifetimes if reading.value else Lifetimes()
    if lives.members:
        say(
            console,
            f"{count(lives.members)} members are expected to stay "
            f"{lives.expected_days_in_next_365:.0f} of the next 365 days on average, given the age "
            f"of their membership. {count(lives.little_history)} joined less than 90 days ago, so "
            "their lifetimes are uncertain.",
        )
    if lives.concordance is not None:
        order = lives.concordance
        say(
            console,
            f"Attributes order the lifetimes with a concordance of {order.value:.3f} (95 % "
            f"interval {order.low:.3f} to {order.high:.3f} over the draw of the members "
            "judged; 0.5 is chance; "
            f"{count(order.customers)} members, {count(order.ended)} of whom had left).",
        )
    drifted = drift(reading)
    if drifted is not None and drifted.warning:
        say(console, f"Drift: {drifted.warning}.")


def _print_json(reading: Reading, board: ChurnScoreboard | None) -> None:
    print_json(
        {
            "scoreboard": board,
            "why_none": None if board else why_no_churn(reading),
            "overview": overview(reading),
            "curves": churn_curves(reading),
            "drivers": drivers(reading),
            "cautions": score_cautions(reading),
            "waived": leakage_audit(reading).waived,
            "lifetimes": reading.value.lifetimes if reading.value else None,
            "drift": drift(reading),
            "backtests": backtested_scores(reading),
            "estimator": reading.churn.estimator if reading.churn else None,
            "advice": reading.advice,
        }
    )


def _expected(reading: Reading, console: Console) -> None:
    figures, unit = overview(reading), customer_value_unit(reading)
    say(console, figures.population_words)
    if not figures.scored:
        return
    say(
        console,
        f"{count(figures.expected_leavers)} of {count(figures.scored)} customers "
        f"({percent(figures.mean_probability)}) are expected to churn{_value(figures, unit)}.",
    )
    note = value_note(reading)
    if note:
        say(console, note)
    if figures.worth_contacting is not None:
        say(
            console,
            f"Contacting pays off for {count(figures.worth_contacting)} of them "
            f"({costs_words(figures.costs, unit)}). `regulars campaign --worth-contacting` "
            "simulates it.",
        )
    money = reading.churn.money if reading.churn else None
    if money is not None:
        say(
            console,
            f"Expected profit of contacting the {count(money.contacts)} best of them: "
            f"{unit.whole(money.profit)} ({unit.whole(money.low)} to {unit.whole(money.high)}, "
            "depending on the save rate). For a customer of median value, contacting pays off "
            f"above a churn probability of {percent(money.threshold)}.",
        )


def _value(figures: Overview, unit: Unit) -> str:
    if figures.value_at_risk is None:
        return ""
    return (
        f"; {unit.whole(figures.value_at_risk)} of the {unit.whole(figures.value_if_stays)} "
        "expected of them if they stay is at risk"
    )


def _scores(console: Console, board: ChurnScoreboard) -> None:
    table = answer_table(["model", "", *_NUMBERS], _NUMBERS, drop=_DROP)
    for line in board.lines:
        add_row(table, line.words, _mark(line), *_figures(line))
    for line in board.subgroups:
        add_row(table, f"  {line.words}", "subgroup", *_figures(line))
    console.print()
    print_table(console, table)
    console.print()


def _mark(line: ScoreLine) -> str:
    return _MARKS.get(line.kind, "scores customers" if line.ships else "")


def _figures(line: ScoreLine) -> list[str]:
    return [
        count(line.n),
        decimal(line["roc_auc"].value),
        _interval(line["roc_auc"]),
        decimal(line["pr_auc"].value),
        decimal(line["lift_at_10"].value, 2),
        decimal(line["log_loss"].value),
        decimal(line["calibration_error"].value),
    ]


def _interval(figure: Figure) -> str:
    return "" if figure.low is None else f"{decimal(figure.low)} to {decimal(figure.high)}"


def _drivers(reading: Reading, console: Console) -> None:
    groups = drivers(reading)
    if not groups:
        return
    table = answer_table(["drivers", "share", "strongest features", ""], ["share"])
    for group in groups[:8]:
        mark = "actionable" if group.actionable else ""
        add_row(table, group.group, percent(group.share, 0), "; ".join(group.words[:2]), mark)
    console.print()
    print_table(console, table)
