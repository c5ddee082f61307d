"""What is learned: advise, value, and the sub-commands of churn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.global_options import Verbs
from regulars.cli.project_reading import read_project
from regulars.core.counts import several
from regulars.core.errors import SettingsError

if TYPE_CHECKING:
    from regulars.core.settings import Project


def register(app: Verbs) -> None:
    """Add the verbs to the command line."""
    app.command("advise")(advise_command)
    app.command("value")(value_command)


def add_to(churn: Verbs) -> None:
    """Add the sub-commands to `regulars churn`."""
    churn.command("train")(train_command)
    churn.command("refresh")(refresh_command)
    churn.command("audit")(audit_command)
    churn.command("compare")(compare_command)
    churn.command("split")(split_command)
    churn.command("history")(history_command)
    churn.command("promote")(promote_command)
    churn.command("rollback")(rollback_command)


def advise_command() -> None:
    """Recommend a churn definition from the cleaned tables and compare horizons."""
    from regulars.cli.answering.churn_advice import answer_advice
    from regulars.cli.clock import now
    from regulars.flows.advising import advise_project

    advice = advise_project(read_project(state.options.project), clock=now)
    answer_advice(advice, as_json=state.options.as_json)


def value_command(
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="Number of customers to list.")
    ] = 10,
) -> None:
    """List the highest predicted values for the next year, with the total and the test."""
    from regulars.cli.answering.value import answer_value
    from regulars.cli.current_release import current_reading

    reading = current_reading(state.options.project)
    answer_value(reading, limit=limit, as_json=state.options.as_json)


def train_command() -> None:
    """Check the training data, train, apply the gates, score. Exit code 1 when a gate fails."""
    from regulars.cli.answering.history import say_training
    from regulars.cli.running import run_project
    from regulars.flows.run import RunRequest
    from regulars.ml.registry import Registry

    project = _churn_project()
    request = RunRequest(retrain=True, command="regulars churn train")
    outcome = run_project(project, request, quiet=True)
    index = Registry(project.state).index
    trained = [record for record in index.estimators if record.run_id == outcome.run_id]
    for record in trained:
        say_training(record, champion=index.champion, as_json=state.options.as_json)
    if any(record.status == "rejected" for record in trained):
        raise typer.Exit(1)


def refresh_command() -> None:
    """Score all customers with the champion on the newest data; never trains."""
    from regulars.cli.running import run_project
    from regulars.flows.run import RunRequest
    from regulars.flows.steps import NAMES

    steps = [name for name in NAMES if name != "train"]
    run_project(_churn_project(), RunRequest(only=steps, command="regulars churn refresh"))


def audit_command() -> None:
    """Audit every feature for leaks with the future deleted. Exit code 1 when one leaks."""
    from regulars.cli.answering.audit import answer_audit
    from regulars.cli.clock import now
    from regulars.core.progress import Silent
    from regulars.flows.churn_commands import audit_project

    answer = audit_project(_churn_project(), progress=Silent(), clock=now)
    answer_audit(answer, as_json=state.options.as_json)
    if answer.audit.refused:
        raise typer.Exit(1)


def compare_command(
    balance: Annotated[
        bool,
        typer.Option(
            "--balance", help="Compare ways to balance the classes instead of estimators."
        ),
    ] = False,
) -> None:
    """Compare all estimators on the same folds of customers; changes nothing."""
    from regulars.cli.answering.comparison import answer_comparison
    from regulars.cli.clock import now
    from regulars.core.progress import Silent
    from regulars.flows.churn_commands import compare_project

    project = _churn_project()
    compared = compare_project(project, balance=balance, progress=Silent(), clock=now)
    answer_comparison(compared, as_json=state.options.as_json)


def split_command(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; created when missing.")],
    shares: Annotated[
        str,
        typer.Option("--shares", help="Percentages of customers in train, validation and test."),
    ] = "70/15/15",
) -> None:
    """Write features and outcomes as Parquet files, for training with other tools.

    Each customer is in one file only, and all files have the same churn rate. The split is random,
    not by time, so a test on it is more optimistic than the scores of later customers.
    """
    from regulars.cli.clock import now
    from regulars.cli.console import print_json
    from regulars.flows.churn_commands import write_splits

    try:
        percents = [int(share) for share in shares.split("/")]
    except ValueError:
        raise typer.BadParameter("write percents as 70/15/15", param_hint="--shares") from None
    parts = write_splits(_churn_project(), folder, shares=percents, clock=now)
    if state.options.as_json:
        print_json(
            [
                {"file": str(folder / f"{name}.parquet"), "rows": rows, "churned_share": share}
                for name, (rows, share) in parts.items()
            ]
        )
        return
    for name, (rows, share) in parts.items():
        typer.echo(f"{folder / name}.parquet: {several(rows, 'row')}, {share:.1%} churned")


def history_command() -> None:
    """List trainings with verdicts, champions, and earlier scores backtested against outcomes."""
    from regulars.cli.answering.history import answer_history
    from regulars.flows.churn_commands import history

    answer_history(history(_churn_project()), as_json=state.options.as_json)


def promote_command(
    estimator_id: Annotated[
        str,
        typer.Argument(metavar="ID", help="Estimator ID, as `regulars churn history` lists it."),
    ],
) -> None:
    """Make this estimator the champion and score all customers with it."""
    from regulars.cli.clock import now
    from regulars.flows.churn_commands import promote

    project = _churn_project()
    _changed(project, promote(project, estimator_id, clock=now))


def rollback_command() -> None:
    """Go back to the previous champion and score all customers with it."""
    from regulars.cli.clock import now
    from regulars.flows.churn_commands import roll_back

    project = _churn_project()
    _changed(project, roll_back(project, clock=now))


def _changed(project: Project, record: Any) -> None:
    if not state.options.as_json:
        typer.echo(f"{record.estimator_id} is the champion now: {record.because}")
    refresh_command()


def _churn_project() -> Project:
    project = read_project(state.options.project)
    if project.churn is None:
        raise SettingsError(
            "the project defines no churn",
            where=str(project.file),
            hint="`regulars advise` says which kind fits; then add `churn:` to the file.",
        )
    return project
