"""What an estimator is trained on: rows of the closed cutoffs, customers' values, the problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import SettingsError
from regulars.core.fingerprints import code_fingerprint, fingerprint
from regulars.core.settings import Project
from regulars.features.as_of import find_reach
from regulars.features.customer_values import values_at_cutoffs
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.reading import read_labelled
from regulars.features.tables import read_cutoffs
from regulars.ml.churn.problem import ChurnProblem, Parameters, churn_problem
from regulars.ml.estimator_index import Index
from regulars.ml.lifecycle.records import data_fingerprint
from regulars.ml.splits import TrainingCutoff, customer_parts, plan_cutoffs, rows_at, windows_of
from regulars.warehouse.protocol import Warehouse

# What an estimator is made by, besides rows and settings: a correction here calls for a training.
_CODE = (
    "regulars.ml.churn.training",
    "regulars.ml.lifecycle.gates",
    "regulars.features.reading",
)
# Settings that say when to train, not what.
_SCHEDULE = {"retrain", "retrain_below", "keep_estimators", "track"}
FILE_NAMES = {2: ("train", "test"), 3: ("train", "validation", "test")}


@dataclass(frozen=True)
class TrainingData:
    """Rows of the closed cutoffs with outcomes, the value of each row (n,), and fingerprints.

    `values` is None where nobody's value is known. `settings` are those that decide what is
    learned, `history_from` the first day of the history.
    """

    frame: Frame
    closed: tuple[Cutoff, ...]
    values: np.ndarray | None
    as_of: str
    history_from: date | None
    data: str
    code: str
    settings: dict[str, Any]

    @property
    def windows(self) -> list[TrainingCutoff]:
        """The cutoffs with their outcome windows, as moments."""
        return windows_of(self.closed)

    @property
    def made_from(self) -> str:
        """A digest of data, code and settings together."""
        return fingerprint(self.data, self.code, self.settings, self.history_from)

    @property
    def rows_before_the_test(self) -> Frame:
        """Rows of training cutoffs only: whatever is tried on them, the test stays unseen."""
        if not self.closed:
            return self.frame
        return self.frame.take(rows_at(self.frame, plan_cutoffs(self.windows).train))


def read_training_data(
    project: Project, warehouse: Warehouse, *, as_of: date | None
) -> TrainingData:
    """Everything that training learns from, as it is in the warehouse now."""
    # Outcomes at dates of earlier scorings are there to judge those; nothing learns from them.
    closed = [
        cutoff
        for cutoff in read_cutoffs(warehouse)
        if cutoff.is_closed and cutoff.role != "review" and cutoff.outcome_to > cutoff.outcome_from
    ]
    frame, values = read_labelled(project, warehouse), values_at_cutoffs(project, warehouse)
    if closed:
        days = np.array([np.datetime64(cutoff.as_of, "us") for cutoff in closed])
        chosen = np.isin(frame.as_of, days)
        frame, values = frame.take(chosen), None if values is None else values[chosen]
    reach = find_reach(project, warehouse, as_of=as_of)
    return TrainingData(
        frame=frame,
        closed=tuple(closed),
        values=values,
        as_of=str(reach.as_of),
        history_from=reach.first_event,
        data=data_fingerprint(frame),
        code=code_fingerprint(*_CODE),
        settings=_learning_settings(project),
    )


def training_problem(
    project: Project,
    data: TrainingData,
    *,
    looks_ahead: Mapping[str, str] | None,
    index: Index,
) -> ChurnProblem:
    """The problem of this data; `looks_ahead` are inputs that change when later rows are deleted.

    Where the project searches for parameters, those of the newest training that was asked to search
    in the same way are taken over.
    """
    return churn_problem(
        project,
        frame=data.frame,
        history_from=data.history_from,
        values=data.values,
        looks_ahead=looks_ahead,
        parameters=_parameters_found_before(project, index),
    )


def write_parts(
    frame: Frame, folder: Path, *, shares: Sequence[int]
) -> dict[str, tuple[int, float]]:
    """Deal customers out to train, validation and test as Parquet; rows and churn share of each.

    A customer is in one file only, with all as-of dates. `shares` are whole percents that add up to
    100, two or three of them. Raises SettingsError for others.
    """
    check_shares(shares)
    folder.mkdir(parents=True, exist_ok=True)
    part, sizes = customer_parts(frame, shares), {}
    for at, name in enumerate(FILE_NAMES[len(shares)]):
        rows = frame.take(part == at)
        pq.write_table(_table(rows), folder / f"{name}.parquet", compression="zstd")
        sizes[name] = (len(rows), float(rows.outcome.mean()) if len(rows) else 0.0)
    return sizes


def check_shares(shares: Sequence[int]) -> None:
    """Raise SettingsError unless these are two or three percents that add up to 100."""
    if len(shares) not in FILE_NAMES or sum(shares) != 100 or min(shares) <= 0:
        raise SettingsError(
            f"the shares {'/'.join(map(str, shares))} are not two or three that add up to 100",
            hint="For example: --shares 70/15/15",
        )


def _learning_settings(project: Project) -> dict[str, Any]:
    settings = project.model_dump(mode="json", include={"churn", "leakage", "value"})
    churn = settings["churn"] or {}
    settings["churn"] = {name: churn[name] for name in churn if name not in _SCHEDULE}
    return settings


def _parameters_found_before(project: Project, index: Index) -> Parameters:
    churn = project.churn
    if churn is None or churn.search is None:
        return {}
    settings = (churn.search.model_dump(mode="json"), list(churn.estimators))
    for record in reversed(index.estimators):
        before = record.settings.get("churn", {})
        if (before.get("search"), before.get("estimators")) == settings:
            return record.parameters
    return {}


def _table(rows: Frame) -> pa.Table:
    table = rows.keys.append_column("churned", pa.array(rows.outcome > 0))
    for name in rows.inputs.column_names:
        table = table.append_column(name, rows.inputs[name])
    return table
