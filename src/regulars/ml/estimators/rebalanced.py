"""Class weights and resampling around any estimator, inside whatever it is fitted on.

They gain nothing in ranking and ruin probabilities; what a wrong prior does to the log-odds is
taken back (King and Zeng, Political Analysis 9, 2001), what resampling does to their slope is not.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa

from regulars.core.errors import MissingExtra
from regulars.features.frames import Frame
from regulars.ml.encoding import LinearEncoder
from regulars.ml.estimators.mixed_encoding import MixedEncoding
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
        contributions = self.inner_.contributions(frame)
        return replace(contributions, base=contributions.base + self.shift_)


def balanced(frame: Frame, *, how: Balance, seed: int = 0) -> Frame:
    """As many churned rows as others; the rarer class is called minority here.

    `undersample` drops of the majority, `weights` and `oversample` repeat the minority evenly and
    at random, `smote` adds rows between a minority row and one of its five nearest (numbers are
    interpolated, categories are the most frequent ones among the nearest), `smote_tomek` then
    drops majority rows whose nearest neighbour is of the other class. The last two are those of
    imbalanced-learn and raise MissingExtra without it.
    """
    random = np.random.default_rng(seed)
    churned = frame.outcome > 0
    minority, majority = np.flatnonzero(churned), np.flatnonzero(~churned)
    if len(minority) > len(majority):
        minority, majority = majority, minority
    if how == "undersample":
        kept = random.choice(majority, len(minority), replace=False)
        return frame.take(np.sort(np.r_[minority, kept]))
    if how == "weights":
        return frame.take(np.sort(np.r_[majority, np.resize(minority, len(majority))]))
    missing = len(majority) - len(minority)
    if how == "oversample":
        return frame.take(np.sort(np.r_[majority, minority, random.choice(minority, missing)]))
    rows = _with_smote(frame, minority, seed=seed) if missing else frame
    return rows if how == "smote" else _without_tomek_links(rows, of=frame.outcome[majority[0]])


def _with_smote(frame: Frame, minority: np.ndarray, *, seed: int) -> Frame:
    """The frame, and after it as many synthetic minority rows as balance it."""
    encoding = MixedEncoding.of(frame)
    matrix, outcome = _sampler(
        encoding.is_category, neighbours=min(NEIGHBOURS, len(minority) - 1), seed=seed
    ).fit_resample(encoding.matrix, frame.outcome)
    synthetic = matrix[len(frame) :]
    # A synthetic row lies between two customers and is nobody: it takes the key of one of them.
    keys = frame.take(np.resize(minority, len(synthetic))).keys
    rows = replace(
        frame, keys=keys, inputs=encoding.decode(synthetic), churned=outcome[len(frame) :]
    )
    return _together(frame, rows)


def _sampler(is_category: np.ndarray, *, neighbours: int, seed: int) -> Any:
    """SMOTE for the kinds of columns that there are."""
    oversampling = _imbalanced_learn("over_sampling")
    if not is_category.any():
        return oversampling.SMOTE(k_neighbors=neighbours, random_state=seed)
    if is_category.all():
        return oversampling.SMOTEN(k_neighbors=neighbours, random_state=seed)
    return oversampling.SMOTENC(is_category.tolist(), k_neighbors=neighbours, random_state=seed)


def _without_tomek_links(rows: Frame, *, of: float) -> Frame:
    """The rows without those of class `of` that are linked to one of the other class."""
    links = _imbalanced_learn("under_sampling").TomekLinks(sampling_strategy=[of])
    matrix = LinearEncoder(shape="signed_logs", every_cutoff=False).fit(rows)
    links.fit_resample(matrix, rows.outcome)
    return rows.take(np.sort(links.sample_indices_))


def _imbalanced_learn(module: str) -> Any:
    try:
        return import_module(f"imblearn.{module}")
    except ImportError:
        raise MissingExtra("imbalanced-learn", extra="balance") from None


def _together(first: Frame, second: Frame) -> Frame:
    inputs = [
        pa.chunked_array([*_plain(first.inputs[name]), *_plain(second.inputs[name])])
        for name in first.inputs.column_names
    ]
    return replace(
        first,
        keys=pa.concat_tables([first.keys, second.keys.cast(first.keys.schema)]).combine_chunks(),
        inputs=pa.table(inputs, names=first.inputs.column_names).combine_chunks(),
        churned=np.r_[first.outcome, second.outcome],
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
