"""What does this release hold, and how fresh is it? Files, tables, layers, sources, clusters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import DataError, UnknownName
from regulars.insights.cautions import caution_sentences
from regulars.insights.exact import exact_mean, quoted
from regulars.insights.masking import MASK, personal_columns
from regulars.insights.not_yet_computed import not_yet_computed
from regulars.insights.release_reading import Reading
from regulars.insights.run_history import Step, steps
from regulars.release.table_files import table_files


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
    tables = []
    for table, paths in table_files(reading.folder).items():
        footers = [pq.read_metadata(path) for path in paths]
        rows, size = sum(f.num_rows for f in footers), sum(path.stat().st_size for path in paths)
        tables.append(ReleasedTable(table, rows, footers[0].num_columns, size))
    return tuple(tables)


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
    columns = reading.columns("batches")
    synthetic = "is_synthetic" in columns
    # A clock may go back: the number of a delivery says which came last.
    order = "coalesce(number, 0), landed_at" if "number" in columns else "landed_at"
    rows = reading.rows(
        f"""
        select
            source,
            last(landed_at order by {order}) as landed_at,
            count(*) as deliveries,
            cast(last(rows order by {order}) as bigint) as "rows",
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


Kind = Literal["table", "facts", "report", "figure", "list", "estimator"]
_KINDS: dict[str, Kind] = {
    ".parquet": "table", ".json": "facts", ".html": "report", ".md": "report", ".txt": "report",
    ".png": "figure", ".svg": "figure", ".csv": "list", ".joblib": "estimator",
}  # fmt: skip
# Tables hold personal data as they are: they go out through questions, which mask them.
_OPEN: frozenset[Kind] = frozenset({"facts", "report", "figure"})


@dataclass(frozen=True)
class Artifact:
    """A file of a release; `name` has the folder before it where it lies in one."""

    name: str
    bytes: int
    kind: Kind


@dataclass(frozen=True)
class ReleaseDetails:
    """The run behind a release: when, on what data, and what came of it."""

    project: str
    release_id: str
    run_id: str
    created_at: str
    as_of: str
    version: str
    fallback_sources: tuple[str, ...]
    not_yet_computed: tuple[str, ...]
    customers: int
    columns: int
    tables: dict[str, int]
    steps: tuple[Step, ...]
    artifacts: int


def release_details(reading: Reading) -> ReleaseDetails:
    """What a release is; `customers` and `columns` are those of the customer profile."""
    manifest = reading.manifest
    rows = reading.rows("select count(*) as n from customer_360_profile")
    return ReleaseDetails(
        project=manifest.project,
        release_id=manifest.release_id,
        run_id=manifest.run_id,
        created_at=manifest.created_at,
        as_of=manifest.as_of,
        version=manifest.version,
        fallback_sources=manifest.fallback_sources,
        not_yet_computed=not_yet_computed(reading),
        customers=int(rows[0]["n"]),
        columns=len(reading.columns("customer_360_profile")),
        tables=manifest.tables,
        steps=steps(reading),
        artifacts=len(artifacts(reading)),
    )


def artifacts(reading: Reading) -> tuple[Artifact, ...]:
    """Every file of a release, by name."""
    files = (path for path in sorted(reading.folder.rglob("*")) if path.is_file())
    return tuple(
        Artifact(
            name=path.relative_to(reading.folder).as_posix(),
            bytes=path.stat().st_size,
            kind=_KINDS.get(path.suffix, "table"),
        )
        for path in files
    )


def artifact_file(reading: Reading, name: str, *, show_personal: bool = False) -> Path:
    """A file of a release by its name. Raises UnknownName where there is none to hand out."""
    artifact = next((artifact for artifact in artifacts(reading) if artifact.name == name), None)
    if artifact is None:
        raise UnknownName(f"there is no file '{name}' in this release")
    if artifact.kind not in _OPEN and not show_personal:
        raise UnknownName(
            f"'{name}' holds rows, which may hold personal data",
            hint="Ask for customers, or use a key with the scope 'personal'.",
        )
    return reading.folder / name


def latest_metrics(reading: Reading) -> dict[str, int | float | list[str] | None]:
    """The figures of the churn score in use, as its test gave them; empty where there is none.

    Where a quick run left the score to the next run, `not_yet_computed` names it.

    `cautions` are the sentences that must be read beside them.
    """
    path = reading.folder / "metrics.json"
    if not path.exists():
        missing = list(not_yet_computed(reading))
        return {"not_yet_computed": missing} if missing else {}
    metrics: dict[str, int | float | None] = json.loads(path.read_text("utf-8"))
    return {**metrics, "cautions": list(caution_sentences(reading))}


_TABLE = "customer_360_profile"


def null_shares(reading: Reading, names: list[str]) -> dict[str, float]:
    """The share of customers without a value, 0 to 1, of every named column that is there."""
    present = [name for name in names if name in set(reading.columns(_TABLE))]
    if not present:
        return {}
    counted = ", ".join(
        f'1 - count("{name}") / nullif(count(*), 0) as "{name}"' for name in present
    )
    shares = reading.rows(f"select {counted} from {_TABLE}")[0]
    return {name: float(shares[name] or 0.0) for name in present}
