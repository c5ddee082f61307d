"""DuckDB: the embedded default. One process holds the file; readers use published releases."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from regulars.core.errors import EngineError
from regulars.warehouse.adding_rows import add_rows_from
from regulars.warehouse.literals import duckdb_literal, filled_in
from regulars.warehouse.protocol import Row

# Rows of a release lie in the order of customers: a reader of one skips all groups but one.
ROWS_IN_GROUP = 8_192


class DuckDBWarehouse:
    """A DuckDB file, or a database in memory when `path` is None."""

    engine = "duckdb"
    undoes_changes_of_tables = True

    def __init__(
        self,
        path: Path | None,
        *,
        schema_prefix: str = "",
        threads: int = 2,
        memory_limit: str = "4GB",
        file_folder: Path | None = None,
    ) -> None:
        self._path = path
        # DuckDB parts the folders that it searches at commas, dbt quotes them as they are.
        is_plain = file_folder is not None and not set(",'") & set(str(file_folder))
        self.file_folder = file_folder.absolute() if file_folder and is_plain else None
        self._prefix = schema_prefix
        # Settings are per session, not in the connect config: dbt opens the same file too, and
        # DuckDB refuses two configurations of one file in one process.
        self._settings = {"threads": threads, "memory_limit": memory_limit, "TimeZone": "UTC"}
        if self.file_folder is not None:
            self._settings["file_search_path"] = str(self.file_folder)
        self._connection = _connect(path)
        self._apply_settings()

    def _apply_settings(self) -> None:
        for name, value in self._settings.items():
            self._connection.execute(f"set {name} = '{value}'")
        self._connection.execute("set enable_progress_bar = false")
        # Files are distinguished by size and second there: one that is written anew is misread.
        self._connection.execute("set enable_external_file_cache = false")

    def schema(self, layer: str) -> str:
        return f"{self._prefix}{layer}"

    def relation(self, layer: str, table: str) -> str:
        return f'"{self.schema(layer)}"."{table}"'

    def sql_type(self, kind: str) -> str:
        return kind

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        with _mapped_errors():
            self._run(sql, parameters)

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        with _mapped_errors():
            return self._run(sql, parameters).fetchall()

    def _run(self, sql: str, parameters: Sequence[object]) -> duckdb.DuckDBPyConnection:
        """Run a statement with its values in it: for values beside it DuckDB imports pandas."""
        try:
            return self._connection.execute(filled_in(sql, parameters, duckdb_literal))
        except ValueError:  # a value that has no literal
            return self._connection.execute(sql, list(parameters))

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        with _mapped_errors():
            return self._connection.sql(sql, params=list(parameters) or None).to_arrow_table()

    def arrow_batches(self, sql: str, *, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        with _mapped_errors():
            yield from self._connection.execute(sql).to_arrow_reader(rows)

    def columns(self, layer: str, table: str) -> dict[str, str]:
        try:
            rows = self._run(
                "select name, type from pragma_table_info(?)", [self.relation(layer, table)]
            ).fetchall()
        except duckdb.CatalogException:  # no such table, or a view of one that is not there
            rows = self.rows(
                "select column_name, data_type from information_schema.columns "
                "where table_schema = ? and table_name = ? order by ordinal_position",
                [self.schema(layer), table],
            )
        return {str(name): str(kind) for name, kind in rows}

    def tables(self, layer: str) -> list[str]:
        rows = self.rows(
            "select table_name from information_schema.tables where table_schema = ?",
            [self.schema(layer)],
        )
        return sorted(str(name) for (name,) in rows)

    def create_table(self, layer: str, table: str, columns: dict[str, str]) -> None:
        listed = ", ".join(f"{_quoted(name)} {kind}" for name, kind in columns.items())
        self.execute(f'create schema if not exists "{self.schema(layer)}"')
        self.execute(f"create table if not exists {self.relation(layer, table)} ({listed})")

    def add_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        self.execute(f"alter table {self.relation(layer, table)} add column {_quoted(name)} {kind}")

    def change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        self.execute(
            f"alter table {self.relation(layer, table)} "
            f"alter column {_quoted(name)} set data type {kind}"
        )

    def create_view(self, layer: str, view: str, query: str) -> None:
        self.execute(f'create schema if not exists "{self.schema(layer)}"')
        self._drop_other(layer, view, kind="table")
        self.execute(f"create or replace view {self.relation(layer, view)} as {query}")

    def build_table(
        self, layer: str, table: str, query: str, *, columns: dict[str, str] | None
    ) -> None:
        self.execute(f'create schema if not exists "{self.schema(layer)}"')
        self._drop_other(layer, table, kind="view")
        if columns is not None:
            selected = {f'"{row[0]}"' for row in self.rows(f"describe {query}")}
            if selected == {_quoted(name.strip('"')) for name in columns}:  # else a check says so
                query = f"select {', '.join(columns)} from (\n{query}\n) as made"
        self.execute(f"create or replace table {self.relation(layer, table)} as\n{query}")

    def _drop_other(self, layer: str, name: str, *, kind: str) -> None:
        """Drop what has the name but is of this other kind: DuckDB would refuse to replace it."""
        condition = f"schema_name = ? and {kind}_name = ?"
        rows = self.rows(
            f"select 1 from duckdb_{kind}s() where {condition}", [self.schema(layer), name]
        )
        if rows:
            self.execute(f"drop {kind} {self.relation(layer, name)}")

    def add_rows(
        self, layer: str, table: str, query: str, *, keys: Sequence[str], before: str
    ) -> None:
        add_rows_from(
            f"{table}__added", query, warehouse=self, place=(layer, table), keys=keys, before=before
        )

    def replace_table(self, layer: str, table: str, data: pa.Table) -> None:
        self.execute(f'create schema if not exists "{self.schema(layer)}"')
        with self.registered(data) as name:
            self.execute(
                f"create or replace table {self.relation(layer, table)} as select * from {name}"
            )

    def append_table(self, layer: str, table: str, data: pa.Table) -> None:
        with self.registered(data) as name:
            self.append_scan(layer, table, f"select * from {name}")

    def append_scan(self, layer: str, table: str, scan: str) -> int:
        inserted = self.rows(f"insert into {self.relation(layer, table)} by name {scan}")
        return int(inserted[0][0])

    def scan(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self.rows(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute("begin transaction")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self.execute("commit")

    def export_parquet(self, sql: str, path: Path) -> int:
        target = str(path).replace("'", "''")
        return int(
            self.rows(
                f"copy ({sql}) to '{target}' "
                f"(format parquet, compression zstd, row_group_size {ROWS_IN_GROUP})"
            )[0][0]
        )

    def dbt_output(self) -> dict[str, object]:
        return {
            "type": "duckdb",
            "path": str(self._path),
            "schema": self.schema("main") if self._prefix else "main",
            "threads": 1,
            "keep_open": False,
            "settings": dict(self._settings),
        }

    def dbt_environment(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        self._connection.close()

    def reopen(self) -> None:
        """Open again after `close`, with the same settings."""
        self._connection = _connect(self._path)
        self._apply_settings()

    @contextmanager
    def registered(self, data: pa.Table) -> Iterator[str]:
        name = "_regulars_rows"
        self._connection.register(name, data)
        try:
            yield name
        finally:
            self._connection.unregister(name)


# Texts take a third less time to write than in the format that DuckDB chooses for old readers.
_STORAGE = "v1.4.0"


def _connect(path: Path | None) -> duckdb.DuckDBPyConnection:
    if path is None:
        return duckdb.connect(":memory:")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not path.exists():
            # Only the maker may say so: two configurations of one open file are refused.
            duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE}).close()
        return duckdb.connect(str(path), read_only=not os.access(path, os.W_OK))
    except duckdb.IOException as error:
        raise EngineError(
            "the warehouse file cannot be opened: another program holds it, or it is damaged",
            where=str(path),
            hint="Close the other program and run again. If there is none, restore the file from a "
            "backup, or move it away: the next run lands the sources again. "
            f"DuckDB says: {_first_line(error)}",
        ) from None


def trouble_of_file(path: Path, *, contents: bool) -> str | None:
    """What DuckDB says of a damaged file, in a line; None for a sound one. It is only read."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where not temporary"
            ).fetchall()
            for schema, table in tables if contents else ():
                # A digest of whole rows reads every column; a count alone reads none.
                relation = f"{_quoted(schema)}.{_quoted(table)}"
                connection.execute(f"select bit_xor(hash(rows)) from {relation} as rows").fetchall()
    except duckdb.Error as error:
        return _first_line(error)
    return None


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise EngineError(_first_line(error)) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
