"""DuckDB's SQL, as made in Python."""

from __future__ import annotations

from regulars.warehouse.dialect import Dialect

DUCKDB = Dialect("duckdb")
