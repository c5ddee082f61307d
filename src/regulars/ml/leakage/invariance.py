"""Future invariance: deleting everything after the cutoff must not change an input."""

from __future__ import annotations

import pyarrow as pa

from regulars.core.errors import LeakageError
from regulars.features.frames import Frame


def inputs_that_look_ahead(full: Frame, truncated: Frame) -> tuple[str, ...]:
    """Inputs whose values differ, in any bit, between two builds of the same rows.

    `full` was built from the whole log, `truncated` from the log cut at the as-of date (or with
    garbage after it). Raises LeakageError when even the customers differ.
    """
    if not full.keys.combine_chunks().equals(truncated.keys.combine_chunks()):
        raise LeakageError(
            "deleting rows after the cutoff changes which customers are scored",
            where="leakage guard",
            hint="The population must be decided by what was known before the cutoff.",
        )
    return tuple(
        name
        for name in full.inputs.column_names
        if not _same(full.inputs[name], truncated.inputs[name])
    )


def refuse_looking_ahead(full: Frame, truncated: Frame) -> None:
    """Raise LeakageError naming every input that changes when the future is deleted."""
    changed = inputs_that_look_ahead(full, truncated)
    if changed:
        named = ", ".join(f"'{name}'" for name in changed)
        raise LeakageError(
            f"rows after the cutoff change {named}: the feature looks ahead",
            where="leakage guard",
            hint="Compute it from rows that occurred and were known before the as-of date.",
        )


def _same(left: pa.ChunkedArray, right: pa.ChunkedArray) -> bool:
    if pa.types.is_floating(left.type):
        left, right = _bits(left), _bits(right)
    return bool(left.combine_chunks().equals(right.combine_chunks()))


def _bits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Floats as integers, so that NaN equals NaN and -0.0 differs from 0.0."""
    return pa.chunked_array([chunk.cast(pa.float64()).view(pa.int64()) for chunk in column.chunks])
