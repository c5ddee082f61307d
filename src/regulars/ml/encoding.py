"""From an Arrow table to a matrix of floats: everything learned is learned in `fit`.

Trees take numbers as they are, with NaN for null. Linear estimators take splines or signed logs,
the median for null and a column that says so. Categories become one column per level seen often
enough, and one for all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.support import supported_inputs

Shape = Literal["splines", "signed_logs"]
MISSING = "(missing)"
SMALLEST_SPREAD = 1e-9


def numbers(column: pa.ChunkedArray) -> np.ndarray:
    """A number or flag column as float64, shape (n,); null and infinite values are NaN."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    values = column.cast(pa.float64(), safe=False).to_numpy()
    return np.where(np.isfinite(values), values, np.nan)


def texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A category column as strings, null replaced by a level of its own."""
    return pc.fill_null(column.cast(pa.string()), MISSING)


class _Block(Protocol):
    """The encoded columns of one input."""

    def fit(self, column: pa.ChunkedArray) -> np.ndarray: ...

    def transform(self, column: pa.ChunkedArray) -> np.ndarray: ...


@dataclass
class _Levels:
    """One column per level with enough rows, the last one for every other level."""

    least: int = 10
    share: float = 0.002
    most: int = 50
    levels_: tuple[str, ...] = field(init=False, default=())

    def fit(self, column: pa.ChunkedArray) -> np.ndarray:
        counts = pc.value_counts(texts(column).combine_chunks())
        min_rows = max(self.least, self.share * len(column))
        often = sorted(
            ((-count["counts"].as_py(), count["values"].as_py()) for count in counts),
        )
        kept = [level for negative, level in often if -negative >= min_rows][: self.most]
        self.levels_ = tuple(sorted(kept))
        return self.transform(column)

    def transform(self, column: pa.ChunkedArray) -> np.ndarray:
        known = pa.array(self.levels_, pa.string())
        at = pc.fill_null(pc.index_in(texts(column), value_set=known), len(self.levels_))
        return np.asarray(np.eye(len(self.levels_) + 1)[at.to_numpy()])


@dataclass
class _AsIs:
    """The number itself, NaN where null."""

    def fit(self, column: pa.ChunkedArray) -> np.ndarray:
        return self.transform(column)

    def transform(self, column: pa.ChunkedArray) -> np.ndarray:
        return numbers(column)[:, None]


@dataclass
class _Shaped:
    """Splines or a standardised signed log, and a column for null where training had nulls."""

    shape: Shape
    knots: int
    clip: float
    median_: float = field(init=False, default=0.0)
    had_nulls_: bool = field(init=False, default=False)
    centre_: float = field(init=False, default=0.0)
    spread_: float = field(init=False, default=1.0)
    splines_: Any = field(init=False, default=None)

    def fit(self, column: pa.ChunkedArray) -> np.ndarray:
        values = numbers(column)
        self.had_nulls_ = bool(np.isnan(values).any())
        self.median_ = float(np.nanmedian(values))
        filled = np.where(np.isnan(values), self.median_, values)
        knots = np.unique(np.quantile(filled, np.linspace(0, 1, self.knots)))
        if self.shape == "splines" and len(knots) > 2:
            self.splines_ = _splines(knots).fit(filled[:, None])
        scaled = self._scale(filled)
        self.centre_ = float(scaled.mean())
        self.spread_ = max(float(scaled.std()), SMALLEST_SPREAD)
        return self.transform(column)

    def transform(self, column: pa.ChunkedArray) -> np.ndarray:
        values = numbers(column)
        missing = np.isnan(values)
        filled = np.where(missing, self.median_, values)
        if self.splines_ is not None:
            shaped = self.splines_.transform(filled[:, None])
        else:
            standard = (self._scale(filled) - self.centre_) / self.spread_
            shaped = np.clip(standard, -self.clip, self.clip)[:, None]
        return np.column_stack([shaped, missing] if self.had_nulls_ else [shaped])

    def _scale(self, values: np.ndarray) -> np.ndarray:
        if self.shape == "splines":
            return values
        return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _splines(knots: np.ndarray) -> Any:
    from sklearn.preprocessing import SplineTransformer

    return SplineTransformer(
        degree=min(3, len(knots) - 1),
        knots=knots[:, None],
        include_bias=False,
        extrapolation="constant",
    )


@dataclass
class Encoder:
    """Encodes the supported inputs of a frame; the base of both ways of encoding."""

    drop: tuple[str, ...] = ()
    every_cutoff: bool = False
    precision: type[np.floating[Any]] = np.float64
    inputs_: tuple[str, ...] = field(init=False, default=())
    source_: np.ndarray = field(init=False, default_factory=lambda: np.zeros(0, dtype=int))
    _blocks: list[_Block] = field(init=False, default_factory=list, repr=False)
    _kept: list[np.ndarray] = field(init=False, default_factory=list, repr=False)

    def fit(self, frame: Frame) -> np.ndarray:
        """Learn the encoding and return the training matrix, shape (n, k), without constants.

        `source_`, shape (k,), tells from which of `inputs_` each column comes.
        """
        self.inputs_ = supported_inputs(frame, every_cutoff=self.every_cutoff, drop=self.drop)
        self._blocks = [self._block(frame.kinds[name]) for name in self.inputs_]
        parts = [
            block.fit(frame.inputs[name])
            for name, block in zip(self.inputs_, self._blocks, strict=True)
        ]
        self._kept = [_varying(part) for part in parts]
        self.source_ = np.repeat(np.arange(len(parts)), [kept.sum() for kept in self._kept])
        return self._side_by_side(iter(parts), len(frame))

    def transform(self, frame: Frame) -> np.ndarray:
        """The matrix of other rows, shape (n, k), by what `fit` learned."""
        parts = (
            block.transform(frame.inputs[name])
            for name, block in zip(self.inputs_, self._blocks, strict=True)
        )
        return self._side_by_side(parts, len(frame))

    def by_input(self, columns: np.ndarray) -> np.ndarray:
        """Encoded columns (n, k) added up per input, shape (n, len(inputs_))."""
        if columns.shape[1] == 0:
            return np.zeros((len(columns), len(self.inputs_)))
        total = np.zeros((len(columns), len(self.inputs_)))
        starts = np.flatnonzero(np.r_[True, np.diff(self.source_) > 0])
        total[:, self.source_[starts]] = np.add.reduceat(columns, starts, axis=1)
        return total

    def _block(self, kind: str) -> _Block:
        return _Levels() if kind == "category" else _AsIs()

    def _side_by_side(self, parts: Iterator[np.ndarray], rows: int) -> np.ndarray:
        matrix = np.empty((rows, len(self.source_)), dtype=self.precision)
        at = 0
        for part, kept in zip(parts, self._kept, strict=True):
            width = int(kept.sum())
            matrix[:, at : at + width] = part[:, kept]
            at += width
        return matrix


@dataclass
class LinearEncoder(Encoder):
    """For linear estimators: splines (`knots` at quantiles) or signed logs clipped at `clip`."""

    shape: Shape = "splines"
    knots: int = 7
    clip: float = 5.0
    every_cutoff: bool = True

    def _block(self, kind: str) -> _Block:
        if kind == "category":
            return _Levels()
        return _Shaped(self.shape, knots=self.knots, clip=self.clip)


def _varying(part: np.ndarray) -> np.ndarray:
    lowest, highest = np.nanmin(part, axis=0), np.nanmax(part, axis=0)
    return np.asarray((highest - lowest > SMALLEST_SPREAD) | np.isnan(part).any(axis=0))
