"""Which deliveries the cleaned tables have not taken in yet, and whether they can take only those.

Append sources grow: new rows are added and the customer periods they touch are recomputed. Where
a delivery can change or remove rows that are already in (upsert, replace, deletes), where
customers decide which transactions count, or where settings or code changed, the tables are built
again from everything delivered. Both ways end with the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.delivery_order import write_file_order
from regulars.warehouse.protocol import Warehouse

_EVENTS: tuple[EntityName, ...] = ("transactions", "interactions", "touches")


class FullBuild(StrEnum):
    """Why the cleaned tables are built again from everything delivered."""

    FIRST = "first"
    CHANGED = "changed"  # settings or code
    ROWS_MAY_CHANGE = "rows_may_change"  # of the entity that `Build.entity` names
    CUSTOMERS_DECIDE = "customers_decide"  # which transactions count
    IDENTITIES_CHANGED = "identities_changed"
    ROWS_REPLACED = "rows_replaced"


@dataclass(frozen=True)
class Build:
    """How to build: everything, for the reason `full`, or only the `new` batches (None).

    `made_by` is the run that built everything last: rows that were in are the same since then.
    """

    full: FullBuild | None
    new: tuple[str, ...]
    shape: str
    entity: str = ""
    made_by: str = ""

    def begin(self, warehouse: Warehouse) -> None:
        """A full build that is killed halfway leaves rows that no finished build made."""
        if self.full is not None and "made_by" in warehouse.columns("ops", "built_batches"):
            warehouse.execute(
                f"update {warehouse.relation('ops', 'built_batches')} set made_by = ''"
            )

    def done(self, warehouse: Warehouse, *, run_id: str) -> None:
        """Remember that the tables hold every batch that counts now."""
        batches = warehouse.arrow(
            f"select batch_id from {warehouse.relation('ops', 'batches')} where is_current"
        )
        made_by = run_id if self.full is not None else self.made_by or run_id
        for name, value in {"shape": self.shape, "made_by": made_by}.items():
            batches = batches.append_column(name, pa.array([value] * len(batches), pa.string()))
        warehouse.replace_table("ops", "built_batches", batches)


def plan_build(project: Project, warehouse: Warehouse, *, shape: str) -> Build:
    """Compare what was delivered with what the tables hold.

    Writes `ops.new_batches`, and `ops.file_order`, which says what comes before what.
    """
    write_file_order(warehouse)
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
    full, entity = _full_build(project, set(new.values()), built=built, shape=shape)
    if full is None and built.keys() - delivered:
        full = FullBuild.ROWS_REPLACED
    return Build(full, tuple(new), shape, entity, _made_by(warehouse))


def forget_built(warehouse: Warehouse) -> None:
    """Let the next build take in everything delivered."""
    none = pa.table({"batch_id": pa.array([], pa.string()), "shape": pa.array([], pa.string())})
    warehouse.replace_table("ops", "built_batches", none)


def _built(warehouse: Warehouse) -> dict[str, str]:
    if not warehouse.columns("ops", "built_batches"):
        return {}
    return dict(
        warehouse.rows(f"select batch_id, shape from {warehouse.relation('ops', 'built_batches')}")
    )


def _made_by(warehouse: Warehouse) -> str:
    """The run of the last full build; empty before one has finished in this version."""
    if "made_by" not in warehouse.columns("ops", "built_batches"):
        return ""
    rows = warehouse.rows(f"select max(made_by) from {warehouse.relation('ops', 'built_batches')}")
    return str(rows[0][0] or "")


def _full_build(
    project: Project, new_sources: set[str], *, built: dict[str, str], shape: str
) -> tuple[FullBuild | None, str]:
    """Why increments would not do, and the entity that this is about."""
    if not built:
        return FullBuild.FIRST, ""
    if set(built.values()) != {shape}:
        return FullBuild.CHANGED, ""
    touched = {
        name: mapping
        for name, mapping in project.entities.items()
        if new_sources & _sources_behind(project, mapping.source)
    }
    for name in _EVENTS:
        if name in touched and not _only_grows(project, touched[name].source):
            return FullBuild.ROWS_MAY_CHANGE, name
    transactions = project.entities.get("transactions")
    if transactions is not None and transactions.members_only and "customers" in touched:
        return FullBuild.CUSTOMERS_DECIDE, ""
    return (FullBuild.IDENTITIES_CHANGED if "identities" in touched else None), ""


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
