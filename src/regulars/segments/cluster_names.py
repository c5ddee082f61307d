"""Names of clusters: from where a centroid lies, and kept when clusters are fitted again.

Each name stands for a place: how recent the customers are, and how high their value is. Centroids
take the nearest names, each name once. A refit passes names on from the old centroids to the new.
"""

from __future__ import annotations

import numpy as np

from regulars.segments.kmeans import Points

# Recency and value (the mean of frequency and amount), in spreads from the middle customer.
_PLACES = {
    "Active Big Spenders": (-1.0, 1.0),
    "Active Regulars": (-1.0, 0.0),
    "Active Light Buyers": (-1.0, -1.0),
    "Cooling Big Spenders": (0.0, 1.0),
    "Cooling Regulars": (0.0, 0.0),
    "Cooling Light Buyers": (0.0, -1.0),
    "Lapsed Big Spenders": (1.0, 1.0),
    "Lapsed Regulars": (1.0, 0.0),
    "Lapsed Light Buyers": (1.0, -1.0),
}
_FARTHEST = 1.0  # spreads: a centroid that moved farther is another cluster


def names_by_place(centroids: Points, *, taken: set[str] | None = None) -> list[str]:
    """The nearest free name of every centroid (k, 3), all different."""
    free = [name for name in _PLACES if name not in (taken or set())]
    free += [f"Cluster {number}" for number in range(1, len(centroids) + 1)]
    spots = np.array([_PLACES.get(name, (9.0, 9.0)) for name in free])
    here = np.column_stack([centroids[:, 0], centroids[:, 1:].mean(axis=1)])
    rows, columns = _nearest_pairs(here, spots)
    assignment = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    return [free[assignment[row]] for row in range(len(centroids))]


def names_after(centroids: Points, *, previous: Points, names: list[str]) -> list[str]:
    """Names of new centroids: of the old one (both in the old scale) where it is near, else new."""
    rows, columns = _nearest_pairs(centroids, previous)
    kept: dict[int, str] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if np.linalg.norm(centroids[row] - previous[column]) <= _FARTHEST:
            kept[row] = names[column]
    fresh = [row for row in range(len(centroids)) if row not in kept]
    if fresh:
        new = names_by_place(centroids[fresh], taken=set(kept.values()))
        kept |= dict(zip(fresh, new, strict=True))
    return [kept[row] for row in range(len(centroids))]


def _nearest_pairs(first: Points, second: Points) -> tuple[np.ndarray, np.ndarray]:
    from scipy.optimize import linear_sum_assignment

    distances = ((first[:, None, :] - second[None, :, :]) ** 2).sum(axis=2)
    rows, columns = linear_sum_assignment(distances)
    return rows, columns
