"""The support guard: an input learns nothing where its window reaches before the history.

At a training cutoff with 100 days of history, 'orders 180 to 360 days ago' is zero for everyone;
at scoring it is alive. An estimator that met the zeros falls apart, so they become nulls, and an
input without values at a cutoff is not learned from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.features.frames import Frame

ID_SHARE = 0.5


def without_unsupported(frame: Frame, *, reach: Mapping[str, int], history_from: date) -> Frame:
    """The frame with null wherever an input looks back further than the history goes.

    `reach` gives the days an input looks back from the as-of date (0 or absent: any history will
    do); `history_from` is the first day of the history.
    """
    days = (frame.as_of - np.datetime64(history_from, "us")) / np.timedelta64(1, "D")
    inputs = frame.inputs
    for at, name in enumerate(inputs.column_names):
        short = days < reach.get(name, 0)
        if short.any():
            inputs = inputs.set_column(at, name, _null_where(inputs[name], short))
    return replace(frame, inputs=inputs)


def supported_inputs(
    frame: Frame, *, every_cutoff: bool, drop: Collection[str] = ()
) -> tuple[str, ...]:
    """Inputs that can be learned from, in the order of the frame.

    Left out: those in `drop`, constant or all null, categories that name single rows, and those
    without any value at the newest as-of date (at any as-of date where `every_cutoff` is true).
    """
    dates = frame.as_of
    newest = dates == dates.max() if len(frame) else np.zeros(0, dtype=bool)
    parts = [dates == day for day in np.unique(dates)] if every_cutoff else [newest]
    return tuple(
        name
        for name in frame.inputs.column_names
        if name not in drop and _has_support(frame, name, parts)
    )


def _has_support(frame: Frame, name: str, parts: list[np.ndarray]) -> bool:
    column = frame.inputs[name]
    present = column.is_valid().to_numpy(zero_copy_only=False)
    if not all(present[part].any() for part in parts):
        return False
    if frame.kinds[name] == "number":
        ends = pc.min_max(column)
        return bool(not present.all() or ends["min"] != ends["max"])
    levels = pc.count_distinct(column.combine_chunks(), mode="all").as_py()
    if frame.kinds[name] == "category" and len(frame) >= 100:
        return bool(1 < levels < ID_SHARE * len(frame))
    return bool(levels > 1)


def _null_where(column: pa.ChunkedArray, mask: np.ndarray) -> pa.ChunkedArray:
    return pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)
