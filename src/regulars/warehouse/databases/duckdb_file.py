"""DuckDB files other than the warehouse, attached read-only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from regulars.core.errors import SourceError, SourceUnavailable
from regulars.warehouse.databases.source_database import BATCH, Condition, first_line, named, where
from regulars.warehouse.protocol import Row


class DuckDBFile:
    """One DuckDB file; another process may read it at the same time, but not write it."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        if not path.is_file():
            raise SourceError("there is no such file", where=self.place, hint="Correct the `url`.")
        self._connection = duckdb.connect(":memory:")
        target = self.place.replace("'", "''")
        with self._mapped_errors():
            self._connection.execute("set TimeZone = 'UTC'; set threads = 2")
            self._connection.execute(f"attach '{target}' as origin (read_only); use origin")

    def name(self, name: str) -> str:
        return named(name)

    def rows(self, select: str, conditions: Sequence[Condition] = ()) -> list[Row]:
        with self._mapped_errors():
            return self._run(select, conditions).fetchall()

    def batches(
        self, select: str, conditions: Sequence[Condition] = ()
    ) -> Iterator[pa.RecordBatch]:
        with self._mapped_errors():
            # The columns stand in the first batch, whether there are rows or not.
            reader = self._run(select, conditions).to_arrow_reader(BATCH)
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)
            yield from reader

    def close(self) -> None:
        self._connection.close()

    def _run(self, select: str, conditions: Sequence[Condition]) -> duckdb.DuckDBPyConnection:
        clause = where(conditions, ["?"] * len(conditions))
        return self._connection.execute(
            select + clause, [condition.value for condition in conditions]
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            message = first_line(error)
            if isinstance(error, duckdb.IOException) and "lock" in message:
                raise SourceUnavailable(
                    "another program is writing this file",
                    where=self.place,
                    hint="Wait for it to end, or read a copy.",
                ) from None
            raise SourceError(f"DuckDB says: {message}", where=self.place) from None
