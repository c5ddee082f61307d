"""Estimators side by side on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.ml.churn.comparison import FOLDS, Compared

_SHOWN = {
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "log_loss": "log loss",
    "calibration_error": "calibration",
}


def answer_comparison(found: Sequence[Compared], *, as_json: bool) -> None:
    """The lowest log loss first: that is what a probability is judged by."""
    if as_json:
        print_json([one.to_json() for one in found])
        return
    console, numbers = answer_console(), [*_SHOWN.values(), "seconds"]
    say(
        console,
        f"Lowest log loss: {found[0].name}. Mean and spread over {FOLDS} folds of customers.",
        style="bold",
    )
    table = answer_table(["", *numbers], numbers)
    for one in found:
        if not one.lacks:
            cells = [f"{one.mean[name]:.3f} ± {one.spread[name]:.3f}" for name in _SHOWN]
            add_row(table, one.name, *cells, f"{one.seconds:.1f}")
    print_table(console, table)
    for one in found:
        if one.lacks:
            say(console, f"{one.name}: {one.lacks}", style="dim")
