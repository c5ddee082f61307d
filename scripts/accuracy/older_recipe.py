"""A recipe of the pipeline replaced by the airline recipe, replayed on the future that followed.

Its label is 'has cancelled, or has not flown for three months', its inputs are totals over the
same months, and its test is a random split: so it finds again what the label was made from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from regulars.features.frames import Frame
from regulars.ml.leakage.statistics import rank_auc

CATEGORIES = ("Province", "City", "Gender", "Education", "Loyalty Card")
SILENT_MONTHS = 3
FIRST_YEAR = 2017
MONTHS = 24
SETTINGS = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_depth": 4,
    "eta": 0.05,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "lambda": 1.0,
    "seed": 42,
    "nthread": 2,
}


@dataclass(frozen=True)
class Members:
    """The raw files: months are counted from January 2017; -1000 or 1000 where there is none."""

    number: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    clv: np.ndarray
    levels: np.ndarray
    flights: np.ndarray
    distance: np.ndarray


def read_members(data: Path) -> Members:
    """Members with flights and distance per month, shape (members, 24)."""
    who = pyarrow.csv.read_csv(data / "Customer Loyalty History.csv")
    what = pyarrow.csv.read_csv(data / "Customer Flight Activity.csv")
    number = who["Loyalty Number"].to_numpy()
    order = np.argsort(number)
    at = order[np.searchsorted(number[order], what["Loyalty Number"].to_numpy())]
    month = (what["Year"].to_numpy() - FIRST_YEAR) * 12 + what["Month"].to_numpy() - 1
    flown = what["Total Flights"].to_numpy()
    flights, distance = np.zeros((2, len(number), MONTHS))
    np.add.at(flights, (at, month), flown)
    np.add.at(distance, (at, month), np.where(flown > 0, what["Distance"].to_numpy(), 0))
    levels = [_one_hot(who[name]) for name in CATEGORIES]
    return Members(
        number,
        _month(who, "Enrollment", none=-1000),
        _month(who, "Cancellation", none=1000),
        who["CLV"].to_numpy(),
        np.column_stack(levels),
        flights,
        distance,
    )


def since_joining(members: Members) -> Members:
    """The same members without what the files say of months before they joined."""
    there = np.arange(MONTHS)[None, :] >= members.joined[:, None]
    return replace(
        members,
        flights=np.where(there, members.flights, 0),
        distance=np.where(there, members.distance, 0),
    )


def label_and_inputs(members: Members, month: int) -> tuple[np.ndarray, np.ndarray]:
    """The recipe's label and inputs from everything before a month, one row per member."""
    seen = members.flights[:, :month]
    last = np.where((seen > 0).any(axis=1), month - 1 - np.argmax(seen[:, ::-1] > 0, axis=1), -1)
    silent = month - 1 - last >= SILENT_MONTHS
    gone = members.left < month
    tenure = np.maximum(np.minimum(members.left, month - 1) - members.joined, 0)
    totals = (seen.sum(axis=1), members.distance[:, :month].sum(axis=1), tenure, members.clv)
    return (gone | silent).astype(float), np.column_stack([*totals, members.levels])


def on_itself(members: Members) -> float:
    """ROC AUC on the recipe's own label and its own random split of 70/30."""
    from sklearn.model_selection import train_test_split

    label, inputs = label_and_inputs(members, MONTHS)
    kept, held = train_test_split(
        np.arange(len(label)), test_size=0.3, stratify=label, random_state=42
    )
    fitted = _fitted(inputs[kept], label[kept])
    return rank_auc(label[held], _scores(fitted, inputs[held]))


def on_the_future(members: Members, frame: Frame, *, day: str) -> float:
    """ROC AUC of its scores at a cutoff, against the cancellations of `frame` that followed."""
    year, month = (int(part) for part in day.split("-")[:2])
    at = (year - FIRST_YEAR) * 12 + month - 1
    label, inputs = label_and_inputs(members, at)
    there = members.joined < at
    fitted = _fitted(inputs[there], label[there])
    then = frame.take(frame.as_of == np.datetime64(day, "us"))
    order = np.argsort(members.number)
    rows = order[np.searchsorted(members.number[order], then.customers.astype(np.int64))]
    return rank_auc(then.outcome, _scores(fitted, inputs[rows]))


def _month(who: pa.Table, name: str, *, none: int) -> np.ndarray:
    year, month = (pc.fill_null(who[f"{name} {part}"], 0).to_numpy() for part in ("Year", "Month"))
    return np.where(year > 0, (year - FIRST_YEAR) * 12 + month - 1, none).astype(int)


def _one_hot(column: pa.ChunkedArray) -> np.ndarray:
    coded = pc.dictionary_encode(column.combine_chunks())
    return np.asarray(np.eye(len(coded.dictionary))[coded.indices.to_numpy()])


def _fitted(inputs: np.ndarray, label: np.ndarray) -> Any:
    import xgboost

    rows = xgboost.DMatrix(inputs, label=label, nthread=2)
    return xgboost.train(SETTINGS, rows, num_boost_round=400)


def _scores(fitted: Any, inputs: np.ndarray) -> np.ndarray:
    return np.asarray(fitted.inplace_predict(inputs), dtype=np.float64)
