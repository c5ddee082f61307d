"""Vectorised draws that the recipes share; every function takes the generator it draws from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def choose(rng: np.random.Generator, shares: Sequence[float], *, size: int) -> Ints:
    """Codes 0..k-1, shape (size,), each drawn with its share; shares are scaled to sum to 1."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    codes: Ints = np.searchsorted(edges[:-1] / edges[-1], rng.random(size), side="right")
    return codes


def choose_by_group(
    rng: np.random.Generator, shares: Sequence[Sequence[float]], *, group: Ints
) -> Ints:
    """Codes 0..k-1, shape of `group`, drawn with the shares of each row's own group."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64), axis=1)
    edges /= edges[:, -1:]
    drawn = rng.random(len(group))
    codes: Ints = (drawn[:, None] >= edges[group, :-1]).sum(axis=1)
    return codes


def allot(rng: np.random.Generator, shares: Sequence[float], *, size: int) -> Ints:
    """Shuffled codes 0..k-1 in exact shares (rounded); the last code takes the remainder."""
    counts = [round(share * size) for share in shares[:-1]]
    counts.append(size - sum(counts))
    return rng.permutation(np.repeat(np.arange(len(shares)), counts))


def round_at_random(rng: np.random.Generator, expected: NDArray[Any]) -> Ints:
    """Whole numbers whose mean is `expected`: rounded up with the probability of the fraction."""
    return np.floor(expected + rng.random(len(expected))).astype(np.int64)


def place_in_group(counts: Ints) -> Ints:
    """0, 1, ... within each group, for groups laid out one after another; shape (sum(counts),)."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(starts, counts)


def running_sum(values: Floats, *, counts: Ints) -> Floats:
    """Cumulative sums that start anew in each group of `counts` values."""
    total = np.cumsum(values)
    starts = np.cumsum(counts) - counts
    before = np.concatenate(([0.0], total))[starts]
    anew: Floats = total - np.repeat(before, counts)
    return anew


def scale_to(
    target: float, *, expected: Callable[[float], float], max_factor: float = 1e6
) -> float:
    """The factor at which a non-decreasing `expected(factor)` reaches `target`, by bisection."""
    low, high = 0.0, max_factor
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) < target else (low, middle)
    return (low + high) / 2


def blocks(counts: Ints, *, rows: int) -> list[tuple[int, int]]:
    """Consecutive ranges (from, to) of groups that hold about `rows` rows each."""
    if not len(counts):
        return []
    block = np.cumsum(counts) // rows
    edges = np.flatnonzero(np.diff(block)) + 1
    stops = [*edges.tolist(), len(counts)]
    return list(zip([0, *edges.tolist()], stops, strict=True))
