"""Spark's types beside DuckDB's, in which files and tables are described."""

from __future__ import annotations

import re
from collections.abc import Mapping

from regulars.warehouse.engines.spark_sql import quoted

_HELD = {  # DuckDB's types that Spark lacks, as those that hold their values
    "UTINYINT": "SMALLINT",
    "USMALLINT": "INTEGER",
    "UINTEGER": "BIGINT",
    "UBIGINT": "DECIMAL(20,0)",
    "HUGEINT": "DECIMAL(38,0)",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}
_TO_SPARK = {
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "FLOAT": "float",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp_ltz",
    "BLOB": "binary",
    "VARCHAR": "string",
}
_TO_DUCKDB = {spark: duckdb for duckdb, spark in _TO_SPARK.items()} | {
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "void": "VARCHAR",
}


def held_type(kind: str) -> str:
    """The type, as DuckDB calls it, in which Spark holds a DuckDB type; text where it has none."""
    upper = re.sub(r"\s*,\s*", ",", kind.upper().strip())
    upper = re.sub(r"^NUMERIC", "DECIMAL", upper)
    if upper.startswith("DECIMAL("):
        return upper
    upper = _HELD.get(upper, upper)
    return upper if upper in _TO_SPARK or upper.startswith("DECIMAL(") else "VARCHAR"


def spark_type(kind: str) -> str:
    """The Spark type that holds a DuckDB type."""
    held = held_type(kind)
    return _TO_SPARK.get(held, held.lower())


def duckdb_type(kind: str) -> str:
    """The DuckDB type of a Spark one as `simpleString` names it."""
    if kind.startswith("decimal("):
        return kind.upper()
    return _TO_DUCKDB.get(kind, "VARCHAR")


def spark_schema(columns: Mapping[str, str]) -> str:
    """Columns with DuckDB types as Spark declares them."""
    return ", ".join(f"{quoted(name)} {spark_type(kind)}" for name, kind in columns.items())


def scan_expression(column: str, kind: str) -> str:
    """SQL for DuckDB that gives a column's values in a type that Spark holds."""
    held = held_type(kind)
    if held == kind.upper():
        return column
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"cast({f'to_json({column})' if nested else column} as {held})"
