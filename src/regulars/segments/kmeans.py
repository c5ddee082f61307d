"""K-Means on log-scaled, standardised recency, frequency and amount.

Raw figures give a higher silhouette and useless clusters: one of nearly everybody and one of the
four largest customers. Logs first, then equal spread, then plain Lloyd iterations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

MEASURES = ("recency", "frequency", "monetary")
# Few points are as sure of the best beginning as many.
ROWS_OF_STARTS = 5_000


@dataclass(frozen=True)
class Scaling:
    """Means and spreads of the logs of the three measures, shape (3,) each."""

    mean: Points
    spread: Points

    @classmethod
    def of(cls, rfm: Points) -> Scaling:
        """The scaling of these customers; a measure without any spread keeps its log."""
        logs = _logs(rfm)
        spread = logs.std(axis=0)
        return cls(logs.mean(axis=0), np.where(spread > 0, spread, 1.0))

    def scaled(self, rfm: Points) -> Points:
        """Customers (n, 3) as points (n, 3)."""
        return (_logs(rfm) - self.mean) / self.spread

    def unscaled(self, points: Points) -> Points:
        """Points (n, 3) in days, orders and money again."""
        return np.asarray(np.expm1(points * self.spread + self.mean))


def _logs(rfm: Points) -> Points:
    """Logs of one more than each measure; refunds above sales count as no amount."""
    return np.asarray(np.log1p(np.maximum(rfm, 0.0)))


def fit_centroids(points: Points, *, clusters: int, random_state: int) -> Points:
    """Centroids (k, 3) of the best of ten beginnings, those of the largest amounts first.

    Of many points some, evenly taken, say which beginning is the best; all of them settle it.
    """
    from sklearn.cluster import KMeans

    some = evenly(points, ROWS_OF_STARTS)
    fitted = KMeans(n_clusters=clusters, n_init=10, random_state=random_state).fit(some)
    centroids = fitted.cluster_centers_
    if len(some) < len(points):
        return settled(points, centroids)
    return _in_order(centroids)


def settled(points: Points, centroids: Points) -> Points:
    """Centroids (k, 3) of these points, looked for from those of a part of them."""
    from sklearn.cluster import KMeans

    fitted = KMeans(n_clusters=len(centroids), init=centroids, n_init=1).fit(points)
    return _in_order(fitted.cluster_centers_)


def evenly(points: Points, max_points: int) -> Points:
    """At most so many of the points, every second or third or so."""
    return points[:: -(-len(points) // max_points)] if len(points) > max_points else points


def _in_order(centroids: Points) -> Points:
    """The largest amounts first."""
    order = np.lexsort((centroids[:, 0], -centroids[:, 1], -centroids[:, 2]))
    return np.asarray(centroids[order], dtype=np.float64)


def assign(points: Points, centroids: Points, *, rows: int = 200_000) -> Labels:
    """The nearest centroid of every point (n,), in blocks that fit into memory."""
    nearest = np.empty(len(points), dtype=np.int64)
    squares = (centroids**2).sum(axis=1)
    for start in range(0, len(points), rows):
        block = points[start : start + rows]
        nearest[start : start + rows] = (squares - 2 * block @ centroids.T).argmin(axis=1)
    return nearest
