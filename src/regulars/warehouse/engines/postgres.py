"""PostgreSQL: SQL runs on the server; files are read here and sent by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import EngineError
from regulars.warehouse.adding_rows import add_rows_from
from regulars.warehouse.engines import postgres_connection as server
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.postgres_building import build_table, drop_any
from regulars.warehouse.engines.postgres_copy import copied_in, copied_out
from regulars.warehouse.engines.postgres_types import (
    arrow_schema,
    duckdb_type,
    number_loader,
    postgres_type,
    scan_expression,
)
from regulars.warehouse.engines.postgres_types import postgres_column_type as _held
from regulars.warehouse.literals import filled_in
from regulars.warehouse.protocol import Row

_BATCH = 100_000
_LONGEST_NAME = 63


class PostgresWarehouse:
    """Schemas of a PostgreSQL database; files are read by a DuckDB in memory.

    `exclusive` keeps every other writer of the same schemas out, on any machine.
    """

    engine = "postgres"
    file_folder = None  # the rows lie on the server
    undoes_changes_of_tables = True

    def __init__(
        self,
        url: str,
        *,
        schema_prefix: str = "",
        threads: int = 2,
        memory_limit: str = "4GB",
        exclusive: bool = True,
    ) -> None:
        self._url = url
        self._prefix = schema_prefix
        self._threads = threads
        self._connection = server.connect(url)
        if exclusive:
            server.take_lock(self._connection, schema_prefix=schema_prefix, url=url)
        self._connection.adapters.register_loader("numeric", number_loader())
        self._files = DuckDBWarehouse(None, threads=threads, memory_limit=memory_limit)

    def schema(self, layer: str) -> str:
        return f"{self._prefix}{layer}"

    def relation(self, layer: str, table: str) -> str:
        return f'"{self.schema(layer)}"."{table}"'

    def sql_type(self, kind: str) -> str:
        return postgres_type(kind)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        with self._mapped_errors():
            self._connection.execute(self._bound(sql, parameters))

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        with self._mapped_errors():
            cursor = self._connection.execute(self._bound(sql, parameters))
            return cursor.fetchall() if cursor.description else []

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        bound = self._bound(sql, parameters)
        schema = self._described(bound)
        return pa.Table.from_batches(self._copy_out(bound, schema, rows=_BATCH), schema)

    def arrow_batches(self, sql: str, *, rows: int = _BATCH) -> Iterator[pa.RecordBatch]:
        yield from self._copy_out(sql, self._described(sql), rows=rows)

    def columns(self, layer: str, table: str) -> dict[str, str]:
        rows = self.rows(
            "select attribute.attname, format_type(attribute.atttypid, attribute.atttypmod) "
            "from pg_attribute as attribute inner join pg_class as held "
            "on held.oid = attribute.attrelid inner join pg_namespace as namespace "
            "on namespace.oid = held.relnamespace "
            "where namespace.nspname = ? and held.relname = ? and held.relkind in "
            "('r', 'v', 'm', 'f', 'p') and attribute.attnum > 0 and not attribute.attisdropped "
            "order by attribute.attnum",
            [self.schema(layer), table],
        )
        return {str(name): duckdb_type(str(kind)) for name, kind in rows}

    def tables(self, layer: str) -> list[str]:
        rows = self.rows(
            "select table_name from information_schema.tables where table_schema = ?",
            [self.schema(layer)],
        )
        return sorted(str(name) for (name,) in rows)

    def create_table(self, layer: str, table: str, columns: dict[str, str]) -> None:
        _check_names([table, *columns])
        listed = ", ".join(f"{_quoted(name)} {_held(kind)}" for name, kind in columns.items())
        self.execute(
            f'create schema if not exists "{self.schema(layer)}"; '
            f"create table if not exists {self.relation(layer, table)} ({listed})"
        )

    def add_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        _check_names([name])
        self.execute(
            f"alter table {self.relation(layer, table)} add column {_quoted(name)} {_held(kind)}"
        )

    def change_column(self, layer: str, table: str, *, name: str, kind: str) -> None:
        if postgres_type(self.columns(layer, table)[name]) == postgres_type(kind):
            return
        # Views read the column; the next build of the transform makes them again.
        for schema, view in self._views_on(layer, table):
            self.execute(f'drop view if exists "{schema}"."{view}" cascade')
        self.execute(
            f"alter table {self.relation(layer, table)} alter column {_quoted(name)} "
            f"type {_held(kind)} using {_quoted(name)}::{postgres_type(kind)}"
        )

    def create_view(self, layer: str, view: str, query: str) -> None:
        relation = self.relation(layer, view)
        with self.transaction():
            self.execute(f'create schema if not exists "{self.schema(layer)}"')
            drop_any(self, layer, view)
            self.execute(f"create view {relation} as {query}")

    def build_table(
        self, layer: str, table: str, query: str, *, columns: dict[str, str] | None
    ) -> None:
        with self.transaction():
            names = set(self._described(query).names)
            held = columns if columns and names == {name.strip('"') for name in columns} else None
            build_table(self, layer, table, query, columns=held)

    def add_rows(
        self, layer: str, table: str, query: str, *, keys: Sequence[str], before: str
    ) -> None:
        add_rows_from(
            f"{table}__added", query, warehouse=self, place=(layer, table), keys=keys, before=before
        )

    def replace_table(self, layer: str, table: str, data: pa.Table) -> None:
        with self._files.registered(data) as name, self.transaction():
            wanted = self._scanned(f"select * from {name}")
            held = self.columns(layer, table)
            if _shape(held) == _shape(wanted):
                # Views that read the table stay.
                self.execute(f"truncate {self.relation(layer, table)}")
            else:
                self.execute(f"drop table if exists {self.relation(layer, table)} cascade")
                self.create_table(layer, table, wanted)
            self.append_scan(layer, table, f"select * from {name}")

    def append_table(self, layer: str, table: str, data: pa.Table) -> None:
        with self._files.registered(data) as name:
            self.append_scan(layer, table, f"select * from {name}")

    def append_scan(self, layer: str, table: str, scan: str) -> int:
        columns = self._scanned(scan)
        listed = ", ".join(map(_quoted, columns))
        chosen = ", ".join(
            f"{scan_expression(_quoted(name), kind)} as {_quoted(name)}"
            for name, kind in columns.items()
        )
        query = f"select {chosen} from ({scan}) as scanned"
        target = f"{self.relation(layer, table)} ({listed})"
        count = 0
        with (
            self._mapped_errors(),
            self._connection.cursor().copy(f"copy {target} from stdin (format csv)") as copy,
        ):
            for batch in self._files.arrow_batches(query, rows=_BATCH):
                copy.write(copied_in(batch))
                count += batch.num_rows
        self.execute(f"analyze {self.relation(layer, table)}")
        return count

    def scan(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._files.rows(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._mapped_errors(), self._connection.transaction():
            yield

    def export_parquet(self, sql: str, path: Path) -> int:
        schema, count = self._described(sql), 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in self._copy_out(sql, schema, rows=_BATCH):
                writer.write_batch(batch)
                count += batch.num_rows
        return count

    def dbt_output(self) -> dict[str, object]:
        settings = server.parameters(self._url)
        passed = {"sslmode", "sslcert", "sslkey", "sslrootcert"} & settings.keys()
        info = self._connection.info
        return {
            "type": "postgres",
            "host": info.host,
            "port": info.port,
            "user": info.user,
            "password": f"{{{{ env_var('{server.SECRET}', '') }}}}",
            "dbname": info.dbname,
            "schema": self.schema("gold"),
            "threads": self._threads,
            "application_name": "regulars dbt",
            **{name: settings[name] for name in sorted(passed)},
        }

    def dbt_environment(self) -> dict[str, str]:
        options = " ".join(f"-c {name}={value}" for name, value in server.SESSION.items())
        return {server.SECRET: server.password(self._url), "PGOPTIONS": options}

    def close(self) -> None:
        self._files.close()
        self._connection.close()

    def _bound(self, sql: str, parameters: Sequence[object]) -> str:
        """The statement with its values in it: COPY and DDL take no parameters of their own."""
        if not parameters:
            return sql
        literal = server.driver().sql.Literal
        return filled_in(sql, parameters, lambda value: literal(value).as_string(self._connection))

    def _described(self, sql: str) -> pa.Schema:
        with self._mapped_errors():
            cursor = self._connection.execute(f"select * from ({sql}) as described limit 0")
            return arrow_schema(cursor.description or [])

    def _copy_out(self, sql: str, schema: pa.Schema, *, rows: int) -> Iterator[pa.RecordBatch]:
        with (
            self._mapped_errors(),
            self._connection.cursor().copy(f"copy ({sql}) to stdout (format csv)") as copy,
        ):
            yield from copied_out(copy, schema, rows=rows)

    def _scanned(self, scan: str) -> dict[str, str]:
        return {str(row[0]): str(row[1]) for row in self._files.rows(f"describe {scan}")}

    def _views_on(self, layer: str, table: str) -> list[Row]:
        return self.rows(
            "select distinct view_schema, view_name from information_schema.view_table_usage "
            "where table_schema = ? and table_name = ?",
            [self.schema(layer), table],
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        pg = server.driver()
        try:
            yield
        except pg.errors.InsufficientPrivilege as error:
            info = self._connection.info
            raise EngineError(
                server.first_line(error),
                where=server.place(self._url),
                hint=f'As its owner: grant create on database "{info.dbname}" to "{info.user}".',
            ) from error
        except pg.OperationalError as error:
            raise EngineError(
                f"the PostgreSQL server gave up: {server.first_line(error)}",
                where=server.place(self._url),
                hint="When it answers again, run again: what was done is kept.",
            ) from error
        except pg.Error as error:
            raise EngineError(server.first_line(error)) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _shape(columns: dict[str, str]) -> dict[str, str]:
    return {name: postgres_type(kind) for name, kind in columns.items()}


def _check_names(names: Sequence[str]) -> None:
    """PostgreSQL cuts longer names off without an error, and then does not find them."""
    for name in names:
        if len(name.encode()) > _LONGEST_NAME:
            raise EngineError(
                f"the name '{name}' is longer than the {_LONGEST_NAME} bytes PostgreSQL allows",
                hint="Give the column a shorter name in its file, or in a source's `sql`.",
            )
