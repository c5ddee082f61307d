"""Contributions of any estimator: what the log-odds lose when an input turns ordinary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.log_odds import log_odds


class Predicts(Protocol):
    """Whatever turns a frame into probabilities."""

    def predict(self, frame: Frame) -> np.ndarray:
        """Probabilities, shape (n,)."""
        ...


@dataclass(frozen=True)
class Ordinary:
    """The ordinary value of every input: median of numbers, most frequent of the others."""

    values: dict[str, object]

    @classmethod
    def of(cls, frame: Frame) -> Ordinary:
        """What is ordinary among these rows; None where an input has no value at all."""
        return cls({name: _ordinary(frame, name) for name in frame.inputs.column_names})

    def replaced(self, frame: Frame, names: tuple[str, ...]) -> Frame:
        """The frame with these inputs set to their ordinary value in every row."""
        inputs = frame.inputs
        for name in names:
            at = inputs.column_names.index(name)
            column = inputs[name]
            value = pa.scalar(self.values[name], _plain_type(column.type))
            flat = pa.repeat(value, len(frame)).cast(_plain_type(column.type))
            inputs = inputs.set_column(at, name, flat)
        return replace(frame, inputs=inputs)


def ablation_contributions(
    estimator: Predicts, frame: Frame, *, ordinary: Ordinary, inputs: tuple[str, ...]
) -> Contributions:
    """Change of the log-odds when one input at a time becomes ordinary.

    Not additive by itself: the base of each row takes up the remainder.
    """
    whole = log_odds(estimator.predict(frame))
    values = np.column_stack(
        [whole - log_odds(estimator.predict(ordinary.replaced(frame, (name,)))) for name in inputs]
    )
    return Contributions(inputs, values, whole - values.sum(axis=1))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _ordinary(frame: Frame, name: str) -> object:
    column = frame.inputs[name]
    if pc.count(column).as_py() == 0:
        return None
    if frame.kinds[name] == "number":
        middle = pc.quantile(column, 0.5, interpolation="lower")[0]
        return middle.cast(column.type).as_py()
    plain = pc.drop_null(column.cast(_plain_type(column.type)))
    return pc.mode(plain, 1)[0]["mode"].as_py() if frame.kinds[name] == "flag" else _mode(plain)


def _mode(column: pa.ChunkedArray) -> object:
    counts = pc.value_counts(column.combine_chunks())
    return min((-row["counts"].as_py(), row["values"].as_py()) for row in counts)[1]
