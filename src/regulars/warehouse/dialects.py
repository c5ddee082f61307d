"""The dialects of all engines by name; apart from the class that they share, which knows none."""

from __future__ import annotations

from regulars.warehouse.dialect import Dialect
from regulars.warehouse.engines.duckdb_dialect import DUCKDB
from regulars.warehouse.engines.postgres_dialect import POSTGRES
from regulars.warehouse.engines.snowflake_dialect import SNOWFLAKE
from regulars.warehouse.engines.spark_dialect import SPARK


def dialect_of(engine: str) -> Dialect:
    """The dialect of an engine by its name. Raises KeyError for a name that is none."""
    dialects = (DUCKDB, POSTGRES, SNOWFLAKE, SPARK)
    return {dialect.name: dialect for dialect in dialects}[engine]
