"""The life of the churn score on the terminal."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import decimal, percent
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.records import estimator_run
from regulars.release.churn_report import InputDrift, major_drift_words

_SHOWN = 10


def answer_history(found: dict[str, Any], *, as_json: bool) -> None:
    """Trainings with their verdicts, backtests of stored scores, and drift."""
    if as_json:
        print_json(found)
        return
    console = answer_console()
    if not found["estimators"]:
        say(console, "Nothing has been trained yet: `regulars churn train`.")
        return
    _estimators(console, found["estimators"])
    _backtests(console, found["backtests"])
    warning = major_drift_words(
        InputDrift(**each) for each in (found["drift"] or {}).get("inputs", ())
    )
    if warning:
        say(console, "Drift: ", warning, ".")


def say_training(record: EstimatorRecord, *, champion: str | None, as_json: bool) -> None:
    """What came of one training: its checks, its gates, and who scores customers now."""
    if as_json:
        print_json(estimator_run(record).model_dump(mode="json"))
        return
    for check in record.checks:
        typer.echo(f"{_mark(check)} check  {check['name']}: {check['finding']}")
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


def _backtests(console: Console, series: list[dict[str, Any]]) -> None:
    if not series:
        say(
            console,
            "No earlier score can be verified yet: its outcome window must close first.",
            style="dim",
        )
        return
    numbers = ["customers", "predicted", "observed", "ROC AUC"]
    table = answer_table(["scored as of", "known since", "by", *numbers], numbers)
    for one in series[-_SHOWN:]:
        add_row(
            table,
            one["as_of"],
            one["outcome_to"],
            one["estimator_id"],
            f"{one['customers']:,}",
            percent(one["predicted"]),
            percent(one["observed"]),
            decimal(one["metrics"]["roc_auc"]["value"]),
        )
    print_table(console, table)
