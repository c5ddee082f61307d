"""Statements that change tables: files never change, so changed rows are written to new ones."""

from __future__ import annotations

import re
from typing import Protocol

import pyarrow as pa

from regulars.core.errors import EngineError

_RELATION = r'("(?:[^"]|"")+"\."(?:[^"]|"")+")'
_DELETE = re.compile(rf"\s*delete\s+from\s+{_RELATION}(?:\s+where\s+(.*?))?;?\s*", re.I | re.S)
_DROP = re.compile(rf"\s*drop\s+(?:table|view)\s+(?:if\s+exists\s+)?{_RELATION};?\s*", re.I)
_INSERT = re.compile(
    rf"\s*insert\s+into\s+{_RELATION}\s*(?:\(([^)]*)\))?\s*((?:select|with)\b.*?);?\s*", re.I | re.S
)
_SCHEMA = re.compile(
    r'\s*(create|drop)\s+schema\s+(?:if\s+(?:not\s+)?exists\s+)?"((?:[^"]|"")+)"', re.I
)
_NAMES = re.compile(r'"((?:[^"]|"")+)"')


class ChangesTables(Protocol):
    """What a statement needs of the warehouse."""

    def schema(self, layer: str) -> str:
        """The real name of a layer's schema."""

    def build_table(
        self, layer: str, table: str, query: str, *, columns: dict[str, str] | None
    ) -> None:
        """Fill a table with the rows of a query."""

    def columns(self, layer: str, table: str) -> dict[str, str]:
        """Columns with their types."""

    def arrow(self, sql: str) -> pa.Table:
        """The rows of a query."""

    def append_table(self, layer: str, table: str, data: pa.Table) -> None:
        """Add rows by the names of their columns."""

    def forget(self, layer: str, table: str) -> None:
        """Drop a relation."""


def changed_rows(warehouse: ChangesTables, sql: str) -> None:
    """Add or delete rows, or drop a relation. Raises EngineError for any other statement."""
    if match := _DELETE.fullmatch(sql):
        layer, table = _place(warehouse, match[1])
        kept = f"select * from {match[1]}"
        kept += f" where not coalesce(({match[2]}), false)" if match[2] else " where 1 = 0"
        columns = {f'"{name}"': kind for name, kind in warehouse.columns(layer, table).items()}
        warehouse.build_table(layer, table, kept, columns=columns)
    elif match := _INSERT.fullmatch(sql):
        layer, table = _place(warehouse, match[1])
        listed = [name.strip().strip('"') for name in (match[2] or "").split(",") if name.strip()]
        rows = warehouse.arrow(match[3])
        names = listed or list(warehouse.columns(layer, table))
        named = rows.rename_columns(names[: rows.num_columns])
        warehouse.append_table(layer, table, named)
    elif match := _DROP.fullmatch(sql):
        warehouse.forget(*_place(warehouse, match[1]))
    else:
        words = " ".join(sql.split()[:6])
        raise EngineError(f"tables in Parquet files cannot be changed by a statement: {words} ...")


def is_about_schemas(sql: str) -> bool:
    """Whether a statement makes or drops a schema."""
    return _SCHEMA.match(sql) is not None


def dropped_schema(sql: str) -> str | None:
    """The schema that a statement drops, if it drops one."""
    match = _SCHEMA.match(sql)
    return match[2].replace('""', '"') if match and match[1].lower() == "drop" else None


def _place(warehouse: ChangesTables, relation: str) -> tuple[str, str]:
    schema, table = (name.replace('""', '"') for name in _NAMES.findall(relation))
    return schema.removeprefix(warehouse.schema("")), table
