"""Tables that already stand in the warehouse: a view with a lineage, and no copy.

A batch is one state of the table. What tells states apart is the number of rows with the maximum
of `changed_by`, or, where the project names no such column, a digest of all rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.errors import EngineError, SourceError
from regulars.core.fingerprints import fingerprint_of
from regulars.core.names import unique_names
from regulars.core.settings import Project
from regulars.ingest.sources.scans import literal, quoted
from regulars.warehouse.dialect import Dialect
from regulars.warehouse.protocol import Warehouse

_DIGEST = {
    "duckdb": "coalesce(sum(hash(table_row)::hugeint), 0)",
    "postgres": "coalesce(sum(hashtextextended(table_row::text, 0)::numeric), 0)",
    "snowflake": "hash_agg(*)",
    "spark": "coalesce(sum(cast(xxhash64(table_row.*) as decimal(38, 0))), 0)",
}


@dataclass(frozen=True)
class Relation:
    """One state of a table: its rows, what tells it apart, and its columns (raw -> here)."""

    name: str
    rows: int
    content: str
    columns: dict[str, str]

    def view(self, *, batch_id: str, landed_at: str, dialect: Dialect) -> str:
        """The query of the view, with this state's batch in every row."""
        columns = ", ".join(
            f"{quoted(raw)} as {quoted(here)}" for raw, here in self.columns.items()
        )
        return (
            f"select {columns}, {literal(batch_id)} as _batch_id, {literal(self.name)} as _file, "
            f"row_number() over ({dialect.any_order}) as _row_number, "
            f"timestamp {literal(landed_at)} as _landed_at "
            f"from {_quoted(self.name)}"
        )


def find_relation(project: Project, source: str, *, warehouse: Warehouse) -> Relation:
    """The table as it is now. Raises SourceError where there is none, or no such column."""
    setting = project.sources[source]
    name = setting.table or ""
    if _quoted(name) == warehouse.relation("bronze", source):
        raise SourceError(
            "this is where the source itself is to stand",
            where=f"sources.{source}.table",
            hint="Give the source another name.",
        )
    relation = _quoted(name)
    newest = f"max({quoted(setting.changed_by)})" if setting.changed_by else None
    try:
        raw = warehouse.arrow(f"select * from {relation} limit 0").schema.names
        rows, content = warehouse.rows(
            f"select count(*), {newest or _DIGEST[warehouse.engine]} from {relation} as table_row"
        )[0]
    except EngineError as error:
        raise SourceError(
            f"the table cannot be read: {error.what}",
            where=name,
            hint=f"Correct sources.{source}: `table` is schema.table as the warehouse names it.",
        ) from None
    columns = dict(zip(raw, unique_names(raw), strict=True))
    return Relation(name, int(rows), fingerprint_of([str(rows), str(content)]), columns)


def _quoted(name: str) -> str:
    return ".".join(quoted(part) for part in name.split("."))
