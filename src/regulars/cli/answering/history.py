"""The life of the churn score on the terminal."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import decimal, percent
from regulars.ml.registry import EstimatorRecord

_SHOWN = 10


def answer_history(found: dict[str, Any], *, as_json: bool) -> None:
    """Trainings with their verdicts, how stored scores fared, what has moved."""
    if as_json:
        print_json(found)
        return
    console = answer_console()
    if not found["estimators"]:
        say(console, "Nothing has been trained yet: `regulars churn train`.")
        return
    _estimators(console, found["estimators"])
    _realised(console, found["realised"])
    warning = (found["drift"] or {}).get("warning")
    if warning:
        say(console, "Drift: ", warning, ".")


def say_training(record: EstimatorRecord, *, champion: str | None, as_json: bool) -> None:
    """What came of one training: its checks, its gates, and who scores customers now."""
    if as_json:
        print_json(record.to_json())
        return
    for check in record.checks:
        typer.echo(f"{_mark(check)} check  {check['name']}: {check['found']}")
    for gate in record.gates:
        typer.echo(f"{_mark(gate)} gate   {gate['name']}: {gate['reason']}")
    typer.echo(record.verdict)
    if record.status == "rejected":
        stays = f"{champion} stays in use" if champion else "nobody is scored"
        typer.echo(f"REJECTED {record.estimator_id}: {record.because}; {stays}")
    else:
        typer.echo(f"{record.estimator_id} is the champion: {record.because}")


def _mark(found: Any) -> str:
    return "PASS" if found["passed"] else "FAIL" if found.get("blocks", True) else "warn"


def _estimators(console: Console, estimators: list[dict[str, Any]]) -> None:
    numbers = ["ROC AUC", "log loss", "calibration"]
    table = answer_table(["estimator", "status", "as of", "ships", *numbers, "why"], numbers)
    for one in estimators[:_SHOWN]:
        metrics = one["metrics"]
        add_row(
            table,
            one["estimator_id"],
            one["status"] + ("" if one["has_files"] else ", removed"),
            one["as_of"],
            one["shipped"],
            *(decimal(metrics.get(name)) for name in ("roc_auc", "log_loss", "calibration_error")),
            one["because"],
        )
    print_table(console, table)


def _realised(console: Console, series: list[dict[str, Any]]) -> None:
    if not series:
        say(
            console,
            "No scoring has come due yet: its outcome window must close first.",
            style="dim",
        )
        return
    numbers = ["customers", "promised", "seen", "ROC AUC"]
    table = answer_table(["scored as of", "known since", "by", *numbers], numbers)
    for one in series[-_SHOWN:]:
        add_row(
            table,
            one["as_of"],
            one["outcome_to"],
            one["estimator_id"],
            f"{one['customers']:,}",
            percent(one["promised"]),
            percent(one["seen"]),
            decimal(one["metrics"]["roc_auc"]["value"]),
        )
    print_table(console, table)
