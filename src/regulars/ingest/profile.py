"""What the delivered values look like: missing and unreadable ones, per mapped column."""

from __future__ import annotations

import pyarrow as pa

from regulars.core.settings import Project
from regulars.warehouse.protocol import Warehouse

_SCHEMA = pa.schema(
    [
        ("entity", pa.string()),
        ("column_name", pa.string()),
        ("rows", pa.int64()),
        ("missing", pa.int64()),
        ("unreadable", pa.int64()),
    ]
)


def write_column_profile(project: Project, warehouse: Warehouse) -> pa.Table:
    """Write `ops.column_profile`: usable rows, empty values and values that could not be read."""
    found: list[tuple[str, str, int, int, int]] = []
    for entity, mapping in project.entities.items():
        columns = [*mapping.columns, *mapping.attributes]
        parts = ", ".join(
            f'count(*) - count("{name}"), '
            f"coalesce(sum(case when {_named('unreadable', name)} then 1 else 0 end), 0)"
            for name in columns
        )
        row = warehouse.rows(
            f"select count(*), {parts} from {warehouse.relation('silver', f'stg_{entity}')}"
        )[0]
        for at, name in enumerate(columns):
            unreadable = int(row[2 + 2 * at])
            missing = int(row[1 + 2 * at]) - unreadable
            found.append((entity, name, int(row[0]), missing, unreadable))
    table = pa.Table.from_arrays(
        [
            pa.array(column, kind.type)
            for column, kind in zip(zip(*found, strict=True), _SCHEMA, strict=True)
        ],
        schema=_SCHEMA,
    )
    warehouse.replace_table("ops", "column_profile", table)
    return table


def _named(words: str, name: str) -> str:
    """Whether a space-separated list of names holds a name."""
    return f"' ' || {words} like '% {name} %'"
