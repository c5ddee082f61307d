"""Drift: how far the inputs of today's customers have drifted from those the champion learned from.

The population stability index of an input is the sum over its bins of (now - then) ln(now / then),
with ten bins of equal frequency then, and one for values that are missing (Siddiqi, Credit Risk
Scorecards, 2006). It warns and never gates: inputs move with the season as well.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.release.churn_report import DriftReport, DriftThresholds, InputDrift

BINS = 10
SMALLEST_SHARE = 1e-4
NEVER_SEEN = 0.999  # of the rows without a value: a window longer than the history then
THRESHOLDS = DriftThresholds()
MOST_CATEGORIES = 20
OTHERS = "(others)"

Population = dict[str, dict[str, Any]]
Verdict = Literal["stable", "moderate", "major"]


def population_of(frame: Frame) -> Population:
    """Bins of every input and the share of the rows in each: what later ones are compared with."""
    return {name: _bins(frame, name) for name in frame.kinds}


def drift(then: Population, now: Frame) -> DriftReport:
    """The index of every input with values then, the highest first, equal ones by name."""
    known = [name for name in then if name in now.kinds and then[name]["shares"][-1] < NEVER_SEEN]
    inputs = [_input_drift(then[name], now, name) for name in known if len(now)]
    ordered = sorted(inputs, key=lambda input_drift: (-input_drift.psi, input_drift.input))
    return DriftReport(customers=len(now), inputs=tuple(ordered), thresholds=THRESHOLDS)


def _input_drift(bins: dict[str, Any], now: Frame, name: str) -> InputDrift:
    psi = stability_index(np.array(bins["shares"]), _shares(bins, now, name))
    return InputDrift(input=name, psi=round(psi, 6), verdict=verdict_of(psi))


def verdict_of(psi: float) -> Verdict:
    """What an index says: moderate from 0.1 on, major from 0.25 on."""
    if psi >= THRESHOLDS.major:
        return "major"
    return "moderate" if psi >= THRESHOLDS.moderate else "stable"


def stability_index(then: np.ndarray, now: np.ndarray) -> float:
    """The index of two arrays of shares, shape (bins,); empty bins count as one in 10,000."""
    a, b = np.maximum(then, SMALLEST_SHARE), np.maximum(now, SMALLEST_SHARE)
    return float(np.sum((b - a) * np.log(b / a)))


def _bins(frame: Frame, name: str) -> dict[str, Any]:
    values = frame.inputs[name]
    if frame.kinds[name] == "number":
        known = numbers(values)
        edges = _edges(known[np.isfinite(known)])
        bins: dict[str, Any] = {"kind": "number", "edges": edges}
    else:
        counted = pc.value_counts(pc.drop_null(_texts(values))).to_pylist()
        counted.sort(key=lambda level: (-level["counts"], level["values"]))
        names = [level["values"] for level in counted[:MOST_CATEGORIES]]
        bins = {"kind": frame.kinds[name], "names": names}
    return {**bins, "shares": _shares(bins, frame, name).tolist()}


def _edges(known: np.ndarray) -> list[float]:
    """Borders of bins of equal frequency, half way to the next larger value.

    Months have 28 to 31 days: a border on a value would make a new month of an old one.
    """
    if not known.size:
        return []
    distinct = np.unique(known)
    tenths = np.quantile(known, np.arange(1, BINS) / BINS)
    tenths = tenths[tenths < distinct[-1]]
    higher = distinct[np.searchsorted(distinct, tenths, side="right")]
    edges: list[float] = np.unique((tenths + higher) / 2).tolist()
    return edges


def _shares(bins: dict[str, Any], frame: Frame, name: str) -> np.ndarray:
    """Share of the rows per bin; the last bin holds those without a value."""
    values = frame.inputs[name]
    if bins["kind"] == "number":
        known = numbers(values)
        size = len(bins["edges"]) + 2
        place = np.searchsorted(np.array(bins["edges"]), known, side="left")
        place = np.where(np.isfinite(known), place, size - 1)
    else:
        names = pa.array(bins["names"], pa.string())
        size = len(names) + 2
        texts = _texts(values)
        level_index = pc.fill_null(pc.index_in(texts, value_set=names, skip_nulls=True), size - 2)
        place = pc.if_else(pc.is_null(texts), size - 1, level_index).to_numpy()
    counted = np.bincount(np.asarray(place, dtype=np.intp), minlength=size)
    return counted / max(len(frame), 1)


def _texts(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.string())
