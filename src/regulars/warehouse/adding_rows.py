"""Rows that a query adds to a table that is there, on engines that can delete rows."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.warehouse.protocol import Warehouse


def add_rows_from(
    temporary: str,
    query: str,
    *,
    warehouse: Warehouse,
    place: tuple[str, str],
    keys: Sequence[str],
    before: str,
) -> None:
    """Add rows to the table at `place` (layer, name), by way of a temporary table.

    The query is computed before anything is deleted. Rows of the table with the same `keys` go.
    """
    target, listed = warehouse.relation(*place), ", ".join(keys)
    warehouse.execute(f"create temporary table {temporary} as\n{query}")
    if before:
        warehouse.execute(before)
    if keys:
        old = f"({listed}) in (select {listed} from {temporary})"
        warehouse.execute(f"delete from {target} where {old}")
    columns = ", ".join(_quoted(name) for name in warehouse.columns(*place))
    warehouse.execute(f"insert into {target} ({columns}) select {columns} from {temporary}")
    warehouse.execute(f"drop table {temporary}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
