"""Clusters of customers beside the named segments: fit, name, keep, write."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.settings import Project
from regulars.core.threads import one_thread
from regulars.segments.cluster_names import names_after, names_by_place
from regulars.segments.kmeans import MEASURES, Labels, Points, Scaling, assign, settled
from regulars.segments.stability import ROWS_TO_RESAMPLE, ClusterTrial, most_stable, tried
from regulars.warehouse.protocol import Warehouse

RANDOM_STATE = 42
Report = Callable[[str, float | None], None]
CLUSTERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", pa.timestamp("us")),
        ("cluster_id", pa.int64()),
        ("cluster_name", pa.string()),
        ("recency", pa.float64()),
        ("frequency", pa.float64()),
        ("monetary", pa.float64()),
        ("run_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Clustering:
    """Named centroids (k, 3) in a scaling, and what was tried to find how many."""

    scaling: Scaling
    centroids: Points
    names: list[str]
    trials: list[ClusterTrial]

    def assigned(self, rfm: Points) -> Labels:
        """The cluster of every customer (n, 3)."""
        return assign(self.scaling.scaled(rfm), self.centroids)

    def to_json(self) -> dict[str, Any]:
        """Everything needed to assign customers again."""
        middles = self.scaling.unscaled(self.centroids)
        return {
            "measures": list(MEASURES),
            "log_mean": self.scaling.mean.tolist(),
            "log_spread": self.scaling.spread.tolist(),
            "clusters": [
                {
                    "id": number,
                    "name": name,
                    "centroid": centroid.tolist(),
                    "middle": dict(zip(MEASURES, middle.tolist(), strict=True)),
                }
                for number, (name, centroid, middle) in enumerate(
                    zip(self.names, self.centroids, middles, strict=True), start=1
                )
            ],
            "trials": [trial.__dict__ for trial in self.trials],
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Clustering:
        """A clustering as it was kept."""
        clusters = content["clusters"]
        return cls(
            Scaling(np.array(content["log_mean"]), np.array(content["log_spread"])),
            np.array([cluster["centroid"] for cluster in clusters]),
            [str(cluster["name"]) for cluster in clusters],
            [ClusterTrial(**trial) for trial in content["trials"]],
        )


@one_thread()
def fit_clusters(
    rfm: Points,
    *,
    clusters: int | None,
    previous: Clustering | None = None,
    random_state: int = RANDOM_STATE,
    report: Report = lambda _text, _share: None,
) -> Clustering:
    """Cluster customers (n, 3: recency, frequency, amount); None finds the largest stable number.

    Raises NotEnoughData for too few customers, or where no number is stable.
    """
    scaling = Scaling.of(rfm)
    points = scaling.scaled(rfm)
    if clusters is None:
        trials, centroids = most_stable(points, random_state=random_state, report=report)
    else:
        trial, centroids = tried(points, clusters=clusters, random_state=random_state)
        trials = [trial]
    if len(points) > ROWS_TO_RESAMPLE:
        centroids = settled(points, centroids)
    if previous is None:
        return Clustering(scaling, centroids, names_by_place(centroids), trials)
    in_old_scale = previous.scaling.scaled(scaling.unscaled(centroids))
    names = names_after(in_old_scale, previous=previous.centroids, names=previous.names)
    return Clustering(scaling, centroids, names, trials)


def cluster_customers(
    project: Project, warehouse: Warehouse, *, run_id: str, report: Report
) -> ClusterTrial | None:
    """Fit clusters as of the run's date, keep them, write ml.customer_clusters.

    The trial that was chosen; None where the project asks for no clusters. Raises NotEnoughData
    where there are too few customers to cluster.
    """
    wanted = project.segments.clusters
    if not warehouse.columns("ml", "customer_clusters"):
        warehouse.replace_table("ml", "customer_clusters", CLUSTERS.empty_table())
    if wanted is False:
        return None
    bought = warehouse.arrow(
        "select customer_id, as_of, recency, frequency, monetary "
        f"from {warehouse.relation('gold', 'fct_customer_rfm')} order by customer_id"
    )
    rfm = np.column_stack([_numbers(bought[name]) for name in MEASURES])
    folder = project.state / "estimators" / "clusters"
    clustering = fit_clusters(
        rfm,
        clusters=None if wanted is True else int(wanted),
        previous=newest(folder, before=run_id),
        report=report,
    )
    keep(clustering, folder, run_id=run_id)
    _write(warehouse, _table(bought, rfm, clustering, run_id=run_id))
    return clustering.trials[-1]


def _numbers(column: pa.ChunkedArray) -> Points:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(), dtype=np.float64)


def _table(bought: pa.Table, rfm: Points, clustering: Clustering, *, run_id: str) -> pa.Table:
    cluster = clustering.assigned(rfm)
    names = np.array(clustering.names, dtype=object)
    columns = [
        bought["customer_id"],
        bought["as_of"],
        pa.array(cluster + 1),
        pa.array(names[cluster], pa.string()),
        *(pa.array(rfm[:, at]) for at in range(len(MEASURES))),
        pa.array([run_id] * len(rfm), pa.string()),
    ]
    return pa.table(columns, names=CLUSTERS.names).cast(CLUSTERS)


def _write(warehouse: Warehouse, table: pa.Table) -> None:
    """Replace the rows of this as-of date; those of other dates stay."""
    with warehouse.transaction():
        if table.num_rows:
            day = table["as_of"][0].as_py().date().isoformat()
            warehouse.execute(
                f"delete from {warehouse.relation('ml', 'customer_clusters')} "
                f"where as_of = timestamp '{day} 00:00:00'"
            )
        warehouse.append_table("ml", "customer_clusters", table)


def keep(found: Clustering, folder: Path, *, run_id: str) -> Path:
    """Write the clustering as one more version; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run_id}.json"
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(found.to_json(), indent=2), "utf-8")
    draft.replace(path)
    return path


def newest(folder: Path, *, before: str) -> Clustering | None:
    """The newest version that an earlier run kept, if any."""
    versions = sorted(path for path in folder.glob("*.json") if path.stem < before)
    if not versions:
        return None
    return Clustering.from_json(json.loads(versions[-1].read_text("utf-8")))
