"""Is the score calibrated in every segment of the customers? Predicted and observed churn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.encoding import texts
from regulars.ml.evaluation.curves import wilson

# These exist in every project with purchases, so that companies can be compared on them.
BANDS = ("value_band", "activity_band", "tenure_band", "engagement_level")
MOST_LEVELS, MOST_INPUTS, LEAST_ROWS = 8, 6, 30


@dataclass(frozen=True)
class SegmentCalibration:
    """One segment of the tested customers, `level` of the input `by`.

    Mean predicted probability and observed churn share with Wilson's 95 % interval, `low` to
    `high`.
    """

    by: str
    level: str
    n: int
    promised: float
    seen: float
    low: float
    high: float


def calibration_by_segment(rows: Frame, predicted: np.ndarray) -> tuple[SegmentCalibration, ...]:
    """Bands of value, activity, tenure and engagement first, then other inputs of few levels.

    `predicted` has shape (n,). Segments of fewer than 30 rows are left out.
    """
    segments: list[SegmentCalibration] = []
    # Only categories: any cut of a number could be moved until a segment looks wrong.
    for name in _inputs(rows):
        coded = pc.dictionary_encode(texts(rows.inputs[name]).combine_chunks())
        codes = coded.indices.to_numpy()
        if len(coded.dictionary) <= MOST_LEVELS:
            levels = enumerate(coded.dictionary.to_pylist())
            segments += [
                _segment(name, str(level), rows.outcome[codes == at], predicted[codes == at])
                for at, level in sorted(levels, key=lambda numbered: str(numbered[1]))
                # The interval of fewer customers is too wide to be missed by any prediction.
                if (codes == at).sum() >= LEAST_ROWS
            ]
    return tuple(segments)


def _inputs(rows: Frame) -> list[str]:
    categories = [name for name, kind in rows.kinds.items() if kind == "category"]
    bands = [name for name in BANDS if name in categories]
    return [*bands, *(name for name in categories if name not in bands)][:MOST_INPUTS]


def _segment(
    name: str, level: str, outcome: np.ndarray, predicted: np.ndarray
) -> SegmentCalibration:
    low, high = wilson(float(outcome.sum()), len(outcome))
    return SegmentCalibration(
        name, level, len(outcome), float(predicted.mean()), float(outcome.mean()), low, high
    )
