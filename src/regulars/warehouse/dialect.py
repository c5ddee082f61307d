"""What SQL made in Python must know of an engine: names, types, and the few functions that differ.

One object per engine, beside the engine. Models of the dbt package use dispatched macros instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Dialect:
    """The SQL of one engine; the defaults are those of DuckDB and of the SQL standard.

    `barrier` ends a query whose expressions are to be computed once a row, however often they are
    used above it. `any_order` stands in windows whose order does not matter. `stores_staging` is
    true where views full of expressions are read too slowly.
    """

    name: str
    barrier: str = ""
    any_order: str = ""
    stores_staging: bool = False

    def quote(self, name: str) -> str:
        """A name of a column, whatever it holds."""
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: object) -> str:
        """A constant text."""
        return "'" + str(value).replace("'", "''") + "'"

    def days_between(self, earlier: str, later: str) -> str:
        """Whole days from one date to another."""
        return f"{later} - {earlier}"

    def type(self, portable: str) -> str:
        """The engine's name of a portable type: varchar, decimal(18, 4), double, bigint, ..."""
        return portable

    def days_added(self, expression: str, days: int) -> str:
        """A moment so many days later, or earlier."""
        sign = "-" if days < 0 else "+"
        return f"{expression} {sign} interval '{abs(days)}' day"

    def contract_column(self, column: Mapping[str, Any]) -> dict[str, Any]:
        """A column of a contract whose name is the project's own, and may be a word of SQL."""
        return {**column, "name": self.stored(column["name"]), "quote": True}

    def stored(self, name: str) -> str:
        """A name as the engine stores it where it is written without quotes."""
        return name
