"""Which deliveries the cleaned tables have not taken in yet, and whether they can take only those.

Append sources grow: new rows are added and the customer periods they touch are recomputed. Where
a delivery can change or remove rows that are already in (upsert, replace, deletes), where
customers decide which transactions count, or where settings or code changed, the tables are built
again from everything delivered. Both ways end with the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.warehouse.protocol import Warehouse

_EVENTS: tuple[EntityName, ...] = ("transactions", "interactions", "touches")


@dataclass(frozen=True)
class Build:
    """How to build: `full`, or only the `new` batches; `words` say which and why."""

    full: bool
    new: tuple[str, ...]
    shape: str
    words: str

    def done(self, warehouse: Warehouse) -> None:
        """Remember that the tables hold every batch that counts now."""
        batches = warehouse.arrow(
            f"select batch_id from {warehouse.relation('ops', 'batches')} where is_current"
        )
        built = batches.append_column("shape", pa.array([self.shape] * len(batches), pa.string()))
        warehouse.replace_table("ops", "built_batches", built)


def plan_build(project: Project, warehouse: Warehouse, *, shape: str) -> Build:
    """Compare what was delivered with what the tables hold; writes `ops.new_batches`."""
    delivered: dict[str, str] = dict(
        warehouse.rows(
            f"select batch_id, source from {warehouse.relation('ops', 'batches')} where is_current"
        )
    )
    built = _built(warehouse)
    new = {batch: source for batch, source in delivered.items() if batch not in built}
    warehouse.replace_table(
        "ops", "new_batches", pa.table({"batch_id": pa.array(list(new), pa.string())})
    )
    why = _why_full(project, set(new.values()), built=built, shape=shape)
    if not why and built.keys() - delivered:
        why = "rows that are in already were replaced"
    words = f"everything: {why}" if why else f"{len(new)} new deliveries"
    return Build(bool(why), tuple(new), shape, words)


def _built(warehouse: Warehouse) -> dict[str, str]:
    if not warehouse.columns("ops", "built_batches"):
        return {}
    return dict(
        warehouse.rows(f"select batch_id, shape from {warehouse.relation('ops', 'built_batches')}")
    )


def _why_full(
    project: Project, new_sources: set[str], *, built: dict[str, str], shape: str
) -> str | None:
    if not built:
        return "the first build"
    if set(built.values()) != {shape}:
        return "settings or code changed"
    touched = {
        name: mapping
        for name, mapping in project.entities.items()
        if new_sources & _sources_behind(project, mapping.source)
    }
    for name in _EVENTS:
        if name in touched and not _only_grows(project, touched[name].source):
            return f"{name} may change rows that are in already"
    transactions = project.entities.get("transactions")
    if transactions is not None and transactions.members_only and "customers" in touched:
        return "customers decide which transactions count"
    return "identities changed" if "identities" in touched else None


def _only_grows(project: Project, source: str) -> bool:
    return (
        all(
            project.sources[name].load == "append" and project.sources[name].deleted is None
            for name in _sources_behind(project, source)
        )
        and project.sources[source].sql is None
    )


def _sources_behind(project: Project, source: str) -> set[str]:
    """A source and, for a query over others, all of those."""
    sql = project.sources[source].sql
    named = {name for name in project.sources if sql is not None and f"{{{name}}}" in sql}
    return {source}.union(*(_sources_behind(project, name) for name in named - {source}))
