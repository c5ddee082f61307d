"""Intervals of value: as wide as held their share of like customers in a hidden stretch.

The purchase estimator draws what a customer may come to spend. Of the draws, the interval is the
shortest range with a share of them, extended to its estimate where that lies outside. The share is
calibrated: among customers of like expectation, the smallest whose intervals held 80 % of what was
spent in the hidden stretch, whichever of the levels that may come had come then.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from regulars.ml.clv.fitted_values import FittedValues
from regulars.ml.clv.value_windows import Window
from regulars.ml.spans import Floats

INTERVAL_LEVEL = 0.8
SHARES = np.linspace(0.02, 0.995, 40)  # of the draws, to choose from
MAX_DRAWN = 5_000  # of more customers some are drawn, the others are like their neighbours
GROUPS, MIN_IN_GROUP = 10, 50
_DRAWS, _AT_ONCE, _SEED = 400, 1_000, 0
# Five equally likely levels, in standard deviations: the middles of fifths of a normal.
_LEVELS = np.array([NormalDist().inv_cdf(fifth) for fifth in (0.1, 0.3, 0.5, 0.7, 0.9)])


@dataclass(frozen=True)
class Calibration:
    """The share of draws that held INTERVAL_LEVEL, at places (0 to 1) in the order of value."""

    place: Floats
    share: Floats

    def at(self, place: Floats) -> Floats:
        """The share for customers at these places, shape (n,)."""
        return np.asarray(np.interp(place, self.place, self.share), dtype=np.float64)


UNCALIBRATED = Calibration(np.array([0.5]), np.array([INTERVAL_LEVEL]))


def calibrated(
    fitted: FittedValues,
    window: Window,
    *,
    value: Floats,
    parametric: Floats,
    actual: Floats,
    level_sd: float = 0.0,
) -> Calibration:
    """Learn the shares from a stretch that has passed; all arrays have shape (n,).

    `value` has the level of `actual`; that ahead has an uncertain level, of which `level_sd` is the
    standard deviation of the logarithm.
    """
    rows = _drawn_rows(value)
    ranges = _Ranges.of(fitted, window, rows, value=value, parametric=parametric, level_sd=level_sd)
    spent = actual[rows] * np.exp(level_sd * _LEVELS)[:, None]
    holds = np.stack(
        [((low <= spent) & (spent <= high)).mean(axis=0) for low, high in map(ranges.at, SHARES)]
    )
    groups = np.array_split(np.arange(rows.size), max(1, min(GROUPS, rows.size // MIN_IN_GROUP)))
    enough = [holds[:, group].mean(axis=1) >= INTERVAL_LEVEL for group in groups]
    share = [SHARES[held.argmax()] if held.any() else SHARES[-1] for held in enough]
    place = [float(group.mean() + 0.5) / rows.size for group in groups]
    return Calibration(np.array(place), np.array(share))


def intervals_of(
    fitted: FittedValues,
    window: Window,
    calibration: Calibration,
    *,
    value: Floats,
    parametric: Floats,
    level_sd: float = 0.0,
    max_drawn: int = MAX_DRAWN,
) -> tuple[Floats, Floats]:
    """Lower and upper ends, shape (n,); each interval contains its value.

    `value` is the estimate, `parametric` that of the purchase estimator, which is drawn.
    `level_sd` is the standard deviation of the logarithm of a level common to all.
    """
    rows = _drawn_rows(value, max_drawn)
    ranges = _Ranges.of(fitted, window, rows, value=value, parametric=parametric, level_sd=level_sd)
    low, high = ranges.at(calibration.at((np.arange(rows.size) + 0.5) / rows.size))
    low, high = _for_everyone(value, rows, low, high)
    return np.minimum(low, value), np.maximum(high, value)


def _drawn_rows(value: Floats, max_drawn: int = MAX_DRAWN) -> NDArray[np.intp]:
    """The customers to draw for, in the order of value: everyone, or some evenly spread."""
    order = np.argsort(value, kind="stable")
    if order.size <= max_drawn:
        return order
    rows: NDArray[np.intp] = order[np.linspace(0, order.size - 1, max_drawn).astype(np.intp)]
    return rows


def _for_everyone(
    value: Floats, rows: NDArray[np.intp], low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Ends in the order of `value`: one's own, or relative to it as those of a neighbour in value.

    `low` and `high` are in the order of `rows`.
    """
    if rows.size == value.size:
        back = np.argsort(rows)
        return low[back], high[back]
    drawn = value[rows]
    near = np.minimum(np.searchsorted(drawn, value), rows.size - 1)
    scale = np.divide(value, drawn[near], out=np.ones_like(value), where=drawn[near] > 0)
    return low[near] * scale, high[near] * scale


@dataclass(frozen=True)
class _Ranges:
    """Sorted draws of spend around the value of each drawn customer: shape (m, draws)."""

    value: Floats
    draws: Floats

    @classmethod
    def of(
        cls,
        fitted: FittedValues,
        window: Window,
        rows: NDArray[np.intp],
        *,
        value: Floats,
        parametric: Floats,
        level_sd: float,
    ) -> _Ranges:
        known = (value[rows] > 0) & (parametric[rows] > 0)
        scale = np.divide(value[rows], parametric[rows], out=np.ones(rows.size), where=known)
        rng = np.random.default_rng(_SEED)
        parts = [
            _drawn_spend(fitted, window, rows[start : start + _AT_ONCE], rng)
            for start in range(0, rows.size, _AT_ONCE)
        ]
        draws = np.concatenate(parts) if parts else np.empty((0, _DRAWS))
        # Each draw with a level of its own: draws of one customer are no longer of one level.
        levels = np.exp(level_sd * rng.standard_normal(draws.shape)) if level_sd else 1.0
        return cls(value[rows], np.sort(draws * scale[:, None] * levels, axis=1))

    def at(self, share: float | Floats) -> tuple[Floats, Floats]:
        """The shortest range of each row's draws that holds a share of them, and its value."""
        wanted = np.broadcast_to(np.asarray(share, dtype=np.float64), self.value.shape)
        count = np.clip(np.ceil(wanted * _DRAWS), 1, _DRAWS).astype(np.intp)
        low, high = np.empty_like(self.value), np.empty_like(self.value)
        for size in np.unique(count).tolist():
            rows = np.flatnonzero(count == size)
            draws = self.draws[rows]
            first = np.argmin(draws[:, size - 1 :] - draws[:, : _DRAWS - size + 1], axis=1)
            here = np.arange(rows.size)
            low[rows], high[rows] = draws[here, first], draws[here, first + size - 1]
        return np.minimum(low, self.value), np.maximum(high, self.value)


def _drawn_spend(
    fitted: FittedValues, window: Window, rows: NDArray[np.intp], rng: np.random.Generator
) -> Floats:
    """Draws of what these customers spend in the window, shape (m, draws)."""
    history, spend = fitted.history, fitted.spend
    columns = (history.x, history.t_x, history.T, spend.orders)
    shape = (rows.size, _DRAWS)
    x, t_x, T, orders = (np.broadcast_to(column[rows][:, None], shape) for column in columns)
    bought = fitted.purchases.simulated_purchases(
        fitted.span(window).in_unit(history.unit), (x, t_x, T), rng
    )
    scale = fitted.spending.scale(spend.orders[rows], spend.mean_spend[rows])
    spent = fitted.spending.simulated_spend(bought, orders, rng) * scale[:, None]
    return np.asarray(spent)
