"""A frame as a matrix of numbers and category codes, and rows of such a matrix as inputs again.

The encoders of `ml.encoding` go one way only; interpolated rows have to come back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.encoding import SMALLEST_SPREAD, numbers


@dataclass(frozen=True)
class _NumberColumn:
    """A number as its standardised signed log, beside a code that is 1 where it is null."""

    median: float
    centre: float
    spread: float
    kind: pa.DataType
    is_category = (False, True)

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _NumberColumn:
        values = numbers(column)
        known = values[~np.isnan(values)] if not np.isnan(values).all() else np.zeros(1)
        logs = _signed_log(known)
        spread = max(float(logs.std()), SMALLEST_SPREAD)
        kind = pa.float64() if pa.types.is_integer(column.type) else column.type
        return cls(float(np.median(known)), float(logs.mean()), spread, kind)

    def encode(self, column: pa.ChunkedArray) -> np.ndarray:
        values = numbers(column)
        is_null = np.isnan(values)
        logs = _signed_log(np.where(is_null, self.median, values))
        return np.column_stack([(logs - self.centre) / self.spread, is_null])

    def decode(self, matrix: np.ndarray) -> pa.Array:
        logs = matrix[:, 0] * self.spread + self.centre
        values = np.sign(logs) * np.expm1(np.abs(logs))
        return pa.array(np.where(matrix[:, 1] > 0, np.nan, values), from_pandas=True).cast(
            self.kind, safe=False
        )


@dataclass(frozen=True)
class _CategoryColumn:
    """A category or flag as the position of its level; null is a level of its own."""

    levels: pa.Array
    is_category = (True,)

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _CategoryColumn:
        return cls(pc.unique(_plain_category(column)))

    def encode(self, column: pa.ChunkedArray) -> np.ndarray:
        codes = pc.index_in(_plain_category(column), value_set=self.levels)
        return np.asarray(codes.to_numpy(), dtype=float)[:, None]

    def decode(self, matrix: np.ndarray) -> pa.Array:
        return self.levels.take(pa.array(np.rint(matrix[:, 0]).astype(int)))


@dataclass(frozen=True)
class MixedEncoding:
    """`matrix` has shape (n, k); `is_category`, shape (k,), is true for columns of codes."""

    columns: dict[str, _NumberColumn | _CategoryColumn]
    matrix: np.ndarray
    is_category: np.ndarray

    @classmethod
    def of(cls, frame: Frame) -> MixedEncoding:
        """The encoding of all inputs of a frame."""
        columns: dict[str, _NumberColumn | _CategoryColumn] = {
            name: (_NumberColumn if frame.kinds[name] == "number" else _CategoryColumn).of(
                frame.inputs[name]
            )
            for name in frame.inputs.column_names
        }
        blocks = [column.encode(frame.inputs[name]) for name, column in columns.items()]
        is_category = [flag for column in columns.values() for flag in column.is_category]
        return cls(columns, np.column_stack(blocks), np.array(is_category))

    def decode(self, matrix: np.ndarray) -> pa.Table:
        """Rows of a matrix of the same columns as inputs."""
        decoded, start = {}, 0
        for name, column in self.columns.items():
            end = start + len(column.is_category)
            decoded[name] = column.decode(matrix[:, start:end])
            start = end
        return pa.table(decoded)


def _signed_log(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _plain_category(column: pa.ChunkedArray) -> pa.Array:
    """One chunk, without a dictionary, so that positions mean the same in every chunk."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.combine_chunks()
