"""Class weights and resampling around any estimator, inside whatever it is fitted on.

They gain nothing in ranking and ruin probabilities; what a wrong prior does to the log-odds is
taken back (King and Zeng, Political Analysis 9, 2001), what resampling does to their slope is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa

from regulars.features.frames import Frame
from regulars.ml.encoding import LinearEncoder, numbers
from regulars.ml.estimators.protocol import ChurnEstimator, Contributions, unfitted
from regulars.ml.log_odds import log_odds, probability

Balance = Literal["weights", "undersample", "oversample", "smote", "smote_tomek"]
WARNING = (
    "Classes were balanced by {how} inside the folds: that gains nothing in ranking, and the "
    "probabilities were brought back to the true churn share afterwards."
)
NEIGHBOURS = 5


@dataclass(eq=False)
class Rebalanced:
    """An estimator fitted on as many churned rows as others, with its prior put right again.

    Class weights come as repeated rows: a churned row stands in as often as its weight says,
    rounded, which every estimator understands.
    """

    inner: ChurnEstimator
    how: Balance
    seed: int = 0
    inner_: ChurnEstimator = field(init=False, repr=False)
    shift_: float = field(init=False, repr=False)

    @property
    def name(self) -> str:
        """That of the estimator inside."""
        return self.inner.name

    def fit(self, frame: Frame) -> Self:
        rows = balanced(frame, how=self.how, seed=self.seed).sorted()
        self.inner_ = unfitted(self.inner).fit(rows)
        self.shift_ = _odds(frame.outcome.mean()) - _odds(rows.outcome.mean())
        return self

    def predict(self, frame: Frame) -> np.ndarray:
        return probability(log_odds(self.inner_.predict(frame)) + self.shift_)

    def contributions(self, frame: Frame) -> Contributions:
        found = self.inner_.contributions(frame)
        return replace(found, base=found.base + self.shift_)


def balanced(frame: Frame, *, how: Balance, seed: int = 0) -> Frame:
    """As many churned rows as others; the rarer class is called minority here.

    `undersample` drops of the majority, `weights` and `oversample` repeat the minority evenly and
    at random, `smote` makes rows between a minority row and one of its five nearest (numbers are
    interpolated, the rest is that of the first), `smote_tomek` then drops majority rows whose
    nearest neighbour is of the other class.
    """
    random = np.random.default_rng(seed)
    churned = frame.outcome > 0
    few, many = np.flatnonzero(churned), np.flatnonzero(~churned)
    if len(few) > len(many):
        few, many = many, few
    if how == "undersample":
        return frame.take(np.sort(np.r_[few, random.choice(many, len(few), replace=False)]))
    missing = len(many) - len(few)
    if how == "weights":
        return frame.take(np.sort(np.r_[many, np.resize(few, len(many))]))
    if how == "oversample":
        return frame.take(np.sort(np.r_[many, few, random.choice(few, missing)]))
    made = _between(frame.take(few), missing, random)
    whole = _together(frame, made)
    return whole if how == "smote" else _without_links(whole, minority=frame.outcome[few[0]])


def _between(rows: Frame, count: int, random: np.random.Generator) -> Frame:
    """`count` rows between random rows and one of their nearest."""
    near = _neighbours(rows, most=NEIGHBOURS)
    first = random.integers(0, len(rows), size=count)
    second = near[first, random.integers(0, near.shape[1], size=count)]
    share = random.random(count)
    start, end = rows.take(first), rows.take(second)
    inputs = start.inputs
    for at, name in enumerate(inputs.column_names):
        if rows.kinds[name] == "number":
            mixed = (1 - share) * numbers(start.inputs[name]) + share * numbers(end.inputs[name])
            inputs = inputs.set_column(at, name, pa.array(mixed, from_pandas=True))
    return replace(start, inputs=inputs)


def _neighbours(rows: Frame, *, most: int) -> np.ndarray:
    """Positions of the nearest other rows, shape (n, k)."""
    from sklearn.neighbors import NearestNeighbors

    matrix = LinearEncoder(shape="signed_logs", every_cutoff=False).fit(rows)
    count = min(most, len(rows) - 1)
    found = NearestNeighbors(n_neighbors=count).fit(matrix).kneighbors(return_distance=False)
    return np.asarray(found)


def _without_links(rows: Frame, *, minority: float) -> Frame:
    nearest = _neighbours(rows, most=1)[:, 0]
    linked = (nearest[nearest] == np.arange(len(rows))) & (rows.outcome != rows.outcome[nearest])
    return rows.take(~(linked & (rows.outcome != minority)))


def _together(one: Frame, other: Frame) -> Frame:
    inputs = [
        pa.chunked_array([*_plain(one.inputs[name]), *_plain(other.inputs[name])])
        for name in one.inputs.column_names
    ]
    return replace(
        one,
        keys=pa.concat_tables([one.keys, other.keys.cast(one.keys.schema)]).combine_chunks(),
        inputs=pa.table(inputs, names=one.inputs.column_names).combine_chunks(),
        churned=np.r_[one.outcome, other.outcome],
    )


def _plain(column: pa.ChunkedArray) -> list[Any]:
    """Chunks of a column, categories as text and numbers as doubles, so that two fit together."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_integer(column.type):
        column = column.cast(pa.float64())
    return list(column.chunks)


def _odds(share: float) -> float:
    return float(log_odds(np.array([share]))[0])
