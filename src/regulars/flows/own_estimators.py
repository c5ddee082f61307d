"""Rivals of a score on a project, or on transactions in memory that become one for a while."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from regulars.core.calendar import Grain
from regulars.core.errors import DataError, SettingsError
from regulars.core.names import nearest
from regulars.core.progress import Progress
from regulars.core.settings import PROJECT_FILE, Project, read_project
from regulars.features.as_of import find_reach
from regulars.features.frames import Frame, plain_ids
from regulars.features.reading import read_everyone
from regulars.flows.future_check import future_check
from regulars.flows.run import RunRequest, run
from regulars.flows.session import Clock, view
from regulars.ml.churn.rivals import Rival, RivalEvaluation, evaluate_rival
from regulars.ml.lifecycle.training_data import read_training_data, training_problem
from regulars.warehouse.opening import warehouse_exists

_FEATURES = ["land", "clean", "features"]


@dataclass(frozen=True)
class OwnTransactions:
    """Transactions and the names of their columns; further ones may be `None`.

    Amounts below zero are refunds. `horizon` is the number of periods of `grain` without a purchase
    after which a customer has churned.
    """

    rows: pa.Table
    columns: dict[str, str | None]
    grain: Grain = "day"
    horizon: int = 90


def compute_customer_features(
    own: OwnTransactions, *, as_of: date | None, progress: Progress, clock: Clock
) -> Frame:
    """The features of the catalogue, one row per customer, from rows before the as-of date only."""
    with (
        _company(own, as_of=as_of, progress=progress, clock=clock) as project,
        view(project, clock) as context,
    ):
        day = find_reach(project, context.warehouse, as_of=as_of).as_of
        return read_everyone(project, context.warehouse, as_of=[day])


def evaluate_on_transactions(
    own: OwnTransactions, rival: Rival, *, name: str, progress: Progress, clock: Clock
) -> RivalEvaluation:
    """Test a rival on features at past cutoffs of these transactions, and on what came after."""
    with _company(own, as_of=None, progress=progress, clock=clock) as project:
        return evaluate_on_project(project, rival, name=name, progress=progress, clock=clock)


def evaluate_on_project(
    project: Project, rival: Rival, *, name: str, progress: Progress, clock: Clock
) -> RivalEvaluation:
    """Test a rival on the features and outcomes of a project, as its own score is tested.

    Raises SettingsError before the first run, and where the project defines no churn.
    """
    if project.churn is None or not warehouse_exists(project):
        raise SettingsError(
            "there are no features with outcomes yet",
            where=str(project.file),
            hint="Run the project first; its file must define churn.",
        )
    with view(project, clock) as context:
        data = read_training_data(project, context.warehouse, as_of=None)
        known = future_check(context).known()
        problem = training_problem(
            project,
            data,
            looks_ahead=None if known is None else known.refusals,
            index=context.estimators.index,
        )
    return evaluate_rival(
        problem, data.frame, rival, cutoffs=data.windows, name=name, report=progress.detail
    )


@contextmanager
def _company(
    own: OwnTransactions, *, as_of: date | None, progress: Progress, clock: Clock
) -> Iterator[Project]:
    """A project of these rows, run up to its features; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        place = Path(folder)
        pq.write_table(_chosen(own), place / "transactions.parquet")
        text = yaml.safe_dump(_settings(own), sort_keys=False)
        (place / PROJECT_FILE).write_text(text, "utf-8")
        project = read_project(place)
        request = RunRequest(only=_FEATURES, as_of=as_of, command="regulars.compute_features")
        run(project, request, progress=progress, clock=clock)
        yield project


def _chosen(own: OwnTransactions) -> pa.Table:
    """The named columns under their names here. Raises DataError for one that is not there."""
    known = own.rows.column_names
    for meaning, name in own.columns.items():
        if name is not None and name not in known:
            near = nearest(name, known)
            raise DataError(
                f"{meaning}: there is no column '{name}'"
                + (f"; did you mean '{near}'?" if near else ""),
                hint=f"The columns are: {', '.join(known)}.",
            )
    named = {meaning: name for meaning, name in own.columns.items() if name is not None}
    chosen = {meaning: own.rows[name] for meaning, name in named.items()}
    return pa.table({**chosen, "customer_id": plain_ids(chosen["customer_id"])})


def _settings(own: OwnTransactions) -> dict[str, Any]:
    return {
        "version": 1,
        "project": "transactions",
        "grain": own.grain,
        "sources": {"transactions": {"path": "transactions.parquet"}},
        "entities": {
            "transactions": {
                "source": "transactions",
                "columns": {name: name for name, column in own.columns.items() if column},
            }
        },
        "churn": {"kind": "silence", "horizon": own.horizon},
    }
