"""Which numbers say the same?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.insights.exact import quoted
from regulars.insights.exploration.explored_customers import TABLE, Explored
from regulars.insights.release_reading import Reading

STRONG = 0.8
HEATMAP = 30
_WITH_OUTCOME = 20
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two numbers and their correlation r (Pearson), over customers who have both."""

    one: str
    other: str
    r: float


@dataclass(frozen=True)
class Correlations:
    """How numbers go together; a number without spread has no correlation.

    `strong` are the pairs with |r| above STRONG, strongest first; `groups` what is connected by
    such pairs, largest first. `with_outcome` are the numbers closest to having churned (1 or 0).
    `mean` and `most` are of |r| over all pairs. `shown` by `shown` is `matrix`: the numbers
    closest to the outcome, those of a group side by side, for a heatmap; None where undefined.
    """

    numbers: int
    pairs: int
    strong: tuple[Pair, ...]
    groups: tuple[tuple[str, ...], ...]
    with_outcome: tuple[Pair, ...]
    mean: float | None
    most: float | None
    shown: tuple[str, ...]
    matrix: tuple[tuple[float | None, ...], ...]


def correlations(reading: Reading, seen: Explored) -> Correlations:
    """Correlations of all numbers with one another and with the outcome."""
    names = seen.numbers
    if len(names) == 0 or seen.customers == 0:
        return Correlations(0, 0, (), (), (), None, None, (), ())
    chosen = ", ".join(_known(quoted(name)) for name in names)
    table = reading.arrow(f"select {_known('churned')}, {chosen} from {TABLE} order by customer_id")
    values = np.column_stack([np.from_dlpack(column.combine_chunks()) for column in table.columns])
    r = pairwise_correlation(values)
    among = r[1:, 1:]
    first, second = np.triu_indices(len(names), 1)
    size = np.abs(among[first, second])
    known = np.isfinite(size)
    strong = _pairs(names, (first[size > STRONG], second[size > STRONG]), among)
    grouped = groups(strong)
    at = _for_heatmap(r, grouped, names)
    return Correlations(
        numbers=len(names),
        pairs=int(known.sum()),
        strong=strong,
        groups=grouped,
        with_outcome=_with_outcome(names, r[0, 1:]),
        mean=float(size[known].mean()) if known.any() else None,
        most=float(size[known].max()) if known.any() else None,
        shown=tuple(names[place] for place in at),
        matrix=tuple(tuple(_number(among[row, column]) for column in at) for row in at),
    )


def _known(column: str) -> str:
    """A column as a double; what is missing is no number."""
    return f"coalesce(cast({column} as double), cast('nan' as double))"


def pairwise_correlation(values: Floats) -> Floats:
    """Pearson's r of all columns of (n, k), each pair over the rows that have both: (k, k).

    NaN where fewer than two rows have both, or one of them does not vary there. The sums of all
    pairs are matrix products of the values, moved to their means and set to 0 where missing.
    """
    there = np.isfinite(values)
    have = there.astype(np.float64)
    middle, spread = _middle(values, there)
    centred = np.where(there, (np.where(there, values, 0.0) - middle) / spread, 0.0)
    n = have.T @ have
    sums = centred.T @ have
    squares = (centred * centred).T @ have
    products = centred.T @ centred
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = products - sums * sums.T / n
        variance = squares - sums * sums / n
        variance[variance < 1e-9 * np.maximum(squares, 1e-300)] = np.nan
        correlation = covariance / np.sqrt(variance * variance.T)
    correlation[n < 2] = np.nan
    return np.clip(correlation, -1.0, 1.0)


def _middle(values: Floats, there: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    count = np.maximum(there.sum(axis=0), 1)
    middle = np.where(there, values, 0.0).sum(axis=0) / count
    spread = np.abs(np.where(there, values - middle, 0.0)).max(axis=0)
    return middle, np.where(spread > 0, spread, 1.0)


def groups(strong: tuple[Pair, ...]) -> tuple[tuple[str, ...], ...]:
    """Numbers connected by strong pairs, the largest group first, names in order."""
    group_of: dict[str, set[str]] = {}
    for pair in strong:
        merged = group_of.get(pair.one, {pair.one}) | group_of.get(pair.other, {pair.other})
        for name in merged:
            group_of[name] = merged
    different = {tuple(sorted(group)) for group in group_of.values()}
    return tuple(sorted(different, key=lambda group: (-len(group), group)))


def _pairs(
    names: tuple[str, ...],
    places: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    r: Floats,
) -> tuple[Pair, ...]:
    pairs = [
        Pair(names[first], names[second], float(r[first, second]))
        for first, second in zip(*places, strict=True)
    ]
    return tuple(sorted(pairs, key=lambda pair: (-round(abs(pair.r), 9), pair.one, pair.other)))


def _with_outcome(names: tuple[str, ...], r: Floats) -> tuple[Pair, ...]:
    pairs = [
        Pair(name, "churned", float(correlation))
        for name, correlation in zip(names, r, strict=True)
        if np.isfinite(correlation)
    ]
    ordered = sorted(pairs, key=lambda pair: (-round(abs(pair.r), 9), pair.one))
    return tuple(ordered[:_WITH_OUTCOME])


def _for_heatmap(
    r: Floats, grouped: tuple[tuple[str, ...], ...], names: tuple[str, ...]
) -> list[int]:
    """Positions of the numbers closest to the outcome; those of a group stand side by side.

    Where no outcome is known, the numbers that go together with others most.
    """
    with_outcome = np.abs(r[0, 1:])
    if not np.isfinite(with_outcome).any():
        with_outcome = np.nansum(np.abs(r[1:, 1:]), axis=0)
    size = np.where(np.isfinite(with_outcome), with_outcome, -1.0)
    closest = [int(at) for at in np.argsort(-size, kind="stable")[:HEATMAP] if size[at] > 0]
    place = {name: at for at, group in enumerate(grouped) for name in group}
    return sorted(closest, key=lambda at: (place.get(names[at], len(grouped)), at))


def _number(r: float) -> float | None:
    return float(r) if np.isfinite(r) else None
