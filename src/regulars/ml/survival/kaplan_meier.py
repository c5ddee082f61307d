"""Kaplan-Meier: the share of customers still there at each age, from complete and cut lifetimes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.ml.spans import Floats, Span
from regulars.ml.survival.curve import SurvivalCurve
from regulars.ml.survival.durations import Durations

TAIL_SHARE = 0.25  # the last part of the ages observed, whose end rate continues beyond them
MIN_ENDS = 10  # with fewer, a segment has no curve of its own


@dataclass(frozen=True)
class KaplanMeier:
    """The curve, and per step (k,) those at risk, those who ended, and the Greenwood interval.

    `low` and `high` are on the log-log scale at `level`, so they stay between 0 and 1.
    """

    curve: SurvivalCurve
    at_risk: NDArray[np.int64]
    ended: NDArray[np.int64]
    low: Floats
    high: Floats
    level: float
    customers: int

    def age_when_left(self, share: float = 0.5) -> float:
        """The first age by which this share has ended; NaN where it was never reached."""
        reached = np.flatnonzero(self.curve.survival <= 1 - share + 1e-12)
        return float(self.curve.times[reached[0]]) if reached.size else float("nan")


def kaplan_meier(durations: Durations, *, level: float = 0.95) -> KaplanMeier:
    """The product-limit estimate; late entry counts a customer only from the age of entry on."""
    age, ended = durations.age, durations.ended
    times, deaths = np.unique(age[ended], return_counts=True)
    observed_before = np.searchsorted(np.sort(age), times, side="left")
    entered = np.searchsorted(np.sort(durations.entered), times, side="left")
    entered = np.where(times == 0, np.count_nonzero(durations.entered == 0), entered)
    at_risk = entered - observed_before
    survival = np.cumprod(1 - deaths / at_risk)
    low, high = _greenwood(survival, deaths, at_risk, level=level)
    curve = SurvivalCurve(
        times=times,
        survival=survival,
        last_age=float(age.max()),
        tail_hazard=_tail_hazard(durations),
        unit=durations.unit,
    )
    return KaplanMeier(curve, at_risk, deaths, low, high, level, len(durations))


@dataclass(frozen=True)
class SegmentLife:
    """The lifetimes of a segment; `pooled` where it has too few ends for a curve of its own."""

    lifetimes: KaplanMeier
    customers: int
    pooled: bool


def kaplan_meier_by_segment(durations: Durations, segments: np.ndarray) -> dict[str, SegmentLife]:
    """One estimate per segment name, shape (n,), in alphabetical order.

    A segment with fewer than `MIN_ENDS` ends gets the estimate of all customers.
    """
    everyone = kaplan_meier(durations)
    names, code = np.unique(np.asarray(segments).astype(str), return_inverse=True)
    lives: dict[str, SegmentLife] = {}
    for position, name in enumerate(names.tolist()):
        own = durations.take(code == position)
        pooled = int(np.count_nonzero(own.ended)) < MIN_ENDS
        lives[name] = SegmentLife(everyone if pooled else kaplan_meier(own), len(own), pooled)
    return lives


def remaining_life_by_segment(
    lives: dict[str, SegmentLife], segments: np.ndarray, age: Floats, *, horizon: Span
) -> Floats:
    """Expected remaining life within the horizon of each customer, by the curve of the segment.

    `segments` and `age` have shape (n,), as the result. A segment without a curve is NaN.
    """
    remaining = np.full(age.shape, np.nan)
    names = np.asarray(segments).astype(str)
    for name, life in lives.items():
        rows = names == name
        remaining[rows] = life.lifetimes.curve.remaining_life(age[rows], horizon=horizon)
    return remaining


def _greenwood(
    survival: Floats, deaths: NDArray[np.int64], at_risk: NDArray[np.int64], *, level: float
) -> tuple[Floats, Floats]:
    from scipy.special import ndtri

    left = at_risk - deaths
    terms = np.divide(deaths, at_risk * left, out=np.full(left.shape, np.inf), where=left > 0)
    spread = float(ndtri((1 + level) / 2)) * np.sqrt(np.cumsum(terms))
    inside = (survival > 0) & (survival < 1)
    log_survival = np.log(np.where(inside, survival, 0.5))
    width = np.where(inside, spread, 0.0) / -log_survival
    low = np.where(inside, np.exp(log_survival * np.exp(width)), survival)
    high = np.where(inside, np.exp(log_survival * np.exp(-width)), survival)
    # where the last one ended nothing is left to measure: the upper bound stays what it was
    return low, np.where(survival > 0, high, _last_positive(high, survival))


def _last_positive(high: Floats, survival: Floats) -> float:
    positive = high[survival > 0]
    return float(positive[-1]) if positive.size else 1.0


def _tail_hazard(durations: Durations) -> float:
    """Ends per unit of time in the oldest quarter of the ages observed (all ages if none ended)."""
    last = float(durations.age.max())
    for start in ((1 - TAIL_SHARE) * last, 0.0):
        watched = np.maximum(durations.age - np.maximum(durations.entered, start), 0.0).sum()
        ends = np.count_nonzero(durations.ended & (durations.age > start))
        if ends and watched > 0:
            return float(ends / watched)
    return 0.0
