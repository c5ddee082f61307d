"""A full load that is much smaller than the last one is a fault until somebody accepts it."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.errors import DataError
from regulars.core.settings import Project, Source
from regulars.ingest.batch_records import Batch
from regulars.warehouse.protocol import Warehouse


def refuse_shrinking(
    warehouse: Warehouse, source: Source, batch: Batch, *, replaced: Sequence[str]
) -> None:
    """Raise DataError where a batch is much smaller than the load that it replaces (`floor`).

    Called inside the landing's transaction: what was landed is rolled back, nothing changed.
    """
    if source.load != "replace" or not replaced:
        return
    marks = ", ".join("?" for _ in replaced)
    before = int(
        warehouse.rows(
            f'select coalesce(sum("rows"), 0) from {warehouse.relation("ops", "batches")} '
            f"where batch_id in ({marks})",
            list(replaced),
        )[0][0]
    )
    if batch.rows < source.floor * before:
        raise DataError(
            f"the full load is much smaller than the last one: {batch.rows:,} rows after "
            f"{before:,}, less than {source.floor:.0%}; nothing was changed",
            where=f"sources.{batch.source}",
            hint="To accept it: `regulars run --accept-shrink`, or set "
            f"sources.{batch.source}.floor in regulars.yaml.",
        )


def without_floors(project: Project) -> Project:
    """The project for a run that accepts a much smaller load."""
    sources = {
        name: source.model_copy(update={"floor": 0.0}) for name, source in project.sources.items()
    }
    return project.model_copy(update={"sources": sources})
