"""Spark's SQL, as made in Python: standard SQL, which the engine says in Spark's words."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.warehouse.dialect import Dialect


@dataclass(frozen=True)
class SparkDialect(Dialect):
    """On Spark, readers of a view compute it anew, with everything below it."""

    name: str = "spark"
    stores_staging: bool = True

    def days_between(self, earlier: str, later: str) -> str:
        return f"datediff({later}, {earlier})"


SPARK = SparkDialect()
