"""Tables that a query fills on PostgreSQL, in the place of what has their name."""

from __future__ import annotations

from regulars.warehouse.engines.postgres_types import postgres_column_type
from regulars.warehouse.protocol import Warehouse


def build_table(
    warehouse: Warehouse, layer: str, table: str, query: str, *, columns: dict[str, str] | None
) -> None:
    """Fill a new table, of these columns (name in SQL -> DuckDB type) or of all, then rename it."""
    new = f"{table}__new"
    relation = warehouse.relation(layer, new)
    warehouse.execute(f'create schema if not exists "{warehouse.schema(layer)}"')
    drop_any(warehouse, layer, new)
    if columns is None:
        warehouse.execute(f"create table {relation} as\n{query}")
    else:
        held = ", ".join(f"{name} {postgres_column_type(kind)}" for name, kind in columns.items())
        names = ", ".join(columns)
        warehouse.execute(f"create table {relation} ({held})")
        rows = f"select {names} from (\n{query}\n) as filled"
        warehouse.execute(f"insert into {relation} ({names}) {rows}")
    drop_any(warehouse, layer, table)
    warehouse.execute(f'alter table {relation} rename to "{table}"')


def drop_any(warehouse: Warehouse, layer: str, name: str) -> None:
    """Drop a table or view, with all views that read it."""
    kinds = warehouse.rows(
        "select table_type from information_schema.tables "
        "where table_schema = ? and table_name = ?",
        [warehouse.schema(layer), name],
    )
    for (kind,) in kinds:
        word = "view" if kind == "VIEW" else "table"
        warehouse.execute(f"drop {word} {warehouse.relation(layer, name)} cascade")
