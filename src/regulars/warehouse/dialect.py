"""What SQL made in Python must know of an engine: names, types, and the few functions that differ.

One object per engine, beside the engine. Models of the dbt package use dispatched macros instead.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """The SQL of one engine; the defaults are those of DuckDB and of the SQL standard.

    `barrier` ends a query whose expressions are to be computed once a row, however often they are
    used above it. `stores_staging` is true where views full of expressions are read too slowly.
    """

    name: str
    barrier: str = ""
    stores_staging: bool = False

    def quote(self, name: str) -> str:
        """A name of a column, whatever it holds."""
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: object) -> str:
        """A constant text."""
        return "'" + str(value).replace("'", "''") + "'"

    def type(self, portable: str) -> str:
        """The engine's name of a portable type: varchar, decimal(18, 4), double, bigint, ..."""
        return portable
