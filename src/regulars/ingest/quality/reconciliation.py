"""How every row that was read is accounted for, over all entities."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.errors import DataError
from regulars.warehouse.protocol import Warehouse


@dataclass(frozen=True)
class RowCounts:
    """Rows read = kept + rejected + merged."""

    read: int
    kept: int
    rejected: int
    merged: int


def reconciled_rows(warehouse: Warehouse) -> RowCounts:
    """The rows of all entities as the newest cleaning accounts for them."""
    row = warehouse.rows(
        "select sum(read_rows), sum(kept_rows), sum(rejected_rows), sum(merged_rows) "
        f"from {warehouse.relation('gold', 'row_reconciliation')}"
    )[0]
    return RowCounts(*(int(count or 0) for count in row))


def stop_for_unusable_rows(warehouse: Warehouse) -> None:
    """Raise DataError where rows came and none of them can be used: the mapping must be wrong.

    Raises it too where no row came at all: a company of nobody is not published.
    """
    reconciliation = warehouse.relation("gold", "row_reconciliation")
    if not any(
        read for (read,) in warehouse.rows(f"select coalesce(read_rows, 0) from {reconciliation}")
    ):
        raise DataError(
            "no row was delivered",
            where=", ".join(_files_without_rows(warehouse)) or None,
            hint="Look at what delivers the rows; the last release stays as it is.",
        )
    empty = warehouse.rows(
        f"select entity, read_rows from {reconciliation} where read_rows > 0 and kept_rows = 0"
    )
    if not empty:
        return
    entity, read = empty[0]
    reason, rows = warehouse.rows(
        f"select reason, count(*) from {warehouse.relation('silver', 'rejected_rows')} "
        "where entity = ? group by reason order by 2 desc, 1 limit 1",
        [entity],
    )[0]
    raise DataError(
        f"none of the {read:,} rows of {entity} can be used; of {rows:,}: {reason}",
        where=f"entities.{entity}",
        hint="Check the columns that are mapped; the last release stays as it is.",
    )


def _files_without_rows(warehouse: Warehouse) -> list[str]:
    rows = warehouse.rows(
        f"select distinct file from {warehouse.relation('ops', 'batch_files')} "
        'where "rows" = 0 order by 1 limit 5'
    )
    return [str(file) for (file,) in rows]
