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

    def weekday(self, expression: str) -> str:
        """The day of the week of a date or moment, 1 for Monday."""
        return f"extract(isodow from {expression})"

    def bit_or(self, expression: str) -> str:
        """The bits that are set in any of a group's whole numbers."""
        return f"bit_or({expression})"

    def days_added(self, expression: str, days: int) -> str:
        """A date so many days later."""
        return f"cast({expression} + interval '{days}' day as date)"

    def text_of_number(self, expression: str) -> str:
        """A number as text, a whole one without decimals."""
        text = self.type("varchar")
        return f"regexp_replace(cast({expression} as {text}), '[.]0$', '')"
