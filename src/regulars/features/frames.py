"""What learning sees: one row per customer and as-of date, sorted by key, in Arrow.

A frame never holds an outcome among its inputs: `churned` travels beside them, and the column
kinds come from the feature catalogue, not from a look at the values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

InputKind = Literal["number", "flag", "category"]


@dataclass(frozen=True)
class Frame:
    """Rows of (customer, as-of date) with inputs and, where known, the outcome.

    `keys` has the columns customer_id (string) and as_of (timestamp, midnight); `inputs` has the
    same rows; `kinds` names the kind of every input; `churned` is 0/1 as float64, or None where
    the outcome is not known yet.
    """

    keys: pa.Table
    inputs: pa.Table
    kinds: dict[str, InputKind]
    churned: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.keys.num_rows != self.inputs.num_rows:
            raise ValueError("keys and inputs must have the same rows")
        if set(self.kinds) != set(self.inputs.column_names):
            raise ValueError("every input needs exactly one kind")

    def __len__(self) -> int:
        return int(self.keys.num_rows)

    @property
    def customers(self) -> np.ndarray:
        """Customer ids, shape (n,), object."""
        return np.asarray(self.keys["customer_id"].to_numpy(zero_copy_only=False))

    @property
    def as_of(self) -> np.ndarray:
        """As-of dates, shape (n,), datetime64[us]."""
        moments = self.keys["as_of"].cast(pa.timestamp("us"))
        return np.asarray(moments.to_numpy(zero_copy_only=False))

    @property
    def outcome(self) -> np.ndarray:
        """0/1 outcomes, shape (n,); asking for them where none are known is a bug."""
        if self.churned is None:
            raise ValueError("this frame has no outcomes")
        return self.churned

    def take(self, rows: np.ndarray) -> Frame:
        """The rows at these positions, or where a boolean mask is true."""
        at = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return replace(
            self,
            keys=self.keys.take(at),
            inputs=self.inputs.take(at),
            churned=None if self.churned is None else self.churned[at],
        )

    def select(self, names: list[str]) -> Frame:
        """Only these inputs, in this order."""
        return replace(
            self,
            inputs=self.inputs.select(names),
            kinds={name: self.kinds[name] for name in names},
        )

    def sorted(self) -> Frame:
        """Rows ordered by (as_of, customer_id): fitting is then the same every time."""
        order = pc.sort_indices(
            self.keys, sort_keys=[("as_of", "ascending"), ("customer_id", "ascending")]
        )
        return self.take(order.to_numpy())


def plain_ids(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """17850.0 as 17850: a frame with a gap makes floats of whole numbers."""
    if pa.types.is_floating(ids.type) and pc.all(pc.equal(ids, pc.floor(ids))).as_py():
        return ids.cast(pa.int64())
    return ids
