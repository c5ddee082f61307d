"""Snowflake's types beside DuckDB's, in which files are described, and Arrow's.

Whole numbers have up to 38 digits there, whatever they are called; those of a result are read as
64 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regulars.warehouse.engines.snowflake_dialect import name_of_stored

_WHOLE = {
    "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER", "BIGINT", "UBIGINT",
    "HUGEINT", "UHUGEINT",
}  # fmt: skip
_TO_SNOWFLAKE = {
    "FLOAT": "double",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP_S": "timestamp_ntz",
    "TIMESTAMP_MS": "timestamp_ntz",
    "TIMESTAMP_NS": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp_tz",
    "TIMESTAMPTZ": "timestamp_tz",
}
_TO_DUCKDB = {
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_TZ": "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP_LTZ": "TIMESTAMP WITH TIME ZONE",
}
# By the numbers that the driver gives to types.
_FIXED = 0
_ARROW = {
    1: pa.float64(),
    3: pa.date32(),
    4: pa.timestamp("us"),
    6: pa.timestamp("us", "UTC"),
    7: pa.timestamp("us", "UTC"),
    8: pa.timestamp("us"),
    12: pa.time64("us"),
    13: pa.bool_(),
}


def snowflake_type(kind: str) -> str:
    """The Snowflake type that holds a DuckDB type; what has no like is held as text."""
    upper = kind.upper().strip()
    if upper.startswith(("DECIMAL", "NUMERIC")):
        return upper.replace("NUMERIC", "DECIMAL").lower()
    if upper in _WHOLE:
        return "bigint"
    return _TO_SNOWFLAKE.get(upper, "varchar")


def duckdb_type(kind: str, precision: int | None, scale: int | None) -> str:
    """The DuckDB type of a Snowflake one as `information_schema` names it."""
    if kind != "NUMBER":
        return _TO_DUCKDB.get(kind, "VARCHAR")
    return f"DECIMAL({precision},{scale})" if scale else "BIGINT"


def scan_expression(column: str, kind: str) -> str:
    """SQL for DuckDB that gives a column's values as a Parquet file for Snowflake holds them."""
    if kind == "TIMESTAMP WITH TIME ZONE" or kind.startswith("DECIMAL"):
        return column
    if kind in {"HUGEINT", "UHUGEINT"}:  # Parquet would hold them as floating point
        return f"cast({column} as decimal(38, 0))"
    if kind in _WHOLE | _TO_SNOWFLAKE.keys():
        target = "timestamp" if kind.startswith("TIMESTAMP") else None
        return f"cast({column} as {target})" if target else column
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"cast({f'to_json({column})' if nested else column} as varchar)"


def arrow_schema(columns: Sequence[Any]) -> pa.Schema:
    """The Arrow schema of a result, by what the driver says of its columns."""
    return pa.schema([(name_of_stored(column.name), _arrow_type(column)) for column in columns])


def shaped(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of a result in its schema: the driver gives each batch the types that its values fit."""
    arrays = [
        _cast(column, field.type) for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_timestamp(kind) and pa.types.is_timestamp(column.type):
        # Moments may come in finer units and in a zone of their own.
        return pc.cast(column, kind, safe=False)
    return pc.cast(column, kind)


def _arrow_type(column: Any) -> pa.DataType:
    if column.type_code != _FIXED:
        return _ARROW.get(column.type_code, pa.string())
    return pa.decimal128(column.precision or 38, column.scale) if column.scale else pa.int64()
