"""Drift: how far the inputs of today's customers have drifted from those the champion learned from.

The population stability index of an input is the sum over its bins of (now - then) ln(now / then),
with ten bins of equal frequency at the newest cutoff, and one for values that are missing (Siddiqi,
Credit Risk Scorecards, 2006). Today's customers are compared with those of every cutoff that was
learned from, and the nearest counts: the same season of an earlier year, where there is one.

Much changes without any drift. Customers grow older, totals since the beginning grow, a history
becomes longer, a calendar goes on. How much, the training data say themselves: as far as its newest
customers were from those of as long before. Only what exceeds that twice over is drift. It warns
and never gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
MOST_CUTOFFS = 36  # three years of months: enough for every season
TOLERANCE = (
    2.0  # times the change of as long before; one such change is no exact measure of another
)

Population = dict[str, Any]
Verdict = Literal["stable", "moderate", "major"]


def population_of(frame: Frame) -> Population:
    """What later customers are compared with: bins of every input, and shares at every cutoff.

    `dates` are the newest cutoffs, oldest first; `shares` of an input has a row for each.
    """
    dates = np.unique(frame.as_of)[-MOST_CUTOFFS:]
    newest = frame.take(frame.as_of == dates[-1]) if len(dates) else frame
    cutoffs = [frame.take(frame.as_of == day) for day in dates] or [frame]
    inputs = {}
    for name in frame.kinds:
        bins = _bins(newest, name)
        shares = [_shares(bins, cutoff, name).round(6).tolist() for cutoff in cutoffs]
        inputs[name] = {**bins, "shares": shares}
    return {"dates": [str(day)[:10] for day in dates], "inputs": inputs}


def drift(then: Population, now: Frame) -> DriftReport:
    """The index of every input with values then, the highest first, equal ones by name.

    An input without an earlier cutoff to say how it changes is not judged, once time has passed.
    """
    dates, inputs = _migrated(then)
    as_of = str(now.as_of.max())[:10] if len(now) else None
    judged, not_judged = [], []
    for name in inputs if as_of else ():
        known = _Known.of(inputs[name], dates)
        if name not in now.kinds or known is None:
            continue
        change = known.change(_shares(inputs[name], now, name), at=as_of)
        if change is None:
            not_judged.append(name)
        else:
            judged.append(_input_drift(name, *change))
    ordered = sorted(judged, key=lambda input_drift: (-input_drift.psi, input_drift.input))
    return DriftReport(
        customers=len(now),
        inputs=tuple(ordered),
        not_judged=tuple(sorted(not_judged)),
        thresholds=THRESHOLDS,
    )


@dataclass(frozen=True)
class _Known:
    """Shares of one input at the cutoffs where it had values, (cutoffs, bins), oldest first."""

    shares: np.ndarray
    dates: tuple[str, ...]

    @classmethod
    def of(cls, bins: dict[str, Any], dates: Sequence[str]) -> _Known | None:
        """None where the newest cutoff had no values."""
        shares = np.array(bins["shares"], dtype=float)
        has_values = shares[:, -1] < NEVER_SEEN
        if not has_values[-1]:
            return None
        known = [day for day, has in zip(dates, has_values, strict=True) if has]
        return cls(shares[has_values], tuple(known))

    def change(self, now: np.ndarray, *, at: str | None) -> tuple[float, float] | None:
        """The index from the nearest cutoff, and the one that was to be expected; None: unknown."""
        nearest = min(stability_index(shares, now) for shares in self.shares)
        passed = _days(self.dates[-1], at)
        if passed <= 0:
            return nearest, 0.0
        expected = self._expected(passed)
        return None if expected is None else (nearest, expected)

    def _expected(self, passed: int) -> float | None:
        """How far the newest cutoff was from the nearest of those as long before it, or longer.

        Where the cutoffs lie closer together than that, the longest way is drawn out: an index
        grows with the square of a shift.
        """
        if len(self.dates) == 1:
            return None
        lags = np.array([_days(day, self.dates[-1]) for day in self.dates[:-1]])
        changes = np.array([stability_index(then, self.shares[-1]) for then in self.shares[:-1]])
        if (lags >= passed).any():
            return float(changes[lags >= passed].min())
        return float(changes[0] * (passed / lags[0]) ** 2)


def verdict_of(psi: float) -> Verdict:
    """What an index says: moderate from 0.1 on, major from 0.25 on."""
    if psi >= THRESHOLDS.major:
        return "major"
    return "moderate" if psi >= THRESHOLDS.moderate else "stable"


def stability_index(then: np.ndarray, now: np.ndarray) -> float:
    """The index of two arrays of shares, shape (bins,); empty bins count as one in 10,000."""
    a, b = np.maximum(then, SMALLEST_SHARE), np.maximum(now, SMALLEST_SHARE)
    return float(np.sum((b - a) * np.log(b / a)))


def _input_drift(name: str, change: float, expected: float) -> InputDrift:
    psi = max(change - TOLERANCE * expected, 0.0)
    return InputDrift(
        input=name, psi=round(psi, 6), expected=round(expected, 6), verdict=verdict_of(psi)
    )


def _migrated(then: Population) -> tuple[list[str], dict[str, Any]]:
    """Cutoff dates and inputs; the first version kept the newest cutoff only, without its date.

    Without a date no time has passed: all of a change is drift, as that version judged it.
    """
    if "dates" in then and "inputs" in then:
        return then["dates"], then["inputs"]
    inputs = {name: {**bins, "shares": [bins["shares"]]} for name, bins in then.items()}
    return [str(date.max)], inputs


def _days(earlier: str, later: str | None) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days if later else 0


def _bins(frame: Frame, name: str) -> dict[str, Any]:
    values = frame.inputs[name]
    if frame.kinds[name] == "number":
        known = numbers(values)
        return {"kind": "number", "edges": _edges(known[np.isfinite(known)])}
    counted = pc.value_counts(pc.drop_null(_texts(values))).to_pylist()
    counted.sort(key=lambda level: (-level["counts"], level["values"]))
    names = [level["values"] for level in counted[:MOST_CATEGORIES]]
    return {"kind": frame.kinds[name], "names": names}


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
