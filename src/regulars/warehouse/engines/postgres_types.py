"""PostgreSQL's types beside DuckDB's, in which files are described, and Arrow's.

Text is always stored with collation "C": it then sorts and compares by its bytes, as in DuckDB,
whatever the database's own collation is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from psycopg import Column

_TO_POSTGRES = {
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(38,0)",
    "UHUGEINT": "numeric(39,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "TIMESTAMPTZ": "timestamptz",
}
_TO_DUCKDB = {
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double precision": "DOUBLE",
    "numeric": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time without time zone": "TIME",
    "timestamp without time zone": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
}
_ARROW = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}
_NUMERIC = 1700


def postgres_type(kind: str) -> str:
    """The PostgreSQL type that holds a DuckDB type; what has no like is held as text."""
    upper = kind.upper().strip()
    if upper.startswith(("DECIMAL", "NUMERIC")):
        return upper.replace("DECIMAL", "numeric").lower()
    return _TO_POSTGRES.get(upper, "varchar")


def postgres_column_type(kind: str) -> str:
    """The same for the definition of a column."""
    held = postgres_type(kind)
    return 'varchar collate "C"' if held == "varchar" else held


def duckdb_type(kind: str) -> str:
    """The DuckDB type of a PostgreSQL one as `format_type` names it."""
    if kind.startswith("numeric("):
        return kind.replace("numeric", "DECIMAL")
    return _TO_DUCKDB.get(re.sub(r"\(\d+\)", "", kind), "VARCHAR")


def scan_expression(column: str, kind: str) -> str:
    """SQL for DuckDB that gives a column's values as PostgreSQL reads them from text."""
    if kind.startswith(("DECIMAL", "TIMESTAMP")) or kind in {*_TO_POSTGRES, "VARCHAR"}:
        return column
    if kind == "BLOB":
        return f"'\\x' || lower(hex({column}))"
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"cast({f'to_json({column})' if nested else column} as varchar)"


def arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    """The Arrow schema of a result.

    A numeric without a declared scale, such as an average or a sum, is a double here; cast it in
    the query where it must be exact.
    """
    return pa.schema([(column.name, _arrow_type(column)) for column in columns])


def _arrow_type(column: Column) -> pa.DataType:
    if column.type_code != _NUMERIC:
        return _ARROW.get(column.type_code, pa.string())
    if not column.precision or column.precision > 38:
        return pa.float64()
    return pa.decimal128(column.precision, column.scale or 0)


def number_loader() -> Any:
    """Whole numerics, such as sums of integers, become int as in DuckDB; others Decimal."""
    from decimal import Decimal

    from psycopg.adapt import Loader

    class NumberLoader(Loader):
        def load(self, data: Any) -> int | Decimal:
            text = bytes(data).decode()
            return int(text) if text.lstrip("-").isdigit() else Decimal(text)

    return NumberLoader
