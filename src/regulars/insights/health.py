"""What does this release hold, and how fresh is it? Tables, layers, sources, clusters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import DataError
from regulars.insights.exact import exact_mean, quoted
from regulars.insights.masking import MASK, personal_columns
from regulars.insights.reading import Reading


@dataclass(frozen=True)
class ReleasedTable:
    """One table of a release."""

    name: str
    rows: int
    columns: int
    size_bytes: int


@dataclass(frozen=True)
class LayerCount:
    """Rows of an entity in a layer, with keys that stand twice and keys that are missing."""

    entity: str
    layer: str
    rows: int
    duplicate_keys: int | None
    null_keys: int | None


@dataclass(frozen=True)
class SourceFreshness:
    """When a source was last delivered, and how many rows its newest delivery had."""

    source: str
    landed_at: datetime | None
    deliveries: int
    rows: int
    is_synthetic: bool


@dataclass(frozen=True)
class Cluster:
    """Customers of one cluster at the newest date that was clustered; figures are means."""

    as_of: date
    name: str
    customers: int
    share: float
    recency: float | None
    frequency: float | None
    monetary: float | None


def released_tables(reading: Reading) -> tuple[ReleasedTable, ...]:
    """Every table of the release by name, read from the files' footers."""
    found = []
    for path in sorted(reading.folder.glob("*.parquet")):
        about = pq.read_metadata(path)
        found.append(
            ReleasedTable(path.stem, about.num_rows, about.num_columns, path.stat().st_size)
        )
    return tuple(found)


def preview(
    reading: Reading, table: str, *, limit: int = 100, show_personal: bool = False
) -> pa.Table:
    """The first rows of a table, personal values masked. Raises DataError for an unknown name."""
    if not reading.has(table):
        raise DataError(f"the release has no table '{table}'", where="tables")
    hidden = frozenset() if show_personal else personal_columns(reading)
    columns = ", ".join(
        f"case when {quoted(name)} is not null then '{MASK}' end as {quoted(name)}"
        if name in hidden
        else quoted(name)
        for name in reading.columns(table)
    )
    return reading.arrow(f"select {columns} from {quoted(table)} limit {int(limit)}")


def layer_counts(reading: Reading) -> tuple[LayerCount, ...]:
    """Rows per entity and layer, as the newest check counted them."""
    if not reading.has("layer_counts"):
        return ()
    rows = reading.rows(
        "select entity, layer, rows, duplicate_keys, null_keys from layer_counts "
        "where run_id = (select run_id from layer_counts order by counted_at desc, run_id limit 1) "
        "order by entity, layer"
    )
    return tuple(LayerCount(**row) for row in rows)


def freshness(reading: Reading) -> tuple[SourceFreshness, ...]:
    """Every source with its newest delivery."""
    if not reading.has("batches"):
        return ()
    synthetic = "is_synthetic" in reading.columns("batches")
    rows = reading.rows(
        f"""
        select
            source,
            max(landed_at) as landed_at,
            count(*) as deliveries,
            cast(arg_max(rows, landed_at) as bigint) as "rows",
            {"coalesce(bool_or(is_synthetic), false)" if synthetic else "false"} as is_synthetic
        from batches
        group by source
        order by source
        """
    )
    return tuple(SourceFreshness(**row) for row in rows)


def clusters(reading: Reading) -> tuple[Cluster, ...]:
    """Clusters of the newest date, the largest first; empty where the project asks for none."""
    if not reading.has("customer_clusters"):
        return ()
    rows = reading.rows(
        f"""
        select
            cast(max(as_of) as date) as as_of,
            cluster_name as name,
            count(*) as customers,
            cast(count(*) / sum(count(*)) over () as double) as share,
            {exact_mean("recency")} as recency,
            {exact_mean("frequency")} as frequency,
            {exact_mean("monetary")} as monetary
        from customer_clusters
        where as_of = (select max(as_of) from customer_clusters)
        group by cluster_name
        order by customers desc, cluster_name
        """
    )
    return tuple(Cluster(**row) for row in rows)
