"""How many clusters there really are: the most that a resample of the customers finds again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import NotEnoughData
from regulars.segments.kmeans import Points, assign, evenly, fit_centroids

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


def tried(points: Points, *, clusters: int, random_state: int) -> tuple[ClusterTrial, Points]:
    """Try one number of clusters on at most 20,000 of the points, evenly taken.

    With the centroids (k, 3) of those.
    """
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    some = evenly(points, ROWS_TO_RESAMPLE)
    centroids = fit_centroids(some, clusters=clusters, random_state=random_state)
    labels = assign(some, centroids)
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
    shown = evenly(np.column_stack([some, labels]), ROWS_OF_SILHOUETTE)
    several = len(np.unique(shown[:, 3])) > 1
    silhouette = float(silhouette_score(shown[:, :3], shown[:, 3])) if several else 0.0
    agreement, smallest = float(np.mean(agreements)), float(shares.min())
    return ClusterTrial(clusters, agreement, smallest, silhouette), centroids


def most_stable(
    points: Points, *, random_state: int, report: Callable[[str, float | None], None]
) -> tuple[list[ClusterTrial], Points]:
    """Trials from the most clusters down to the first stable one, the last, with its centroids.

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
        trial, centroids = tried(points, clusters=clusters, random_state=random_state)
        trials.append(trial)
        if trial.is_stable:
            return trials, centroids
    raise NotEnoughData(
        "no number of clusters is stable: resamples of the customers disagree",
        hint="Use the rules of segments, or say how many clusters: segments.clusters.",
    )
