"""The life of the churn score on the terminal."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console

from regulars.cli.console import add_row, answer_console, answer_table, print_json, print_table, say
from regulars.insights.amounts import decimal, percent
from regulars.insights.step_words import major_drift_words
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.lifecycle.records import estimator_run
from regulars.release.churn_report import DriftReport

_SHOWN = 10
_DROP = ["calibration", "log loss", "ships", "as of"]


def answer_history(history: dict[str, Any], *, as_json: bool) -> None:
    """Trainings with their verdicts, backtests of stored scores, and drift."""
    if as_json:
        print_json(history)
        return
    console = answer_console()
    if not history["estimators"]:
        say(console, "Nothing has been trained yet: `regulars churn train`.")
        return
    _estimators(console, history["estimators"])
    _backtests(console, history["backtests"])
    if history["drift"]:
        drift = DriftReport.model_validate(history["drift"])
        major = [(line.input, line.psi) for line in drift.major]
        warning = major_drift_words(major, inputs=len(drift.inputs))
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


def _mark(result: Any) -> str:
    return "PASS" if result["passed"] else "FAIL" if result.get("blocks", True) else "warn"


def _estimators(console: Console, estimators: list[dict[str, Any]]) -> None:
    numbers = ["ROC AUC", "log loss", "calibration"]
    table = answer_table(
        ["estimator", "status", "as of", "ships", *numbers, "why"], numbers, drop=_DROP
    )
    for estimator in estimators[:_SHOWN]:
        metrics = estimator["metrics"]
        add_row(
            table,
            estimator["estimator_id"],
            estimator["status"] + ("" if estimator["has_files"] else ", removed"),
            estimator["as_of"],
            estimator["shipped"],
            *(decimal(metrics.get(name)) for name in ("roc_auc", "log_loss", "calibration_error")),
            estimator["because"],
        )
    print_table(console, table)


def _backtests(console: Console, backtests: list[dict[str, Any]]) -> None:
    if not backtests:
        say(
            console,
            "No earlier score can be verified yet: its outcome window must close first.",
            style="dim",
        )
        return
    numbers = ["customers", "predicted", "observed", "ROC AUC"]
    table = answer_table(
        ["scored as of", "known since", "by", *numbers], numbers, drop=["by", "known since"]
    )
    for backtest in backtests[-_SHOWN:]:
        add_row(
            table,
            backtest["as_of"],
            backtest["outcome_to"],
            backtest["estimator_id"],
            f"{backtest['customers']:,}",
            percent(backtest["predicted"]),
            percent(backtest["observed"]),
            decimal(backtest["metrics"]["roc_auc"]["value"]),
        )
    print_table(console, table)
