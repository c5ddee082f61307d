"""Print estimators side by side."""

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


def answer_comparison(compared: Sequence[Compared], *, as_json: bool) -> None:
    """Print the lowest log loss first, because it measures probabilities."""
    if as_json:
        print_json([estimator.to_json() for estimator in compared])
        return
    console, numbers = answer_console(), [*_SHOWN.values(), "seconds"]
    say(
        console,
        f"Lowest log loss: {compared[0].name}. Mean and spread over {FOLDS} folds of customers.",
        style="bold",
    )
    table = answer_table(["", *numbers], numbers, drop=["seconds", "F1", "calibration"])
    for estimator in compared:
        if not estimator.lacks:
            cells = [
                f"{estimator.mean[name]:.3f} ± {estimator.spread[name]:.3f}" for name in _SHOWN
            ]
            add_row(table, estimator.name, *cells, f"{estimator.seconds:.1f}")
    print_table(console, table)
    for estimator in compared:
        if estimator.lacks:
            say(console, f"{estimator.name}: {estimator.lacks}", style="dim")
