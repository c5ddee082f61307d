"""Rows of drivers that know nothing of Arrow, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa


def arrow_batches(
    names: Sequence[str], blocks: Iterable[Sequence[Sequence[Any]]]
) -> Iterator[pa.RecordBatch]:
    """Blocks of rows as Arrow batches; types are found block by block, so they may differ."""
    yield pa.RecordBatch.from_arrays([pa.nulls(0) for _ in names], names=list(names))
    for block in blocks:
        columns = [_column(values) for values in zip(*block, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, names=list(names))


def _column(values: Sequence[Any]) -> pa.Array:
    """Values of one type keep it; a mixture becomes text."""
    if any(isinstance(value, (dict, list)) for value in values):
        values = [None if value is None else json.dumps(value, default=str) for value in values]
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
