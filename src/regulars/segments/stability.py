"""How many clusters there really are: the most that a resample of the customers finds again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.segments.kmeans import Points, assign, fit_centroids

MOST_CLUSTERS = 8
SMALLEST_SHARE = 0.03
LEAST_AGREEMENT = 0.9
RESAMPLES = 10
ROWS_TO_RESAMPLE = 20_000
ROWS_OF_SILHOUETTE = 5_000
FEWEST_CUSTOMERS = 50


@dataclass(frozen=True)
class ClusterTrial:
    """One number of clusters.

    `agreement` is the mean adjusted Rand index between the clusters of all customers and those of
    resamples; `silhouette` is reported and decides nothing.
    """

    clusters: int
    agreement: float
    smallest_share: float
    silhouette: float

    @property
    def is_stable(self) -> bool:
        """Whether a resample finds the same clusters, and none is a handful of customers."""
        return self.agreement >= LEAST_AGREEMENT and self.smallest_share >= SMALLEST_SHARE


def tried(points: Points, *, clusters: int, random_state: int) -> ClusterTrial:
    """Try one number of clusters on at most 20,000 of the points, evenly taken."""
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    some = _evenly(points, ROWS_TO_RESAMPLE)
    labels = assign(some, fit_centroids(some, clusters=clusters, random_state=random_state))
    rng = np.random.default_rng(random_state)
    agreements = []
    for _ in range(RESAMPLES):
        again = fit_centroids(
            some[rng.integers(0, len(some), len(some))],
            clusters=clusters,
            random_state=int(rng.integers(0, 2**31)),
        )
        agreements.append(adjusted_rand_score(labels, assign(some, again)))
    shares = np.bincount(labels, minlength=clusters) / len(labels)
    shown = _evenly(np.column_stack([some, labels]), ROWS_OF_SILHOUETTE)
    several = len(np.unique(shown[:, 3])) > 1
    silhouette = float(silhouette_score(shown[:, :3], shown[:, 3])) if several else 0.0
    return ClusterTrial(clusters, float(np.mean(agreements)), float(shares.min()), silhouette)


def most_stable(
    points: Points, *, random_state: int, report: Callable[[str, float | None], None]
) -> list[ClusterTrial]:
    """Trials from the most clusters down to the first stable one, which is the last of them.

    Raises NotEnoughData where no number of clusters is stable.
    """
    if len(points) < FEWEST_CUSTOMERS:
        raise NotEnoughData(
            f"{len(points)} customers with a purchase are too few for clusters",
            hint=f"Clusters need {FEWEST_CUSTOMERS}; the rules of segments need none.",
        )
    trials: list[ClusterTrial] = []
    for clusters in range(MOST_CLUSTERS, 1, -1):
        report(f"{clusters} clusters", len(trials) / (MOST_CLUSTERS - 1))
        trials.append(tried(points, clusters=clusters, random_state=random_state))
        if trials[-1].is_stable:
            return trials
    raise NotEnoughData(
        "no number of clusters is stable: resamples of the customers disagree",
        hint="Use the rules of segments, or say how many clusters: segments.clusters.",
    )


def _evenly(points: Points, max_points: int) -> Points:
    return points[:: -(-len(points) // max_points)] if len(points) > max_points else points
