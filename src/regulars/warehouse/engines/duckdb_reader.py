"""Reading Parquet files through DuckDB in memory: many threads at once, and a limit of time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import duckdb
import pyarrow as pa

from regulars.core.errors import EngineError, QueryTimeout, ReleaseError
from regulars.core.fingerprints import fingerprint
from regulars.warehouse.engines.duckdb_relation import LazyRows, select_only


class DuckDBReader:
    """Files as views of an in-memory database; every query has a connection of its own.

    A table lies in one file or in several. `columns` says what to select from its files, where
    that is not all as it is. With `only_in`, the reader is locked to the files of that folder.
    """

    def __init__(
        self,
        files: Mapping[str, Sequence[Path]],
        *,
        threads: int = 2,
        memory_limit: str = "2GB",
        seconds: float | None = None,
        columns: Mapping[str, str] | None = None,
        only_in: Path | None = None,
    ) -> None:
        self._seconds = seconds
        self._search_path = "main"
        self._connection = duckdb.connect(":memory:")
        for name, value in {"threads": threads, "memory_limit": memory_limit}.items():
            self._connection.execute(f"set {name} = '{value}'")
        self._connection.execute("set global TimeZone = 'UTC'")
        self._connection.execute("set enable_progress_bar = false")
        # Files are distinguished by size and second there: one that is written anew is misread.
        self._connection.execute("set enable_external_file_cache = false")
        # Where the columns lie is kept for as long as this reader: a release never changes.
        self._connection.execute("set parquet_metadata_cache = true")
        for name, paths in files.items():
            places = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
            try:
                self._connection.execute(
                    f'create view "{name}" as select {(columns or {}).get(name, "*")} '
                    f"from read_parquet([{places}])"
                )
            except duckdb.Error as error:
                raise ReleaseError(
                    f"the file is damaged or cannot be read: {str(error).partition(chr(10))[0]}",
                    where=str(paths[0]),
                    hint="`regulars release rollback` goes back to the release before, "
                    "`regulars run --resume-from stage` writes a new one.",
                ) from None
        if only_in is not None:
            self._lock(only_in)

    def _lock(self, folder: Path) -> None:
        """No file outside of a folder, no extension, no setting: for as long as this reader."""
        place = str(folder.absolute()).replace("'", "''")
        self._connection.execute(f"set allowed_directories = ['{place}']")
        for name, value in {
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "lock_configuration": "true",
        }.items():
            self._connection.execute(f"set {name} = {value}")

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """A result in Arrow. Raises QueryTimeout after `seconds`, EngineError where it fails."""
        with self._cursor() as cursor:
            return cursor.execute(sql, list(parameters)).to_arrow_table()

    def batches(
        self, sql: str, parameters: Sequence[object] = (), *, rows: int = 10_000
    ) -> Iterator[pa.RecordBatch]:
        """A large result, streamed; the limit of time is that of the whole stream."""
        with self._cursor() as cursor:
            yield from cursor.execute(sql, list(parameters)).to_arrow_reader(rows)

    def session(self) -> DuckDBReader:
        """The same files through a connection of its own, to be closed by itself."""
        twin = copy(self)
        twin._connection = self._connection.cursor()
        return twin

    def showing(self, columns: Mapping[str, str]) -> DuckDBReader:
        """A session in which each of these tables has only what is selected of it here."""
        shown = self.session()
        # A schema for each selection: another session may show the same tables otherwise.
        schema = f"shown_{fingerprint(columns)}"
        shown._connection.execute(f"create schema if not exists {schema}")
        for name, selected in columns.items():
            shown._connection.execute(
                f'create or replace view {schema}."{name}" as select {selected} from main."{name}"'
            )
        shown._search_path = f"{schema},main"
        shown._connection.execute(f"set search_path = '{shown._search_path}'")
        return shown

    def table(self, name: str) -> LazyRows:
        """A table whose rows are read when they are asked for."""
        return LazyRows(self._connection.table(name))

    def question(self, sql: str) -> LazyRows:
        """A `select` over the tables, run when its rows are asked for."""
        return select_only(self._connection, sql)

    def close(self) -> None:
        """Let go of this connection; the files go with the last one."""
        self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        # One connection must not serve two threads: the results of the two would be mixed.
        cursor = self._connection.cursor()
        if self._search_path != "main":  # a cursor does not take over its connection's
            cursor.execute(f"set search_path = '{self._search_path}'")
        watch = None if self._seconds is None else threading.Timer(self._seconds, cursor.interrupt)
        if watch is not None:
            watch.daemon = True
            watch.start()
        try:
            yield cursor
        except duckdb.InterruptException:
            raise QueryTimeout(self._seconds or 0.0) from None
        except duckdb.Error as error:
            raise EngineError(str(error).split("\n", 1)[0]) from error
        finally:
            if watch is not None:
                watch.cancel()
            cursor.close()
