"""PostgreSQL's SQL, as made in Python."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.warehouse.dialect import Dialect


@dataclass(frozen=True)
class PostgresDialect(Dialect):
    """PostgreSQL copies an expression into every use of its column, unless there is a barrier."""

    name: str = "postgres"
    barrier: str = "offset 0"
    stores_staging: bool = True

    def type(self, portable: str) -> str:
        return "double precision" if portable == "double" else portable


POSTGRES = PostgresDialect()
