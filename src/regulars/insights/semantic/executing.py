"""The one executor: a plan's SQL, past the guard, in a locked engine, with caps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from regulars.insights.release_reading import Reading
from regulars.insights.semantic.compiling import compiled
from regulars.insights.semantic.intent import Intent
from regulars.insights.semantic.layer import SemanticLayer, semantic_layer
from regulars.insights.semantic.planning import Plan, plan
from regulars.warehouse.engines.duckdb_reader import DuckDBReader
from regulars.warehouse.guarded_sql import check_select

_SECONDS, _MEMORY = 20.0, "1GB"


@dataclass(frozen=True)
class Result:
    """What a question gave: the plan, its SQL, and the rows."""

    plan: Plan
    sql: str
    table: pa.Table

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One dictionary for each row."""
        records: list[dict[str, Any]] = self.table.to_pylist()
        return records


class Questions:
    """A release that answers intents; `layer` is what it can be asked."""

    def __init__(self, reading: Reading, *, seconds: float = _SECONDS) -> None:
        self.reading = reading
        self._seconds = seconds

    @cached_property
    def layer(self) -> SemanticLayer:
        """The semantic layer of the release."""
        return semantic_layer(self.reading)

    def plan(self, intent: Intent) -> Plan:
        """Check an intent. Raises Unanswerable."""
        return plan(intent, self.layer)

    def sql(self, prepared: Plan) -> str:
        """The statement of a plan, past the guard. Raises RefusedStatement."""
        statement = compiled(prepared)
        check_select(statement, self.layer.columns)
        return statement

    def run(self, intent: Intent) -> Result:
        """Compute the answer. Raises Unanswerable, RefusedStatement or QueryTimeout."""
        prepared = self.plan(intent)
        statement = self.sql(prepared)
        return Result(prepared, statement, self._engine.arrow(statement))

    @cached_property
    def _engine(self) -> DuckDBReader:
        return self.reading.locked(self.layer.columns, seconds=self._seconds, memory_limit=_MEMORY)
