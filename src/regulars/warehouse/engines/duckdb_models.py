"""Compiled models in memory, over rows that are handed in: the SQL of a run for a few customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import PythonUDFType

from regulars.core.errors import DataError, EngineError
from regulars.warehouse.compiled_models import CompiledModel

Columns = Mapping[str, str]
_STATEMENT = "answer"
_ASSUMING = "statistics_propagation,compressed_materialization,empty_result_pullup"


class ModelsInMemory:
    """Views of compiled models over empty tables of given columns; rows come and go.

    The question is planned once. One thread at a time may use it.
    """

    def __init__(
        self,
        models: Sequence[CompiledModel],
        *,
        tables: Mapping[tuple[str, str], Columns],
        places: Mapping[str, np.ndarray],
        question: str,
    ) -> None:
        """`tables` are the columns and types of (schema, table). `places` are sorted values of a
        population by name: the models may ask `peers_below_<name>(value)` and `peers_of_<name>()`.
        """
        self._tables = tables
        self._filled: set[tuple[str, str]] = set()
        self._connection = duckdb.connect(":memory:")
        self._run("set threads = 1")  # a few customers are quicker than the hand-over
        self._run("set TimeZone = 'UTC'")
        self._run("set enable_progress_bar = false")
        # A plan is kept while rows come and go: it must assume nothing of the rows of today.
        self._run(f"set disabled_optimizers = '{_ASSUMING}'")
        database = models[0].database
        if database != "memory":
            self._run(f"attach ':memory:' as {_quoted(database)}")
            self._run(f"use {_quoted(database)}")
        for name, values in places.items():
            self._know_places(name, values)
        for schema in sorted({schema for schema, _ in tables} | {model.schema for model in models}):
            self._run(f"create schema if not exists {_quoted(schema)}")
        for (schema, table), columns in tables.items():
            listed = ", ".join(f"{_quoted(name)} {kind}" for name, kind in columns.items())
            self._run(f"create table {_quoted(schema)}.{_quoted(table)} ({listed})")
        for model in models:
            self._run(f"create view {_quoted(model.schema)}.{_quoted(model.name)} as {model.sql}")
        self._run(f"prepare {_STATEMENT} as {question}")

    def replace(
        self, schema: str, table: str, rows: pa.Table, *, expressions: Columns | None = None
    ) -> None:
        """Let a table hold exactly these rows; what they do not name is null.

        `expressions` are SQL over the rows, by column; without one a column is taken as it is.
        Raises DataError where a value does not fit its column.
        """
        columns = self._tables[(schema, table)]
        known = dict(expressions or {})
        listed = [
            f"cast({known.get(name) or _quoted(name)} as {kind}) as {_quoted(name)}"
            for name, kind in columns.items()
            if name in known or name in rows.column_names
        ]
        target = f"{_quoted(schema)}.{_quoted(table)}"
        if (schema, table) in self._filled:
            self._run(f"delete from {target}")
            self._filled.discard((schema, table))
        if rows.num_rows:
            self._filled.add((schema, table))
            self._connection.register("_posted", rows)
            try:
                self._run(f"insert into {target} by name select {', '.join(listed)} from _posted")
            finally:
                self._connection.unregister("_posted")

    def answer(self) -> pa.Table:
        """The question, over the rows that are there now. Raises DataError for too large sums."""
        with _mapped_errors():
            return self._connection.execute(f"execute {_STATEMENT}").to_arrow_table()

    def _know_places(self, name: str, values: np.ndarray) -> None:
        ordered = np.sort(np.asarray(values, dtype=np.float64))

        def below(column: pa.Array) -> pa.Array:
            looked_for = column.to_numpy(zero_copy_only=False)
            return pa.array(np.searchsorted(ordered, looked_for, side="left"), pa.int64())

        self._connection.create_function(
            f"peers_below_{name}", below, ["double"], "bigint", type=PythonUDFType.ARROW
        )
        self._run(f"create macro peers_of_{name}() as {len(ordered)}")

    def _run(self, sql: str) -> None:
        with _mapped_errors():
            self._connection.execute(sql)


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        message = str(error).split("\n", 1)[0]
        raise DataError(f"a value does not fit its column: {message}") from error
    except duckdb.Error as error:
        raise EngineError(str(error).split("\n", 1)[0]) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
