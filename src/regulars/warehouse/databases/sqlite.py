"""SQLite files, by the standard library."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from regulars.core.errors import SourceError, SourceUnavailable
from regulars.warehouse.databases.python_rows import arrow_batches
from regulars.warehouse.databases.source_database import BATCH, Condition, named, where
from regulars.warehouse.protocol import Row

_PATIENCE = 5.0  # seconds that SQLite itself waits for a writer


class SQLiteDatabase:
    """One SQLite file, opened read-only."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        if not path.is_file():
            raise SourceError("there is no such file", where=self.place, hint="Correct the `url`.")
        with self._mapped_errors():
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE
            )

    def name(self, name: str) -> str:
        return named(name)

    def rows(self, select: str, conditions: Sequence[Condition] = ()) -> list[Row]:
        with self._mapped_errors():
            return self._cursor(select, conditions).fetchall()

    def batches(
        self, select: str, conditions: Sequence[Condition] = ()
    ) -> Iterator[pa.RecordBatch]:
        with self._mapped_errors():
            cursor = self._cursor(select, conditions)
            names = [str(column[0]) for column in cursor.description]
            yield from arrow_batches(names, iter(lambda: cursor.fetchmany(BATCH), []))

    def close(self) -> None:
        self._connection.close()

    def _cursor(self, select: str, conditions: Sequence[Condition]) -> sqlite3.Cursor:
        clause = where(conditions, ["?"] * len(conditions))
        return self._connection.execute(
            select + clause, [condition.value for condition in conditions]
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            busy = "locked" in str(error) or "busy" in str(error)
            kind = SourceUnavailable if busy else SourceError
            raise kind(f"SQLite says: {error}", where=self.place) from None
